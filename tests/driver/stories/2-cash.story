# A number with two letters in front; cash with change.
state sign-in
enter field-sign-in-number ${CLERK}
enter field-sign-in-password ${CLERK_PASSWORD}
key F12
state home
case two-letter-number
key F3
state product
type 798a
shot clerk-03-product
sizes clerk-03-product
key F12
state identity
step product
enter field-card-number ab987654
enter field-card-check 3
enter field-form-number ab987654(3)
enter field-form-birth 23/05/1991
enter field-card-birth 23051991
enter field-surname YUNG
choose field-same-surname-0
enter field-given PAK HEI
choose field-same-given-0
enter field-chinese 容柏熙
choose field-same-chinese-0
choose field-generation-0
key 1 2 3 4 5
shot clerk-05-identity
sizes clerk-05-identity
key F12
state details
step identity
choose field-title-0
enter field-phone 5123 4567
enter field-cert-email pakhei.yung@example.hk
choose field-contact-same-1
enter field-room 12B
enter field-floor 8
enter field-building Harbour Court
enter field-estate 168 Wharf Road
enter field-district North Point
choose field-area-0
enter field-barcode 798A-000001
enter field-envelope PE-700001
shot clerk-details
sizes clerk-details
key F12
state declaration
step details
choose field-declaration-language-0
key 1 2 3 4 5
shot clerk-declaration
key F12
state payment
step declaration
enter field-amount 100
shot clerk-06-payment
sizes clerk-06-payment
key F12
text Paid in full
key F12
state check
step payment
shot clerk-check
sizes clerk-check
key F12
state hand-over
step commit
key 1 2 3 4
shot clerk-08-hand-over
sizes clerk-08-hand-over
key F12
state home
step hand-over
text confirmed
shot clerk-02-home
sizes clerk-02-home
end
