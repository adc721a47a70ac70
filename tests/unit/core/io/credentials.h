/* tests/unit/core/io/credentials.h - certificates made on the spot, and a TLS
 * client that never blocks. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_IO_CREDENTIALS_H
#define TESTS_UNIT_CORE_IO_CREDENTIALS_H

#include <openssl/ssl.h>

/* Files in a directory of their own. */
struct credentials {
	char	dir[32], certificate[64], key[64];
};

/* Signed by itself, good for days from now (negative: over since then). */
void credentials_make(struct credentials *c, int days);
void credentials_remove(struct credentials *c);

/* The same key behind a passphrase. */
void credentials_lock(const struct credentials *c, const char *path);

/* A client's context that believes everybody; version 0 = the newest. */
SSL_CTX *credentials_client(int version);

#endif
