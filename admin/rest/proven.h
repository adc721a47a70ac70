/* admin/rest/proven.h - passwords that were right a moment ago.
 *
 * A client that sends name and password with each request would pay a tenth of
 * a second for each. What is kept for a minute is a SHA-256 keyed with octets
 * that this process alone knows, over the password and its user as he is: of a
 * changed password or role nothing fits any more. Time is an argument; the
 * caller serialises. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_PROVEN_H
#define ADMIN_REST_PROVEN_H

#include "admin/rest/secret.h"
#include "core/base/clock.h"

struct user;

#define PROVEN_MAX	256	/* the oldest makes place */
#define PROVEN_LIFE_S	60

struct proven {
	uint8_t		key[SECRET_HASH_LEN];
	struct {
		uint8_t	digest[SECRET_HASH_LEN];
		mono_ns	until;		/* 0 = free */
	}		list[PROVEN_MAX];
	size_t		next;
};

/* An empty one with a key of its own. */
void proven_init(struct proven *p);
void proven_fini(struct proven *p);

/* What stands for this password of this user. */
void proven_digest(const struct proven *p, const struct user *user,
    const char *password, uint8_t digest[SECRET_HASH_LEN]);
/* Was it added less than PROVEN_LIFE_S ago? */
bool proven_check(const struct proven *p,
    const uint8_t digest[SECRET_HASH_LEN], mono_ns now);
/* It was right just now. */
void proven_add(struct proven *p, const uint8_t digest[SECRET_HASH_LEN],
    mono_ns now);

#endif
