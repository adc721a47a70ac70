/* admin/rest/certificate.h - the certificate that this server shows when the
 * operator gave none.
 *
 * Layer: admin/rest; one of its three owners of OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_CERTIFICATE_H
#define ADMIN_REST_CERTIFICATE_H

#include "core/base/clock.h"

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

/*
 * certificate_check - can these be served?
 *
 * in     cert, key  PEM texts; the certificate may be followed by others
 * ret    0; ERR_PARSE: one of them does not read, or the key is encrypted;
 *        ERR_CONFLICT: the key is not the certificate's; ERR_RANGE: all fits,
 *        but at that time it is not valid yet or not any more
 */
int certificate_check(const char *cert, const char *key, real_s now,
    struct err *e);

#endif
