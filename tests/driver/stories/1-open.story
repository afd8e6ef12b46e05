# The first morning: the supervisor signs in for the first time and adds a clerk; the clerk opens the till.
case open
state sign-in
shot clerk-01-sign-in
sizes clerk-01-sign-in
enter field-sign-in-number ${SUPERVISOR}
enter field-sign-in-password ${SUPERVISOR_FIRST}
key F12
state new-password
shot supervisor-new-password
enter field-staff-password ${SUPERVISOR_PASSWORD}
enter field-staff-again ${SUPERVISOR_PASSWORD}
key F12
state home
shot supervisor-home
step supervisor
click staff
state staff
enter field-staff-number ${CLERK}
enter field-staff-name Lau Wing Ki
choose field-staff-role-0
enter field-staff-password ${CLERK_FIRST}
enter field-staff-again ${CLERK_FIRST}
shot supervisor-staff
key F12
rest 900
shot supervisor-staff-added
step staff
key Escape
state home
key F10
wait dialog-sign-out
key F12
state sign-in
enter field-sign-in-number ${CLERK}
enter field-sign-in-password ${CLERK_FIRST}
key F12
state new-password
enter field-staff-password ${CLERK_PASSWORD}
enter field-staff-again ${CLERK_PASSWORD}
key F12
state till
enter piece-1 1
enter piece-2 3
enter piece-3 2
enter piece-4 3
enter piece-5 4
shot clerk-till
sizes clerk-till
key F12
state home
shot clerk-02-home-empty
step till
end
