/* admin/rest/tokens.h - who has logged in, until when.
 *
 * A token is 256 random bits; only its SHA-256 is kept. It ends when nobody
 * used it for its timeout, at the latest ten hours after it began, and when its
 * user's password or role changes. Time is an argument; the caller serialises.
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_TOKENS_H
#define ADMIN_REST_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/rest/users.h"
#include "core/base/clock.h"

struct err;

#define TOKENS_TEXT_LEN		64	/* hexadecimal digits */
#define TOKENS_PER_USER		100
#define TOKENS_TIMEOUT_S	1200
#define TOKENS_TIMEOUT_MAX_S	36000

struct token {
	uint8_t		digest[SECRET_HASH_LEN];
	uint8_t		salt[SECRET_SALT_LEN];	/* the user's, at its birth */
	char		user[USERS_NAME_MAX];
	enum roles_role	role;
	unsigned	timeout_s;
	real_s		start;		/* wall clock, for people */
	mono_ns		began, used;
};

/* All zero is a valid empty one. */
struct tokens {
	struct token	*list;
	size_t		 count, room;
};

void tokens_fini(struct tokens *t);

/* A new token; text gets what the user shall send. NULL with ERR_RANGE when
 * the user has TOKENS_PER_USER. Valid until the next change. */
const struct token *tokens_issue(struct tokens *t, const struct user *user,
    const struct clock *now, char text[TOKENS_TEXT_LEN + 1], struct err *e);

/* The live token of this text, now in use; NULL = unknown or over. */
struct token *tokens_use(struct tokens *t, const struct users *u,
    const char *text, mono_ns now);

/* Does a token of this text live? To ask is no use of it. */
bool tokens_check(const struct tokens *t, const struct users *u,
    const char *text, mono_ns now);

/* Ends it. */
void tokens_drop(struct tokens *t, struct token *one);

#endif
