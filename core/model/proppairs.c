/* core/model/proppairs.c - see proppairs.h; the kind PAIRS.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/proppairs.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/propkind.h"
#include "core/model/proplist.h"
#include "core/model/strlist.h"

#define KEY_MAX		255	/* octets */
#define WORD_MAX	4096	/* of key, "=" and text */

size_t
proppairs_key_len(const char *word)
{
	return strcspn(word, "=");
}

/* The pair with a key of len octets, or NULL. */
static const char *
find_key(const struct strlist *l, const char *key, size_t len)
{
	for (size_t i = 0; i < l->count; i++)
		if (proppairs_key_len(l->v[i]) == len &&
		    memcmp(l->v[i], key, len) == 0)
			return l->v[i];
	return NULL;
}

bool
proppairs_has(const struct strlist *l, const char *key)
{
	return find_key(l, key, strlen(key)) != NULL;
}

static int
check_word(const struct prop *p, const char *word, struct err *e)
{
	size_t key = proppairs_key_len(word);

	if (word[key] != '=')
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not of the "
		    "form KEY=text", p->name, word);
	if (key == 0 || key > KEY_MAX)
		return err_set(e, ERR_RANGE, "%s: a key of %zu octets is "
		    "outside 1..%d", p->name, key, KEY_MAX);
	if (strlen(word) > WORD_MAX)
		return err_set(e, ERR_RANGE, "%s: %.*s: key and text of %zu "
		    "octets are over %d", p->name, (int)key, word,
		    strlen(word) - 1, WORD_MAX - 1);
	return 0;
}

/* In the place of the pair with the same key. */
static int
add_pair(const struct prop *p, const char *word, void *v, struct err *e)
{
	struct strlist *l = v;
	const char *was;

	if (check_word(p, word, e) != 0)
		return e->code;
	was = find_key(l, word, proppairs_key_len(word));
	if (was == NULL && p->max != 0 && l->count >= p->max)
		return proplist_full(p, l, e);
	if (was != NULL)
		(void)strlist_remove(l, was);
	(void)strlist_add(l, word);
	return 0;
}

int
proppairs_put(const struct prop *p, void *obj, const char *key,
    const char *text, struct err *e)
{
	struct strlist *l = (void *)((char *)obj + p->off);
	const char *was = find_key(l, key, strlen(key));
	char *word;
	int rc;

	if (strchr(key, '=') != NULL)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is no key: it has "
		    "a =", p->name, key);
	if (text == NULL) {
		if (was != NULL)
			(void)strlist_remove(l, was);
		return 0;
	}
	word = mem_printf("%s=%s", key, text);
	rc = prop_add(p, obj, word, e);
	free(word);
	return rc;
}

const struct propkind proppairs_kind = {
	.title = "keys and texts", .size = sizeof(struct strlist),
	.add = add_pair, .format = proplist_format, .empty = proplist_is_empty,
	.copy = proplist_copy, .equal = proplist_equal, .fini = proplist_fini,
};
