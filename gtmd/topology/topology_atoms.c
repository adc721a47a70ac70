/* gtmd/topology/topology_atoms.c - see topology_atoms.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_atoms.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "gtmd/topology/geo.h"

#define KEY_MAX	320	/* a kind, a blank, a value, NUL */

/* ---- atoms ---- */

void
topology_atoms_init(struct topology_atoms *a)
{
	*a = (struct topology_atoms){ .v = NULL };
	map_init(&a->ids);
}

void
topology_atoms_fini(struct topology_atoms *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->v[i].value);
		free(a->v[i].parents);
	}
	free(a->v);
	free(a->queue);
	free(a->spare.v);
	map_fini(&a->ids);
	topology_atoms_init(a);
}

static const char *
key_of(enum topoterm_kind kind, const char *value, char key[KEY_MAX])
{
	(void)snprintf(key, KEY_MAX, "%s %s", topoterm_kind_names[kind], value);
	/* What databases write is not compared letter for letter. */
	if (kind == TOPOTERM_STATE || kind == TOPOTERM_GEOIP_ISP)
		for (char *p = key; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
	return key;
}

uint32_t
topology_atoms_find(const struct topology_atoms *a, enum topoterm_kind kind,
    const char *value)
{
	char key[KEY_MAX];
	uintptr_t n = (uintptr_t)map_find(&a->ids, key_of(kind, value, key));

	return n != 0 ? (uint32_t)(n - 1) : TOPOLOGY_ATOM_NONE;
}

static uint64_t *
len_word(const struct topology_atoms *a, uint8_t family, unsigned len)
{
	/* The bits are the caller's to change. */
	return (uint64_t *)(uintptr_t)&a->lens[family == AF_INET6][len / 64];
}

/* What holds of those that no database knows. */
static bool
is_unknown(const struct topoterm *t)
{
	return (t->kind == TOPOTERM_CONTINENT && strcmp(t->value, "--") == 0) ||
	    (t->kind == TOPOTERM_COUNTRY && strcmp(t->value, "N/A") == 0);
}

uint32_t
topology_atoms_put(struct topology_atoms *a, const struct topoterm *t)
{
	/* Everything has one number, whichever family it is written in. */
	const char *value = topoterm_is_any(t) ? "any" : t->value;
	uint32_t id = topology_atoms_find(a, t->kind, value);
	struct topology_atom *to;
	char key[KEY_MAX];

	if (id != TOPOLOGY_ATOM_NONE)
		return id;
	if (a->spare.count > 0) {
		id = a->spare.v[--a->spare.count];
	} else {
		a->v = mem_grow(a->v, &a->room, a->count + 1, sizeof(*a->v));
		id = (uint32_t)a->count++;
	}
	to = &a->v[id];
	*to = (struct topology_atom){ .kind = t->kind };
	to->prefix = t->prefix;
	to->value = mem_strdup(value);
	to->by_default = topoterm_is_any(t) || is_unknown(t);
	to->on_pool = topoterm_is_any(t) || t->kind == TOPOTERM_POOL;
	if (t->kind == TOPOTERM_SUBNET)
		*len_word(a, t->prefix.addr.family, t->prefix.len) |=
		    UINT64_C(1) << t->prefix.len % 64;
	map_put(&a->ids, key_of(t->kind, value, key), (void *)((uintptr_t)id + 1));
	return id;
}

void
topology_atoms_drop(struct topology_atoms *a, uint32_t id)
{
	struct topology_atom *m = &a->v[id];
	char key[KEY_MAX];

	if (m->kind == TOPOTERM_REGION || m->parent_count > 0)
		return;
	(void)map_remove(&a->ids, key_of(m->kind, m->value, key));
	free(m->value);
	free(m->parents);
	/* A term that holds of nobody. */
	*m = (struct topology_atom){ .kind = TOPOTERM_POOL };
	topology_list_add(&a->spare, id);
}

void
topology_atoms_join(struct topology_atoms *a, uint32_t region,
    const struct topoterm *member)
{
	uint32_t id = topology_atoms_put(a, member);
	struct topology_atom *m = &a->v[id];

	m->parents = mem_grow(m->parents, &m->parent_room,
	    m->parent_count + 1, sizeof(*m->parents));
	m->parents[m->parent_count++] = (struct topology_parent){ region,
	    member->negate };
	a->v[region].members++;
	a->v[region].members_in += !member->negate;
}

/* ---- what regions hold ---- */

/* A region of nothing but exclusions is all the rest. */
static bool
region_holds(const struct topology_atom *r)
{
	int64_t in = (int64_t)r->in + r->more_in;
	int64_t out = (int64_t)r->out + r->more_out;

	return out == 0 && r->members > 0 && (r->members_in == 0 || in > 0);
}

/* Regions stand over what they hold: levels rise until all do. A circle would
 * rise for ever; there is none, and depth is bounded by the number of atoms. */
static uint32_t
set_levels(struct topology_atoms *a)
{
	uint32_t top = 0;
	bool moved = true;

	while (moved) {
		moved = false;
		for (size_t i = 0; i < a->count; i++) {
			const struct topology_atom *m = &a->v[i];

			for (size_t k = 0; k < m->parent_count; k++) {
				struct topology_atom *r =
				    &a->v[m->parents[k].region];

				if (r->level > m->level)
					continue;
				r->level = m->level + 1;
				assert(r->level <= a->count);
				top = r->level > top ? r->level : top;
				moved = true;
			}
		}
	}
	return top;
}

static void
tell_parents(struct topology_atoms *a, const struct topology_atom *m)
{
	for (size_t k = 0; k < m->parent_count; k++) {
		struct topology_atom *r = &a->v[m->parents[k].region];

		r->on_pool |= m->on_pool;
		if (m->by_default)
			*(m->parents[k].negate ? &r->out : &r->in) += 1;
	}
}

/* What a region that is asked for holds is asked for too. */
static void
ask_down(struct topology_atoms *a)
{
	bool moved = true;

	while (moved) {
		moved = false;
		for (size_t i = 0; i < a->count; i++) {
			struct topology_atom *m = &a->v[i];

			for (size_t k = 0; !m->asked && k < m->parent_count;
			    k++)
				m->asked = a->v[m->parents[k].region].asked;
			moved |= m->asked && m->kind == TOPOTERM_REGION &&
			    m->queued != m->asked;
			m->queued = m->asked && m->kind == TOPOTERM_REGION;
		}
	}
	for (size_t i = 0; i < a->count; i++)
		a->v[i].queued = false;
}

void
topology_atoms_settle(struct topology_atoms *a)
{
	uint32_t top = set_levels(a);

	for (uint32_t level = 0; level <= top; level++)
		for (size_t i = 0; i < a->count; i++) {
			struct topology_atom *m = &a->v[i];

			if (m->level != level)
				continue;
			if (m->kind == TOPOTERM_REGION)
				m->by_default = region_holds(m);
			tell_parents(a, m);
		}
	ask_down(a);
}

/* ---- flips ---- */

/* This atom is not as it is by default: its regions count anew. */
static void
flip(struct topology_atoms *a, uint32_t id, struct topology_list *out)
{
	const struct topology_atom *m = &a->v[id];
	int32_t by = m->by_default ? -1 : 1;

	topology_list_add(out, id);
	for (size_t k = 0; k < m->parent_count; k++) {
		uint32_t region = m->parents[k].region;
		struct topology_atom *r = &a->v[region];

		*(m->parents[k].negate ? &r->more_out : &r->more_in) += by;
		if (r->queued)
			continue;
		r->queued = true;
		a->queue = mem_grow(a->queue, &a->queue_room,
		    a->queue_count + 1, sizeof(*a->queue));
		a->queue[a->queue_count++] = region;
	}
}

/* Out of the queue, a region of the lowest level: nothing that it holds is
 * still to be looked at. */
static uint32_t
take_lowest(struct topology_atoms *a)
{
	size_t best = 0;
	uint32_t id;

	for (size_t i = 1; i < a->queue_count; i++)
		if (a->v[a->queue[i]].level < a->v[a->queue[best]].level)
			best = i;
	id = a->queue[best];
	a->queue[best] = a->queue[--a->queue_count];
	return id;
}

void
topology_atoms_flip(struct topology_atoms *a,
    const struct topology_list *base, struct topology_list *out)
{
	out->count = 0;
	for (size_t i = 0; i < base->count; i++)
		flip(a, base->v[i], out);
	while (a->queue_count > 0) {
		uint32_t id = take_lowest(a);
		struct topology_atom *r = &a->v[id];
		bool holds = region_holds(r);

		r->more_in = r->more_out = 0;
		r->queued = false;
		if (holds != r->by_default)
			flip(a, id, out);
	}
	topology_list_sort(out);
}

/* ---- what an address makes true ---- */

static void
mask(struct addr *to, unsigned len)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned left = len > i * 8 ? len - i * 8 : 0;

		if (left < 8)
			to->octets[i] &= (uint8_t)(0xff00u >> left);
	}
}

