/* admin/rest/hasher.h - the few threads that hash passwords.
 *
 * A flood of guesses costs HASHER_THREADS CPUs' worth of hashing, 32 MiB each,
 * and a short queue, and then is told to come back. Of one user and of one
 * source HASHER_SHARE wait at most: guesses at one account leave the others
 * their turn. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_HASHER_H
#define ADMIN_REST_HASHER_H

#include "admin/rest/secret.h"

struct err;
struct hasher;

#define HASHER_THREADS	2
#define HASHER_QUEUE	16	/* waiting; ~1 s of work */
#define HASHER_SHARE	4

/* What to hash, and for whom that counts; "" counts for nobody. Borrowed. */
struct hasher_job {
	const char	*password;
	const uint8_t	*salt;		/* SECRET_SALT_LEN octets */
	const char	*user, *from;
};

/* Starts the threads; NULL with a sentence when the system refuses. */
struct hasher *hasher_new(struct err *e);
/* Nobody may be waiting any more. NULL is harmless. */
void hasher_free(struct hasher **ph);

/* From any thread; waits for the result. 0, or ERR_BUSY at once when the queue
 * or a share of it is full. */
int hasher_hash(struct hasher *h, const struct hasher_job *job,
    uint8_t hash[SECRET_HASH_LEN]);

#endif
