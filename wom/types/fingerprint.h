/* wom/types/fingerprint.h - the SHA-256 of a certificate (DER), by which a peer is
 * known: 64 hexadecimal digits, with or without a colon between octets, as
 * "openssl x509 -fingerprint -sha256" prints them.
 * Layer: wom/types, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_FINGERPRINT_H
#define WOM_TYPES_FINGERPRINT_H

#include <stdint.h>

struct err;
struct prop;

#define FINGERPRINT_OCTETS	32

/* 0, or ERR_PARSE with nothing written. */
int fingerprint_parse(const char *text, uint8_t out[FINGERPRINT_OCTETS]);

/* Check of a row (struct prop): value is a char **. */
int fingerprint_check(const struct prop *p, const void *value, struct err *e);

#endif
