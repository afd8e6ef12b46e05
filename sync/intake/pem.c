#include "sync/intake/pem.h"

int
pem_no_password(
	char *buf, int size, int rwflag, void *self) /* NOLINT(readability-non-const-parameter): OpenSSL's type */
{
	(void)buf, (void)size, (void)rwflag, (void)self;
	return -1;
}
