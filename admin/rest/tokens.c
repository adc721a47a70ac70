/* admin/rest/tokens.c - see tokens.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static bool
is_over(const struct token *one, mono_ns now)
{
	return now - one->used > one->timeout_s * CLOCK_S ||
	    now - one->began > TOKENS_TIMEOUT_MAX_S * CLOCK_S;
}

/* Was it given to this user as he is now? */
static bool
is_current(const struct token *one, const struct users *u)
{
	const struct user *user = users_find(u, one->user);

	return user != NULL && user->role == one->role &&
	    memcmp(user->salt, one->salt, sizeof(one->salt)) == 0;
}

void
tokens_fini(struct tokens *t)
{
	free(t->list);
	*t = (struct tokens){ 0 };
}

void
tokens_drop(struct tokens *t, struct token *one)
{
	*one = t->list[--t->count];
}

static void
drop_ended(struct tokens *t, mono_ns now)
{
	for (size_t i = t->count; i-- > 0; )
		if (is_over(&t->list[i], now))
			tokens_drop(t, &t->list[i]);
}

static size_t
count_of(const struct tokens *t, const char *user)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++)
		n += strcmp(t->list[i].user, user) == 0;
	return n;
}

const struct token *
tokens_issue(struct tokens *t, const struct user *user,
    const struct clock *now, char text[TOKENS_TEXT_LEN + 1], struct err *e)
{
	uint8_t octets[TOKENS_TEXT_LEN / 2];
	struct token *one;

	drop_ended(t, clock_mono(now));
	if (count_of(t, user->name) >= TOKENS_PER_USER) {
		(void)err_set(e, ERR_RANGE, "user %s has reached the maximum "
		    "of %d active login tokens", user->name, TOKENS_PER_USER);
		return NULL;
	}
	t->list = mem_grow(t->list, &t->room, t->count + 1, sizeof(*t->list));
	one = &t->list[t->count++];
	*one = (struct token){ .role = user->role,
	    .timeout_s = TOKENS_TIMEOUT_S, .start = clock_real(now),
	    .began = clock_mono(now), .used = clock_mono(now) };
	memcpy(one->salt, user->salt, sizeof(one->salt));
	memcpy(one->user, user->name, sizeof(one->user));
	secret_random(octets, sizeof(octets));
	secret_to_hex(octets, sizeof(octets), text);
	secret_digest(text, TOKENS_TEXT_LEN, one->digest);
	secret_wipe(octets, sizeof(octets));
	return one;
}

/* The one of this text, whether it has ended or not; NULL = none. */
static struct token *
find(const struct tokens *t, const char *text)
{
	uint8_t digest[SECRET_HASH_LEN];

	if (strlen(text) != TOKENS_TEXT_LEN)
		return NULL;
	secret_digest(text, TOKENS_TEXT_LEN, digest);
	for (size_t i = 0; i < t->count; i++)
		if (memcmp(t->list[i].digest, digest, sizeof(digest)) == 0)
			return &t->list[i];
	return NULL;
}

struct token *
tokens_use(struct tokens *t, const struct users *u, const char *text,
    mono_ns now)
{
	struct token *one = find(t, text);

	if (one == NULL)
		return NULL;
	if (is_over(one, now) || !is_current(one, u)) {
		tokens_drop(t, one);
		return NULL;
	}
	one->used = now;
	return one;
}

bool
tokens_check(const struct tokens *t, const struct users *u, const char *text,
    mono_ns now)
{
	const struct token *one = find(t, text);

	return one != NULL && !is_over(one, now) && is_current(one, u);
}
