/* gtmd/query/widetable.c - names and their ancestors; see widetable.h.
 *
 * One slotmap holds an entry per name, per ancestor and per literal suffix of a
 * pattern; the patterns themselves are wildset's. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/widetable.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "gtmd/query/slotmap.h"
#include "gtmd/query/wide.h"
#include "gtmd/query/wildname.h"
#include "gtmd/query/wildset.h"

struct widetable {
	unsigned	 magic;
#define WIDETABLE_MAGIC	0x71deab1eu
	struct slotmap	 names;		/* struct wide */
	struct wildset	 patterns;
	unsigned	 labels_max;	/* of any entry, never shrinks */
};

struct widetable *
widetable_new(void)
{
	struct widetable *t = mem_zalloc(1, sizeof(*t));

	t->magic = WIDETABLE_MAGIC;
	slotmap_init(&t->names);
	wildset_init(&t->patterns);
	return t;
}

void
widetable_free(struct widetable **pt)
{
	struct widetable *t = *pt;
	struct wide *e;
	size_t at = 0;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, WIDETABLE_MAGIC);
	while ((e = slotmap_each(&t->names, &at)) != NULL) {
		free(e->shapes);
		wide_free(e);
	}
	slotmap_fini(&t->names);
	wildset_fini(&t->patterns);
	t->magic = 0;
	free(t);
}

/* --- readers -------------------------------------------------------------- */

static struct wide *
find_entry(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	struct slotmap_walk k = slotmap_walk(&t->names, hash);
	struct wide *e;

	while ((e = slotmap_next(&k)) != NULL) {
		if (e->len == len && memcmp(e->name, name, len) == 0)
			return e;
	}
	return NULL;
}

/* A suffix leaves at least one label to the head. */
static const struct wide *
find_pattern(const struct widetable *t, const uint8_t *name, size_t len)
{
	const struct wildset_pattern *best = NULL;
	uint8_t text[DNSNAME_MAX];
	unsigned labels = dnsname_labels(name);
	const uint8_t *at = name;
	size_t done = 0;

	while (labels-- > 0) {
		struct wildset_head h = { .text = text };

		at += *at + 1;
		h.len = (size_t)(at - name);
		if (!wildset_has_depth(&t->patterns, labels))
			continue;
		h.suffix = find_entry(t, at, len - h.len,
		    dnsname_hash(at, len - h.len));
		if (h.suffix == NULL)
			continue;
		wildname_head(name + done, h.len - done, text + done);
		done = h.len;
		best = wildset_find(&t->patterns, &h, best);
	}
	return best != NULL ? best->wide : NULL;
}

const struct wide *
widetable_find(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	const struct wide *e = find_entry(t, name, len, hash);

	if (e != NULL && wide_has_slot(e))
		return e;
	return wildset_has(&t->patterns) ? find_pattern(t, name, len) : NULL;
}

void
widetable_prefetch(const struct widetable *t, uint64_t hash)
{
	slotmap_prefetch(&t->names, hash);
}

void
widetable_prefetch_entry(const struct widetable *t, uint64_t hash)
{
	struct slotmap_walk k = slotmap_walk(&t->names, hash);
	const char *e = slotmap_next(&k);

	if (e != NULL)
		__builtin_prefetch(e);
}

bool
widetable_is_ancestor(const struct widetable *t, const uint8_t *name,
    size_t len, uint64_t hash)
{
	const struct wide *e = find_entry(t, name, len, hash);

	return e != NULL && !wide_has_slot(e);
}

bool
widetable_check(const struct widetable *t, const uint8_t *name, size_t len,
    uint64_t hash)
{
	return find_entry(t, name, len, hash) != NULL;
}

size_t
widetable_find_apex(const struct widetable *t, const uint8_t *name, size_t len)
{
	unsigned labels = dnsname_labels(name);
	unsigned max = __atomic_load_n(&t->labels_max, __ATOMIC_RELAXED);

	for (;; labels--) {
		const struct wide *e = NULL;

		if (labels <= max)
			e = find_entry(t, name, len, dnsname_hash(name, len));
		if (e != NULL && (wide_has_slot(e) ||
		    RCU_GET(e->shapes) != NULL))
			return len;
		if (*name == 0)
			return 0;
		len -= *name + 1u;
		name += *name + 1;
	}
}

/* --- the writer ----------------------------------------------------------- */

