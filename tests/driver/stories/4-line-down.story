# The centre is away and syncd is killed in between; the counter is killed in the middle of a case. Nothing is lost.
run touch ${RUN}/control/intake.hold; kill -9 $(cat ${RUN}/control/intake.pid)
state sign-in
enter field-sign-in-number ${CLERK}
enter field-sign-in-password ${CLERK_PASSWORD}
key F12
state home
case line-down
key F3
state product
type 798a
key F12
state identity
enter field-card-number k000000
enter field-card-check 0
enter field-form-number K000000(0)
enter field-form-birth 29/02/1968
enter field-card-birth 29/02/1968
enter field-surname MOK
choose field-same-surname-0
enter field-given YUEN TING
choose field-same-given-0
enter field-chinese 莫婉婷
choose field-same-chinese-0
choose field-generation-1
key 1 2 3 4 5 6
key F12
state details
step identity
choose field-title-1
enter field-phone 98765432
rest 600
kill
start
state sign-in
enter field-sign-in-number ${CLERK}
enter field-sign-in-password ${CLERK_PASSWORD}
key F12
state home
wait held-0
shot clerk-02-home-held
click held-0
state details
text 98765432
enter field-room 7
enter field-floor G
enter field-building Pier House
enter field-estate 2 Pier Road
enter field-district Sai Kung
choose field-area-2
enter field-barcode 798A-000003
enter field-envelope PE-700003
key F12
state declaration
step details
choose field-declaration-language-2
key 1 2 3 4 5
key F12
state payment
step declaration
key F5
key F12
text Paid in full
key F12
state check
step payment
key F12
state hand-over
step commit
key 1 2 3 4
key F12
state home
step hand-over
key F8
state queue
shot clerk-10-queue
sizes clerk-10-queue
run kill -9 $(cat ${RUN}/control/syncd.pid)
rest 1500
run rm ${RUN}/control/intake.hold
key F12
rest 3000
key F12
text Nothing waiting
shot clerk-10-queue-sent
key Escape
state home
step sent
end
