/* wom/link/routeset.c - see routeset.h. Routes stand sorted: by family, the longest
 * first, then by address; routes of one length are a run, in which an address is
 * looked up by its first bits. Layer: wom/link.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/routeset.h"

#include <sys/socket.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "wom/link/linkhello.h"
#include "wom/link/linkopen.h"

struct run {
	uint8_t	family, len;
	size_t	first, count;
};

struct routeset {
	struct linkroute *routes;
	struct run	 *runs;
	size_t		  count, runs_count;
};

/* Sets all bits past len to what is given. */
static void
fill_bits(struct addr *a, unsigned len, bool ones)
{
	size_t octets = addr_len(a);

	for (size_t i = len / 8; i < octets; i++) {
		unsigned mask = i == len / 8 ? 0xffu >> len % 8 : 0xff;

		a->octets[i] = (uint8_t)(ones ? a->octets[i] | mask :
		    a->octets[i] & ~mask);
	}
}

static int
compare_network(const struct linkroute *a, const struct linkroute *b)
{
	if (a->dest.addr.family != b->dest.addr.family)
		return a->dest.addr.family < b->dest.addr.family ? -1 : 1;
	if (a->dest.len != b->dest.len)
		return a->dest.len > b->dest.len ? -1 : 1;
	return addr_compare(&a->dest.addr, &b->dest.addr);
}

/* Of those to one network the one that counts comes first. */
static int
compare_routes(const void *va, const void *vb)
{
	const struct linkroute *a = va, *b = vb;
	int d = compare_network(a, b);

	if (d != 0)
		return d;
	if (a->exclude != b->exclude)
		return a->exclude ? -1 : 1;
	return (a->metric > b->metric) - (a->metric < b->metric);
}

static void
remove_doubles(struct routeset *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		if (n == 0 || compare_network(&s->routes[i],
		    &s->routes[n - 1]) != 0)
			s->routes[n++] = s->routes[i];
	s->count = n;
}

static void
find_runs(struct routeset *s)
{
	struct run *r = NULL;
	size_t room = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct addr_prefix *p = &s->routes[i].dest;

		if (r == NULL || r->family != p->addr.family ||
		    r->len != p->len) {
			s->runs = mem_grow(s->runs, &room, s->runs_count + 1,
			    sizeof(*r));
			r = &s->runs[s->runs_count++];
			*r = (struct run){ .family = p->addr.family,
			    .len = p->len, .first = i };
		}
		r->count++;
	}
}

struct routeset *
routeset_new(const struct linkroute *routes, size_t count)
{
	struct routeset *s = mem_zalloc(1, sizeof(*s));

	if (count == 0)
		return s;
	s->routes = mem_dup(routes, count * sizeof(*routes));
	s->count = count;
	qsort(s->routes, count, sizeof(*s->routes), compare_routes);
	remove_doubles(s);
	find_runs(s);
	return s;
}

void
routeset_free(struct routeset **sp)
{
	struct routeset *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	free(s->routes);
	free(s->runs);
	free(s);
}