static struct wide *
get_entry(struct widetable *t, const uint8_t *name, size_t len)
{
	struct wide *e = find_entry(t, name, len, dnsname_hash(name, len));
	unsigned labels = dnsname_labels(name);

	if (e != NULL)
		return e;
	if (labels > t->labels_max)
		__atomic_store_n(&t->labels_max, labels, __ATOMIC_RELAXED);
	e = wide_new(name, len);
	slotmap_add(&t->names, e->hash, e);
	return e;
}

/* Frees an entry that stands for nothing any more. */
static void
drop_entry(struct widetable *t, struct wide *e)
{
	if (e->below != 0 || e->shapes != NULL || wide_has_slot(e))
		return;
	slotmap_remove(&t->names, e->hash, e);
	rcu_defer(wide_free, e);
}

/* The name's ancestors: one descendant more (the root is nobody's). */
static void
hold_ancestors(struct widetable *t, const uint8_t *name, size_t len)
{
	while (*name != 0) {
		len -= *name + 1u;
		name += *name + 1;
		if (*name != 0)
			get_entry(t, name, len)->below++;
	}
}

static void
release_ancestors(struct widetable *t, const uint8_t *name, size_t len)
{
	while (*name != 0) {
		struct wide *e;

		len -= *name + 1u;
		name += *name + 1;
		if (*name == 0)
			break;
		e = find_entry(t, name, len, dnsname_hash(name, len));
		assert(e != NULL && e->below > 0);
		e->below--;
		drop_entry(t, e);
	}
}

static int
put_pattern(struct widetable *t, const uint8_t *name, enum wide_type type,
    struct decision_slot *slot)
{
	size_t len = dnsname_len(name), at = wildname_suffix(name);
	struct wide *suffix = get_entry(t, name + at, len - at);
	int rc = wildset_put(&t->patterns, suffix, name, type, slot);

	if (rc < 0)
		drop_entry(t, suffix);
	if (rc == 1)
		hold_ancestors(t, name + at, len - at);
	return rc < 0 ? rc : 0;
}

static void
remove_pattern(struct widetable *t, const uint8_t *name, enum wide_type type)
{
	size_t len = dnsname_len(name), at = wildname_suffix(name);
	struct wide *suffix = find_entry(t, name + at, len - at,
	    dnsname_hash(name + at, len - at));

	if (suffix == NULL ||
	    !wildset_remove(&t->patterns, suffix, name, type))
		return;
	drop_entry(t, suffix);
	release_ancestors(t, name + at, len - at);
}

static int
put_name(struct widetable *t, const uint8_t *name, size_t len,
    enum wide_type type, struct decision_slot *slot)
{
	struct wide *e = get_entry(t, name, len);

	if (wide_slot(e, type) != NULL)
		return ERR_EXISTS;
	if (!wide_has_slot(e))
		hold_ancestors(t, name, len);
	wide_set_slot(e, type, slot);
	return 0;
}

int
widetable_put(struct widetable *t, const char *domain, enum wide_type type,
    struct decision_slot *slot, struct err *e)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);
	int rc;

	OBJ_CHECK(t, WIDETABLE_MAGIC);
	assert(slot != NULL);
	if (len == 0)
		return err_set(e, ERR_PARSE, "\"%s\" is not a domain name",
		    domain);
	rc = wildname_check(name) ? put_pattern(t, name, type, slot) :
	    put_name(t, name, len, type, slot);
	if (rc == ERR_EXISTS)
		return err_set(e, rc, "another wide IP of this type answers for "
		    "%s already", domain);
	if (rc != 0)
		return err_set(e, rc, "%s: more than %d patterns differ only "
		    "between their first and last '*' or '?'", domain,
		    WIDETABLE_ALIKE_MAX);
	return 0;
}

void
widetable_remove(struct widetable *t, const char *domain, enum wide_type type)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);
	struct wide *e;

	OBJ_CHECK(t, WIDETABLE_MAGIC);
	if (len == 0)
		return;
	if (wildname_check(name)) {
		remove_pattern(t, name, type);
		return;
	}
	e = find_entry(t, name, len, dnsname_hash(name, len));
	if (e == NULL || wide_slot(e, type) == NULL)
		return;
	wide_set_slot(e, type, NULL);
	if (wide_has_slot(e))
		return;
	drop_entry(t, e);
	release_ancestors(t, name, len);
}
