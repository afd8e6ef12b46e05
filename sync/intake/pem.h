#pragma once
/* PEM without passwords. */

/* The callback to give to OpenSSL's readers: there is no password. Without one they would ask at the terminal. */
int pem_no_password(char *buf, int size, int rwflag, void *self);
