/* admin/rest/hasher.h - the one thread that hashes passwords.
 *
 * A flood of guesses costs one CPU's worth of hashing and a short queue, and
 * then is told to come back. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_HASHER_H
#define ADMIN_REST_HASHER_H

#include "admin/rest/secret.h"

struct err;
struct hasher;

#define HASHER_QUEUE	16	/* waiting; ~2 s of work */

/* Starts the thread; NULL with a sentence when the system refuses. */
struct hasher *hasher_new(struct err *e);
/* Nobody may be waiting any more. NULL is harmless. */
void hasher_free(struct hasher **ph);

/* From any thread; waits for the result. 0, or ERR_BUSY at once when the queue
 * is full. */
int hasher_hash(struct hasher *h, const char *password,
    const uint8_t salt[SECRET_SALT_LEN], uint8_t hash[SECRET_HASH_LEN]);

#endif