static void
add_found(const struct topology_atoms *a, enum topoterm_kind kind,
    const char *value, struct topology_list *out)
{
	uint32_t id = topology_atoms_find(a, kind, value);

	if (id != TOPOLOGY_ATOM_NONE)
		topology_list_add(out, id);
}

void
topology_atoms_of_addr(const struct topology_atoms *a,
    const struct addr *addr, struct topology_list *out)
{
	unsigned bits = (unsigned)addr_len(addr) * 8;
	char text[ADDR_TEXT_MAX];

	for (unsigned len = 1; len <= bits; len++) {
		struct addr_prefix p = { *addr, (uint8_t)len };

		if ((*len_word(a, addr->family, len) >> len % 64 & 1) == 0)
			continue;
		mask(&p.addr, len);
		add_found(a, TOPOTERM_SUBNET, addr_format_prefix(&p, text),
		    out);
	}
}

/* "/Common/Comcast" is every provider whose name is, or starts with, that
 * word. */
static bool
is_isp(const char *path, const char *name)
{
	const char *word = strrchr(path, '/');
	size_t len;

	word = word != NULL ? word + 1 : path;
	len = strlen(word);
	return strncasecmp(name, word, len) == 0 &&
	    !isalnum((unsigned char)name[len]);
}

static void
add_isps(const struct topology_atoms *a, const char *name,
    struct topology_list *out)
{
	if (*name == '\0')
		return;
	add_found(a, TOPOTERM_GEOIP_ISP, name, out);
	for (size_t i = 0; i < a->count; i++)
		if (a->v[i].kind == TOPOTERM_ISP && is_isp(a->v[i].value, name))
			topology_list_add(out, (uint32_t)i);
}

static void
add_state(const struct topology_atoms *a, const struct geo_facts *f,
    const char *state, struct topology_list *out)
{
	char value[2 * GEO_TEXT_MAX];

	if (*state == '\0')
		return;
	(void)snprintf(value, sizeof(value), "%s/%s", f->country, state);
	add_found(a, TOPOTERM_STATE, value, out);
}

/* What is known is not unknown, which is the other flip. */
static void
add_code(const struct topology_atoms *a, enum topoterm_kind kind,
    const char *code, const char *unknown, struct topology_list *out)
{
	if (*code == '\0')
		return;
	add_found(a, kind, code, out);
	add_found(a, kind, unknown, out);
}

void
topology_atoms_of_facts(const struct topology_atoms *a,
    const struct geo_facts *f, struct topology_list *out)
{
	add_code(a, TOPOTERM_CONTINENT, f->continent, "--", out);
	add_code(a, TOPOTERM_COUNTRY, f->country, "N/A", out);
	add_state(a, f, f->state, out);
	add_state(a, f, f->state_code, out);
	add_isps(a, f->isp, out);
}
