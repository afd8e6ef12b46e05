#include "kiosk/ui/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#define QR_QUIET   4
#define QR_VERSION 10

bool
qr_make(const char *text, struct qr *out, struct error *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return error_set_from(err, ERROR_SYSTEM, DOMAIN_ERRNO, errno, "QR code of %zu bytes", strlen(text));
	if (code->version > QR_VERSION) {
		QRcode_free(code);
		return error_set(err, ERROR_FULL, "QR code of %zu bytes is too large", strlen(text));
	}
	*out = (struct qr){ .side = code->width + 2 * QR_QUIET };
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			out->dots[(y + QR_QUIET) * out->side + x + QR_QUIET] = code->data[y * code->width + x] & 1;
	QRcode_free(code);
	return true;
}
