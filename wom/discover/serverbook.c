/* wom/discover/serverbook.c - see serverbook.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/serverbook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "core/base/hash.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/discover/ippacket.h"

struct network {
	struct addr_prefix prefix;
	size_t		 servers;
	char		 text[ADDR_TEXT_MAX];
};

/* In the order of the last connections, the longest idle first. */
struct server {
	struct list	 node;
	struct addr_prefix at;		/* one host; or, kept, a network */
	struct network	*network;
	mono_ns		 seen;
	char		 text[ADDR_TEXT_MAX];
};

/* A client's first word, in the place that its hash gives; a later one with the
 * same takes it. All octets are compared, so there is no padding. */
struct opening {
	struct addr	 client, server;
	uint16_t	 client_port, server_port;
};
struct waiting {
	struct opening	 o;
	mono_ns		 at;		/* 0 = none */
};

struct serverbook {
	struct serverbook_watch watch;
	struct serverbook_rules rules;
	struct addr_prefix *subnets;	/* of rules */
	struct map	 servers, networks;
	struct list	 order;
	struct hash_key	 key;
	struct waiting	 waiting[SERVERBOOK_OPENINGS];
};

struct serverbook *
serverbook_new(const struct serverbook_watch *w)
{
	struct serverbook *b = mem_zalloc(1, sizeof(*b));
	uint64_t seed = 0;
	ssize_t n = getrandom(&seed, sizeof(seed), 0);

	assert(n == (ssize_t)sizeof(seed));
	hash_key_init(&b->key, seed);
	b->watch = *w;
	map_init_borrowing(&b->servers);
	map_init_borrowing(&b->networks);
	list_init(&b->order);
	return b;
}

/* tell: those who watch hear of a network that is gone. */
static void
drop_server(struct serverbook *b, struct server *s, bool tell)
{
	struct network *n = s->network;

	(void)map_remove(&b->servers, s->text);
	list_remove(&s->node);
	free(s);
	if (--n->servers > 0)
		return;
	(void)map_remove(&b->networks, n->text);
	if (tell)
		b->watch.went(b->watch.arg, &n->prefix);
	free(n);
}

void
serverbook_free(struct serverbook **bp)
{
	struct serverbook *b = *bp;

	*bp = NULL;
	if (b == NULL)
		return;
	LIST_EACH(&b->order, n)
		drop_server(b, OBJ_OF(n, struct server, node), false);
	map_fini(&b->servers);
	map_fini(&b->networks);
	free(b->subnets);
	free(b);
}

/* ---- servers and networks ---- */

static void
cut(struct addr_prefix *p, uint8_t len)
{
	if (p->len <= len)
		return;
	for (unsigned i = len; i < p->len; i++)
		p->addr.octets[i / 8] &= (uint8_t)~(0x80u >> i % 8);
	p->len = len;
}

static struct addr_prefix
network_of(const struct serverbook *b, const struct addr_prefix *at)
{
	struct addr_prefix p = *at;

	cut(&p, p.addr.family == AF_INET ? b->rules.len4 : b->rules.len6);
	return p;
}

static struct network *
find_network(const struct serverbook *b, const struct addr_prefix *p)
{
	char text[ADDR_TEXT_MAX];

	return map_find(&b->networks, addr_format_prefix(p, text));
}

static struct network *
join_network(struct serverbook *b, const struct addr_prefix *at)
{
	struct addr_prefix p = network_of(b, at);
	struct network *n = find_network(b, &p);

	if (n == NULL) {
		n = mem_zalloc(1, sizeof(*n));
		n->prefix = p;
		(void)addr_format_prefix(&p, n->text);
		(void)map_put(&b->networks, n->text, n);
		b->watch.came(b->watch.arg, &p);
	}
	n->servers++;
	return n;
}

/* The one that is idle for the longest goes, if it is for long enough. */
static bool
make_room(struct serverbook *b, mono_ns now)
{
	struct server *s;

	if (b->servers.count < b->rules.count_max)
		return true;
	if (list_empty(&b->order))
		return false;
	s = OBJ_OF(b->order.next, struct server, node);
	if (now - s->seen < b->rules.idle_min_ns)
		return false;
	drop_server(b, s, true);
	return true;
}

