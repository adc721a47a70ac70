/* admin/rest/lockout.c - see lockout.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/lockout.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define FAILS_MAX	5
#define WINDOW		(60 * CLOCK_S)
#define FIRST_WAIT_S	60
#define DOUBLINGS_MAX	6	/* 64 minutes at the most */
#define MEMORY		(4 * 3600 * CLOCK_S)	/* how long a lock is held against it */

struct entry {
	char		key[LOCKOUT_KEY_MAX];	/* "" = free */
	mono_ns		fails[FAILS_MAX];	/* ring of the newest */
	unsigned	count;			/* of fails since the last lock */
	unsigned	locks;			/* how often it was locked */
	mono_ns		until;			/* locked until then */
	mono_ns		last;			/* newest failure */
};

struct lockout {
	struct entry	entries[LOCKOUT_KEYS];
	struct {
		char	key[LOCKOUT_KEY_MAX];
		mono_ns	last;
	}		known[LOCKOUT_KNOWN];
};

struct lockout *
lockout_new(void)
{
	return mem_zalloc(1, sizeof(struct lockout));
}

void
lockout_free(struct lockout **pl)
{
	free(*pl);
	*pl = NULL;
}

static const struct entry *
find(const struct lockout *l, const char *key)
{
	for (size_t i = 0; i < LOCKOUT_KEYS; i++)
		if (strncmp(l->entries[i].key, key, LOCKOUT_KEY_MAX - 1) == 0)
			return &l->entries[i];
	return NULL;
}

unsigned
lockout_wait_s(const struct lockout *l, const char *key, mono_ns now)
{
	const struct entry *en = find(l, key);

	if (en == NULL || en->until <= now)
		return 0;
	return (unsigned)((en->until - now + CLOCK_S - 1) / CLOCK_S);
}

/* A free place, or that of the key which is longest silent. */
static struct entry *
make(struct lockout *l, const char *key)
{
	struct entry *en = &l->entries[0];

	for (size_t i = 0; i < LOCKOUT_KEYS && en->key[0] != '\0'; i++)
		if (l->entries[i].key[0] == '\0' ||
		    l->entries[i].last < en->last)
			en = &l->entries[i];
	memset(en, 0, sizeof(*en));
	(void)snprintf(en->key, sizeof(en->key), "%s", key);
	return en;
}

void
lockout_fail(struct lockout *l, const char *key, mono_ns now)
{
	struct entry *en = (struct entry *)(uintptr_t)find(l, key);

	if (en == NULL)
		en = make(l, key);
	else if (now - en->last > MEMORY)
		en->locks = en->count = 0;
	en->last = now;
	en->fails[en->count++ % FAILS_MAX] = now;
	/* The place after the newest holds the oldest of the five. */
	if (en->count < FAILS_MAX ||
	    now - en->fails[en->count % FAILS_MAX] > WINDOW)
		return;
	en->until = now + ((uint64_t)FIRST_WAIT_S << en->locks) * CLOCK_S;
	en->count = 0;
	if (en->locks < DOUBLINGS_MAX)
		en->locks++;
}

void
lockout_clear(struct lockout *l, const char *key)
{
	struct entry *en = (struct entry *)(uintptr_t)find(l, key);

	if (en != NULL)
		memset(en, 0, sizeof(*en));
}

bool
lockout_is_known(const struct lockout *l, const char *key)
{
	for (size_t i = 0; i < LOCKOUT_KNOWN; i++)
		if (strncmp(l->known[i].key, key, LOCKOUT_KEY_MAX - 1) == 0)
			return true;
	return false;
}

void
lockout_know(struct lockout *l, const char *key, mono_ns now)
{
	size_t at = 0;

	for (size_t i = 0; i < LOCKOUT_KNOWN; i++) {
		if (strncmp(l->known[i].key, key, LOCKOUT_KEY_MAX - 1) == 0) {
			at = i;
			break;
		}
		if (l->known[i].last < l->known[at].last)
			at = i;
	}
	(void)snprintf(l->known[at].key, LOCKOUT_KEY_MAX, "%s", key);
	l->known[at].last = now;
}
