/* admin/rest/certificate.h - the certificate that this server shows when the
 * operator gave none.
 *
 * Layer: admin/rest; one of its three owners of OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_CERTIFICATE_H
#define ADMIN_REST_CERTIFICATE_H

struct err;

/*
 * certificate_make - an ECDSA P-256 key (file mode 0600) and a certificate for
 * host, localhost and the loopback addresses, signed with that key, valid for
 * ten years. Both are PEM; the key is on disk before the certificate is.
 *
 * ret    0; ERR_IO, ERR_NOSPACE: a file cannot be written
 */
int certificate_make(const char *cert_path, const char *key_path,
    const char *host, struct err *e);

#endif