static void
touch(struct serverbook *b, const struct addr_prefix *at, mono_ns now)
{
	char text[ADDR_TEXT_MAX];
	struct server *s = map_find(&b->servers,
	    addr_format_prefix(at, text));

	if (s == NULL) {
		if (!make_room(b, now))
			return;
		s = mem_zalloc(1, sizeof(*s));
		s->at = *at;
		memcpy(s->text, text, sizeof(text));
		list_init(&s->node);
		s->network = join_network(b, at);
		(void)map_put(&b->servers, s->text, s);
	}
	s->seen = now;
	list_remove(&s->node);
	list_append(&b->order, &s->node);
}

/* ---- which ones count ---- */

static bool
passes_filter(const struct serverbook *b, const struct addr_prefix *at)
{
	bool listed = false;

	for (size_t i = 0; i < b->rules.subnet_count && !listed; i++)
		listed = b->subnets[i].len <= at->len &&
		    addr_in_prefix(&at->addr, &b->subnets[i]);
	return listed == b->rules.include;
}

/* Networks are made anew, since their length may be another. */
void
serverbook_set(struct serverbook *b, const struct serverbook_rules *r)
{
	struct list was;
	bool same = r->len4 == b->rules.len4 && r->len6 == b->rules.len6;

	free(b->subnets);
	b->rules = *r;
	b->subnets = r->subnet_count == 0 ? NULL :
	    mem_dup(r->subnets, r->subnet_count * sizeof(*r->subnets));
	b->rules.subnets = b->subnets;
	list_init(&was);
	LIST_EACH(&b->order, n) {
		list_remove(n);
		list_append(&was, n);
	}
	LIST_EACH(&was, n) {
		struct server *s = OBJ_OF(n, struct server, node);
		struct addr_prefix at = s->at;
		mono_ns seen = s->seen;
		bool stays = passes_filter(b, &at) &&
		    b->servers.count <= b->rules.count_max;

		if (!stays || !same)
			drop_server(b, s, true);
		if (stays && !same)
			touch(b, &at, seen);
		if (stays && same) {
			list_remove(n);
			list_append(&b->order, n);
		}
	}
}

static struct waiting *
place_of(struct serverbook *b, const struct opening *o)
{
	return &b->waiting[hash_octets(&b->key, o, sizeof(*o)) %
	    SERVERBOOK_OPENINGS];
}

static struct opening
opening_of(const struct addrport *client, const struct addrport *server)
{
	struct opening o;

	memset(&o, 0, sizeof(o));
	o.client = client->addr;
	o.server = server->addr;
	o.client_port = client->port;
	o.server_port = server->port;
	return o;
}

/* What the client had to wait for; UINT64_MAX: it was not seen asking. */
static dur_ns
rtt_of(struct serverbook *b, const struct opening *o, mono_ns now)
{
	struct waiting *w = place_of(b, o);
	dur_ns rtt = now - w->at;

	if (w->at == 0 || memcmp(&w->o, o, sizeof(*o)) != 0)
		return UINT64_MAX;
	w->at = 0;
	return rtt;
}

/* Of a known network it need not have been seen that somebody asked: when a
 * tunnel leads there it is this host that asks. */
static void
see_answer(struct serverbook *b, const struct ippacket_opening *seg,
    mono_ns now)
{
	struct opening o = opening_of(&seg->dest, &seg->source);
	struct addr_prefix at = { .addr = seg->source.addr }, network;
	dur_ns rtt = rtt_of(b, &o, now);

	at.len = (uint8_t)(8 * addr_len(&at.addr));
	network = network_of(b, &at);
	if (rtt == UINT64_MAX && find_network(b, &network) != NULL)
		rtt = 0;
	if (rtt <= b->rules.rtt_max_ns &&
	    ippacket_hops(seg->ttl) <= b->rules.hops_max &&
	    passes_filter(b, &at))
		touch(b, &at, now);
}

void
serverbook_see(struct serverbook *b, const struct ippacket_opening *seg,
    mono_ns now)
{
	struct opening o;

	if (seg->answer) {
		see_answer(b, seg, now);
		return;
	}
	o = opening_of(&seg->source, &seg->dest);
	*place_of(b, &o) = (struct waiting){ .o = o, .at = now };
}

void
serverbook_keep(struct serverbook *b, const struct addr_prefix *network,
    mono_ns now)
{
	if (passes_filter(b, network))
		touch(b, network, now);
}

void
serverbook_tick(struct serverbook *b, mono_ns now)
{
	LIST_EACH(&b->order, n) {
		struct server *s = OBJ_OF(n, struct server, node);

		if (b->rules.idle_max_ns == 0 ||
		    now - s->seen < b->rules.idle_max_ns)
			break;
		drop_server(b, s, true);
	}
}

size_t
serverbook_count(const struct serverbook *b)
{
	return b->servers.count;
}
