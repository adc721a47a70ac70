/* admin/rest/secret.h - random octets, digests and the password hash.
 *
 * Layer: admin/rest; one of its three owners of OpenSSL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_SECRET_H
#define ADMIN_REST_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_SALT_LEN		16	/* octets */
#define SECRET_HASH_LEN		32

/* Octets nobody can guess, from the kernel. */
void secret_random(void *octets, size_t len);

/* SHA-256 (FIPS 180-4). */
void secret_digest(const void *octets, size_t len,
    uint8_t digest[SECRET_HASH_LEN]);

/* scrypt (RFC 7914), N 2^15, r 8, p 1: a tenth of a second and 32 MiB, which
 * is what each guess costs. */
void secret_hash(const char *password, const uint8_t salt[SECRET_SALT_LEN],
    uint8_t hash[SECRET_HASH_LEN]);

/* Takes as long whether they differ early, late or not at all. */
bool secret_equal(const void *a, const void *b, size_t len);

/* Overwrites, whatever the compiler thinks of it. */
void secret_wipe(void *octets, size_t len);

/* Lower-case hexadecimal: 2 * len characters, with a NUL after them. */
void secret_to_hex(const uint8_t *octets, size_t len, char *text);
/* Reads exactly 2 * len characters of text. false: other characters. */
bool secret_from_hex(const char *text, size_t len, uint8_t *octets);

/* Base64 (RFC 4648 section 4) to a terminated text of at most cap - 1 octets,
 * which the caller wipes. false: no base64, too long, or octet 0 in it. */
bool secret_from_base64(const char *text, char *octets, size_t cap);

#endif
