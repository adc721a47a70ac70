/* core/rest/restplace.c - see restplace.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restplace.h"

#include <stdlib.h>
#include <string.h>

#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/path.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"
#include "core/rest/restrequest.h"

#define ROOT	2	/* "mgmt", "tm" */

/* The parts after the root as they stand; returns how many. */
static size_t
words_of(const struct restrequest *q, const char *words[RESTREQUEST_SEGMENTS])
{
	size_t n = 0;

	for (size_t i = ROOT; i < q->segment_count; i++)
		words[n++] = q->segments[i].text;
	return n;
}

static bool
is_stats(const struct restrequest *q, size_t i)
{
	return i + 1 == q->segment_count &&
	    strcmp(q->segments[i].text, "stats") == 0;
}

/* The row of items that this part names. */
static const struct prop *
items_called(const struct type *t, const char *name)
{
	const struct prop *p = prop_find(t->props, name, NULL);

	return p != NULL && p->kind == PROP_ITEMS && p->refused == NULL ?
	    p : NULL;
}

struct restplace
restplace_find(const struct schema *s, const struct restrequest *q)
{
	const char *words[RESTREQUEST_SEGMENTS];
	struct restplace at = { .type = NULL };
	size_t used, i, count = words_of(q, words);

	at.type = schema_match(s, words, count, &used);
	if (at.type == NULL)
		return at;
	i = ROOT + used;
	if (at.type->naming == TYPE_SINGLE) {
		at.name = at.plain = "";
	} else if (i < q->segment_count && !is_stats(q, i)) {
		at.name = q->segments[i].name;
		at.plain = q->segments[i++].text;
	}
	if (at.name != NULL && i < q->segment_count &&
	    (at.items = items_called(at.type, q->segments[i].text)) != NULL) {
		i++;
		if (i < q->segment_count && !is_stats(q, i))
			at.key = q->segments[i++].name;
	}
	if (i < q->segment_count && is_stats(q, i)) {
		at.stats = true;
		i++;
	}
	at.beyond = i < q->segment_count;
	return at;
}

/* "gtm pool" of "gtm pool a"? */
static bool
begins(const struct type *t, const char *const *words, size_t count)
{
	const char *p = t->words;

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(p, words[i], len) != 0 || p[len] != ' ')
			return false;
		p += len + 1;
	}
	return true;
}

bool
restplace_is_family(const struct schema *s, const struct restrequest *q)
{
	const char *words[RESTREQUEST_SEGMENTS];
	size_t count = words_of(q, words);

	for (size_t i = 0; count > 0 && s->types[i] != NULL; i++)
		if (begins(s->types[i], words, count))
			return true;
	return false;
}

static const struct object *
find(const struct draft *d, const struct type *t, const char *name)
{
	const struct object *o;
	char *path;

	if (t->refused != NULL)
		return NULL;
	if (t->naming == TYPE_SINGLE)
		return draft_find(d, t, NULL);
	path = t->make_name != NULL ? t->make_name(name, NULL) :
	    path_absolute(name, NULL);
	if (path == NULL)
		return NULL;
	o = draft_find(d, t, path);
	free(path);
	return o;
}

const struct object *
restplace_object(const struct restplace *at, const struct draft *d)
{
	const struct object *o;

	if (at->type == NULL || at->name == NULL || at->beyond)
		return NULL;
	o = find(d, at->type, at->name);
	return o != NULL ? o : find(d, at->type, at->plain);
}

struct object *
restplace_item(const struct object *o, const struct prop *items,
    const char *key)
{
	const struct objlist *l = (const void *)((const char *)o + items->off);
	struct object *found = objlist_find(l, key);
	char *want, *have;

	if (found != NULL)
		return found;
	want = restname_plain(key);
	for (size_t i = 0; i < l->count && found == NULL; i++) {
		have = restname_plain(l->v[i]->name);
		if (strcmp(have, want) == 0)
			found = l->v[i];
		free(have);
	}
	free(want);
	return found;
}
