# A name with a Han character outside the basic plane; paid by EPS and cash. Mistakes are made and mended.
state sign-in
enter field-sign-in-number ${CLERK}
enter field-sign-in-password ${CLERK_PASSWORD}
key F12
state home
case rare-character
key F3
state product
type bank
shot clerk-03-search
key ctrl+a
type 798a
key F12
state identity
enter field-card-number e364912
enter field-card-check 4
key Tab
text does not fit
shot clerk-05-check-wrong
fill field-card-check 5
enter field-form-number E364912(5)
enter field-form-birth 2-1-1984
enter field-card-birth 02/01/1984
enter field-surname CHAN
choose field-same-surname-0
enter field-given LIP CHING
choose field-same-given-0
enter field-chinese 陳𨋢晴
choose field-same-chinese-0
choose field-generation-0
key 1 2 3 5
key F12
state details
step identity
choose field-title-1
key F12
wait summary-0
shot clerk-09-problem
sizes clerk-09-problem
enter field-phone 61234567
enter field-cert-email lipching@example.hk
choose field-contact-same-1
enter field-room 3
enter field-floor 21
enter field-building Ferry Tower
enter field-estate 9 Ferry Street
enter field-district Jordan
choose field-area-1
enter field-barcode 798A-000002
enter field-envelope PE-700002
key F12
state declaration
step details
choose field-declaration-language-1
key 1 2 3 4 5
shot clerk-declaration-zh
key F12
state payment
step declaration
click method-1
enter field-amount 20
enter field-reference 004821
key F12
text 004821
click method-0
enter field-amount 70
shot clerk-06-payment-split
key F12
text Paid in full
key F12
state check
step payment
key F12
state hand-over
step commit
key F5
key 1 2 3 4
key F12
state home
key F2
state find
shot clerk-find
focus case-0
key Return
state stored
shot clerk-stored
key Escape Escape
state home
end
