/* admin/rest/claim.h - the token of a first start: whoever reads the log may set
 * the first password, once.
 *
 * 256 random bits, of which only the SHA-256 is kept, in memory alone: a restart
 * before it was used makes another. Time is an argument; the caller serialises.
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_CLAIM_H
#define ADMIN_REST_CLAIM_H

#include "admin/rest/secret.h"
#include "core/base/clock.h"

struct err;

#define CLAIM_TEXT_LEN	64	/* hexadecimal digits */
#define CLAIM_LIFE_S	3600

/* All zero: there is nothing to claim. */
struct claim {
	bool		open;
	uint8_t		digest[SECRET_HASH_LEN];
	mono_ns		until;
};

/* A fresh one; text is what the log shall say and nobody else. */
void claim_open(struct claim *c, mono_ns now, char text[CLAIM_TEXT_LEN + 1]);

/* Is it the token? 0; ERR_CONFLICT: the first password is set; ERR_RANGE: its
 * time is over; ERR_DENIED: it is not. Takes as long for each wrong one. */
int claim_check(const struct claim *c, const char *text, mono_ns now,
    struct err *e);

/* It was used, or is not needed any more. */
void claim_close(struct claim *c);

#endif
