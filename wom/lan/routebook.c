/* wom/lan/routebook.c - see routebook.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/routebook.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "wom/link/linkhello.h"

/* Sorted by name, so that of equals the first wins. */
struct book_peer {
	char		*name;
	struct linkroute *routes;	/* as given, to tell what is another */
	size_t		 count;
	bool		 usable;
	struct routeset	*set;
};

struct routebook {
	struct book_peer *peers;
	size_t		  count, room;
};

struct routebook *
routebook_new(void)
{
	return mem_zalloc(1, sizeof(struct routebook));
}

static void
fini_peer(struct book_peer *p)
{
	free(p->name);
	free(p->routes);
	routeset_free(&p->set);
}

void
routebook_free(struct routebook **bp)
{
	struct routebook *b = *bp;

	*bp = NULL;
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->count; i++)
		fini_peer(&b->peers[i]);
	free(b->peers);
	free(b);
}

/* Where it is, or would be. */
static size_t
place_of(const struct routebook *b, const char *name, bool *there)
{
	size_t i = 0;
	int d = 1;

	while (i < b->count && (d = strcmp(b->peers[i].name, name)) < 0)
		i++;
	*there = i < b->count && d == 0;
	return i;
}

static struct book_peer *
add_peer(struct routebook *b, size_t at, const char *name)
{
	struct book_peer *p;

	b->peers = mem_grow(b->peers, &b->room, b->count + 1, sizeof(*p));
	p = &b->peers[at];
	memmove(p + 1, p, (b->count - at) * sizeof(*p));
	b->count++;
	*p = (struct book_peer){ .name = mem_strdup(name) };
	return p;
}

static bool
same_routes(const struct book_peer *p, const struct linkroute *routes,
    size_t count)
{
	if (p->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (p->routes[i].metric != routes[i].metric ||
		    p->routes[i].exclude != routes[i].exclude ||
		    p->routes[i].dest.len != routes[i].dest.len ||
		    !addr_equal(&p->routes[i].dest.addr, &routes[i].dest.addr))
			return false;
	return true;
}

bool
routebook_put(struct routebook *b, const char *peer,
    const struct linkroute *routes, size_t count, bool usable)
{
	bool there, was, same;
	size_t at = place_of(b, peer, &there);
	struct book_peer *p = there ? &b->peers[at] : add_peer(b, at, peer);

	was = p->usable && p->count > 0;
	same = same_routes(p, routes, count);
	p->usable = usable;
	if (!same) {
		free(p->routes);
		p->routes = count > 0 ?
		    mem_dup(routes, count * sizeof(*routes)) : NULL;
		p->count = count;
		routeset_free(&p->set);
		p->set = routeset_new(routes, count);
	}
	usable = usable && count > 0;
	return was != usable || (usable && !same);
}

bool
routebook_drop(struct routebook *b, const char *peer)
{
	bool there, was;
	size_t at = place_of(b, peer, &there);
	struct book_peer *p = &b->peers[at];

	if (!there)
		return false;
	was = p->usable && p->count > 0;
	fini_peer(p);
	b->count--;
	memmove(p, p + 1, (b->count - at) * sizeof(*p));
	return was;
}

/* Is a a better way than b? Equals: no. */
static bool
is_better(const struct linkroute *a, const struct linkroute *b)
{
	if (b == NULL || a->dest.len != b->dest.len)
		return b == NULL || a->dest.len > b->dest.len;
	return a->metric < b->metric;
}

const char *
routebook_find(const struct routebook *b, const struct addr *dst)
{
	const struct linkroute *best = NULL, *r;
	const char *name = NULL;

	for (size_t i = 0; i < b->count; i++) {
		if (!b->peers[i].usable)
			continue;
		r = routeset_find(b->peers[i].set, dst);
		if (r == NULL || !is_better(r, best))
			continue;
		best = r;
		name = b->peers[i].name;
	}
	return name;
}

/* ---- ranges ---- */

struct range {
	struct addr first, last;
};

struct ranges {
	struct range *v;
	size_t	      count, room;
};

static void
add_range(void *arg, const struct addr *first, const struct addr *last)
{
	struct ranges *r = arg;

	r->v = mem_grow(r->v, &r->room, r->count + 1, sizeof(*r->v));
	r->v[r->count++] = (struct range){ *first, *last };
}

static int
compare_ranges(const void *va, const void *vb)
{
	const struct range *a = va, *b = vb;

	return addr_compare(&a->first, &b->first);
}

/* Does b, which begins no earlier, overlap a or follow it closely? */
static bool
touches(const struct range *a, const struct range *b)
{
	struct addr past = a->last;
	size_t i = addr_len(&past);

	while (i-- > 0 && ++past.octets[i] == 0)
		continue;
	return addr_compare(&b->first, &a->last) <= 0 ||
	    addr_equal(&b->first, &past);
}

void
routebook_each_range(const struct routebook *b, uint8_t family,
    routeset_range_fn fn, void *arg)
{
	struct ranges all = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->peers[i].usable)
			routeset_each_range(b->peers[i].set, family, add_range,
			    &all);
	if (all.count == 0)
		return;
	qsort(all.v, all.count, sizeof(*all.v), compare_ranges);
	for (size_t i = 1; i < all.count; i++) {
		if (!touches(&all.v[n], &all.v[i]))
			all.v[++n] = all.v[i];
		else if (addr_compare(&all.v[i].last, &all.v[n].last) > 0)
			all.v[n].last = all.v[i].last;
	}
	for (size_t i = 0; i <= n; i++)
		fn(arg, &all.v[i].first, &all.v[i].last);
	free(all.v);
}