static const struct linkroute *
find_in_run(const struct routeset *s, const struct run *r,
    const struct addr *network)
{
	size_t low = r->first, high = r->first + r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int d = addr_compare(&s->routes[middle].dest.addr, network);

		if (d == 0)
			return &s->routes[middle];
		if (d < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct linkroute *
routeset_find(const struct routeset *s, const struct addr *a)
{
	struct addr network = *a;
	const struct linkroute *r;

	if (s == NULL)
		return NULL;
	for (size_t i = 0; i < s->runs_count; i++) {
		if (s->runs[i].family != a->family)
			continue;
		fill_bits(&network, s->runs[i].len, false);
		r = find_in_run(s, &s->runs[i], &network);
		if (r != NULL)
			return r->exclude ? NULL : r;
	}
	return NULL;
}

/* ---- ranges ---- */

/* The address behind a; false: there is none. */
static bool
step(struct addr *a)
{
	for (size_t i = addr_len(a); i-- > 0;)
		if (++a->octets[i] != 0)
			return true;
	return false;
}

/* The one before; a is not the lowest of its family. */
static void
step_back(struct addr *a)
{
	for (size_t i = addr_len(a); i-- > 0;)
		if (a->octets[i]-- != 0)
			return;
}

static int
compare_addrs(const void *va, const void *vb)
{
	return addr_compare(va, vb);
}

/* Wherever what is found can change: where networks begin, and behind them. */
static struct addr *
find_edges(const struct routeset *s, uint8_t family, size_t *count)
{
	struct addr *edges = mem_zalloc(2 * s->count, sizeof(*edges)), past;
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct addr_prefix *p = &s->routes[i].dest;

		if (p->addr.family != family)
			continue;
		past = edges[n++] = p->addr;
		fill_bits(&past, p->len, true);
		if (step(&past))
			edges[n++] = past;
	}
	qsort(edges, n, sizeof(*edges), compare_addrs);
	*count = n;
	return edges;
}

void
routeset_each_range(const struct routeset *s, uint8_t family,
    routeset_range_fn fn, void *arg)
{
	struct addr *edges, first = { 0 }, last;
	bool inside = false;
	size_t count;

	if (s == NULL || s->count == 0)
		return;
	edges = find_edges(s, family, &count);
	for (size_t i = 0; i < count; i++) {
		bool found = routeset_find(s, &edges[i]) != NULL;

		if (found && !inside)
			first = edges[i];
		last = edges[i];
		step_back(&last);
		if (!found && inside)
			fn(arg, &first, &last);
		inside = found;
	}
	if (inside) {
		last = first;
		fill_bits(&last, 0, true);
		fn(arg, &first, &last);
	}
	free(edges);
}

/* ---- what a peer may ask ---- */

/* Bits, and the network that no host is on. */
static const struct {
	uint8_t	family, len, octets[12];
} odd[] = {
	{ AF_INET, 8, { 0 } },			/* RFC 1122 3.2.1.3: this network */
	{ AF_INET, 8, { 127 } },		/* the same: loopback */
	{ AF_INET, 16, { 169, 254 } },		/* RFC 3927: link-local */
	{ AF_INET, 4, { 224 } },		/* RFC 5771: multicast */
	{ AF_INET, 4, { 240 } },		/* RFC 1112 4, RFC 919 7 */
	{ AF_INET6, 96, { 0 } },		/* RFC 4291 2.5.2, 2.5.3, 2.5.5.1 */
	{ AF_INET6, 96, { [10] = 0xff, [11] = 0xff } },	/* 2.5.5.2: mapped */
	{ AF_INET6, 10, { 0xfe, 0x80 } },	/* 2.5.6: link-local */
	{ AF_INET6, 8, { 0xff } },		/* 2.7: multicast */
};

bool
routeset_is_host(const struct addr *a)
{
	struct addr_prefix p;

	if (a->family == 0)
		return false;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		p = (struct addr_prefix){ .addr.family = odd[i].family,
		    .len = odd[i].len };
		memcpy(p.addr.octets, odd[i].octets, sizeof(odd[i].octets));
		if (addr_in_prefix(a, &p))
			return false;
	}
	return true;
}

static bool
is_loopback(const struct addr *a)
{
	static const uint8_t own6[16] = { [15] = 1 };

	return a->family == AF_INET ? a->octets[0] == 127 :
	    a->family == AF_INET6 && memcmp(a->octets, own6, 16) == 0;
}

/* A host that we tell of; one of loopback only where that is what we tell: nobody
 * gets at our own services because of a route to everywhere. */
static bool
leads_to(const struct routeset *ours, const struct addr *a)
{
	const struct linkroute *r = routeset_find(ours, a);

	return r != NULL && (routeset_is_host(a) ||
	    (is_loopback(a) && is_loopback(&r->dest.addr)));
}

int
routeset_admit(const struct routeset *ours, const struct routeset *theirs,
    const struct linkopen *o, struct err *e)
{
	char text[ADDR_TEXT_MAX], other[ADDR_TEXT_MAX];

	addr_format_port(&o->dest, text);
	if (o->dest.port == 0 || (!routeset_is_host(&o->dest.addr) &&
	    !is_loopback(&o->dest.addr)))
		return err_set(e, ERR_DENIED, "%s is no place to connect to",
		    text);
	if (!leads_to(ours, &o->dest.addr))
		return err_set(e, ERR_DENIED, "%s is on no network that the "
		    "peer is told of", text);
	if (o->source.addr.family == 0)
		return 0;
	addr_format(&o->source.addr, other);
	if (o->source.addr.family != o->dest.addr.family)
		return err_set(e, ERR_DENIED, "a connection from %s to %s "
		    "cannot be", other, text);
	if (!routeset_is_host(&o->source.addr) ||
	    routeset_find(theirs, &o->source.addr) == NULL)
		return err_set(e, ERR_DENIED, "the source, %s, is on no network "
		    "that the peer advertises", other);
	return 0;
}
