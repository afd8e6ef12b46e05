# The first morning: the supervisor signs in for the first time and adds a clerk; the clerk opens the till.
case open
state sign-in
shot clerk-01-sign-in
sizes clerk-01-sign-in
fill field-sign-in-number ${SUPERVISOR}
fill field-sign-in-password ${SUPERVISOR_FIRST}
key F12
state new-password
shot supervisor-new-password
fill field-staff-password ${SUPERVISOR_PASSWORD}
fill again ${SUPERVISOR_PASSWORD}
key F12
state home
shot supervisor-home
step supervisor
click staff
state staff
fill field-staff-number ${CLERK}
fill field-staff-name Lau Wing Ki
fill field-staff-password ${CLERK_FIRST}
fill again ${CLERK_FIRST}
shot supervisor-staff
click add
text ${CLERK}
step staff
key Escape
state home
click sign-out
wait dialog-sign-out
click dialog-sign-out
state sign-in
fill field-sign-in-number ${CLERK}
fill field-sign-in-password ${CLERK_FIRST}
key F12
state new-password
fill field-staff-password ${CLERK_PASSWORD}
fill again ${CLERK_PASSWORD}
key F12
state till
fill count-1 1
fill count-2 3
fill count-3 2
fill count-4 3
fill count-5 4
shot clerk-till
sizes clerk-till
key F12
state home
shot clerk-02-home-empty
step till
end
