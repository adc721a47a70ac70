/* wom/discover/scout.c - see scout.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/scout.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/strlist.h"
#include "wom/discover/ippacket.h"
#include "wom/discover/overhear.h"
#include "wom/discover/seeker.h"
#include "wom/discover/serverbook.h"
#include "wom/types/discovery.h"
#include "wom/types/localendpoint.h"

#define SECOND		UINT64_C(1000000000)
#define MILLISECOND	UINT64_C(1000000)
#define BATCH		128	/* packets between other events */
#define TICK_MS		10000

struct ear {
	struct scout	*owner;
	int		 fd;
	struct loop_io	*io;
};

struct scout {
	unsigned	 magic;
#define SCOUT_MAGIC	0x5c0a7e11u
	struct scout_config c;
	struct seeker	*seeker;
	struct serverbook *servers;
	bool		 asks, learns;
	struct strlist	 lan;
	struct ear	 ear[2];
	struct loop_timer tick;
};

/* ---- what passes ---- */

static bool
is_lan(const struct scout *s, unsigned interface)
{
	char name[IF_NAMESIZE];

	return if_indextoname(interface, name) != NULL &&
	    strlist_has(&s->lan, name);
}

static void
look_at(struct scout *s, const struct ippacket_opening *o, unsigned interface)
{
	bool lan;

	if (!s->c.selected(s->c.arg, o->answer ? o->source.port :
	    o->dest.port))
		return;
	lan = is_lan(s, interface);
	if (s->learns && lan == o->answer)
		serverbook_see(s->servers, o, loop_now_ns(s->c.loop));
	if (s->asks && lan && !o->answer &&
	    !s->c.routed(s->c.arg, &o->dest.addr))
		seeker_want(s->seeker, &o->dest.addr);
}

static void
on_segment(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct ear *ear = arg;
	struct ippacket_opening o;
	uint8_t octets[OVERHEAR_MAX];
	unsigned interface;
	ssize_t n;

	(void)io;
	(void)events;
	OBJ_CHECK(ear->owner, SCOUT_MAGIC);
	for (unsigned i = 0; i < BATCH; i++) {
		n = overhear_read(fd, octets, &interface);
		if (n == -1)
			return;
		if (ippacket_read_opening(&o, octets, (size_t)n))
			look_at(ear->owner, &o, interface);
	}
}

static void
on_tick(struct loop_timer *t, void *arg)
{
	struct scout *s = arg;

	(void)t;
	serverbook_tick(s->servers, loop_now_ns(s->c.loop));
}

/* ---- settings ---- */

static dur_ns
unit_ns(const struct discovery_server *d)
{
	switch ((enum discovery_unit)d->unit) {
	case DISCOVERY_DAYS:
		return 86400 * SECOND;
	case DISCOVERY_HOURS:
		return 3600 * SECOND;
	case DISCOVERY_MINUTES:
		break;
	}
	return 60 * SECOND;
}

static void
set_servers(struct scout *s, const struct discovery_server *d)
{
	struct addr_prefix subnets[DISCOVERY_FILTER_MAX];
	struct serverbook_rules r = {
		.subnets = subnets,
		.include = d->filter_mode == DISCOVERY_INCLUDE,
		.hops_max = d->ip_ttl_limit,
		.rtt_max_ns = d->rtt_max_ms * MILLISECOND,
		.count_max = d->max_count,
		.len4 = (uint8_t)d->min_len_ipv4,
		.len6 = (uint8_t)d->min_len_ipv6,
		.idle_max_ns = d->idle_limit * unit_ns(d),
		.idle_min_ns = d->min_idle * unit_ns(d),
	};

	for (size_t i = 0; i < d->subnets.count &&
	    i < DISCOVERY_FILTER_MAX; i++)
		if (addr_parse_prefix(d->subnets.v[i],
		    &subnets[r.subnet_count]) == 0)
			r.subnet_count++;
	serverbook_set(s->servers, &r);
}

static int
set_seeker(struct scout *s, const struct scout_setup *setup, struct err *e)
{
	const struct discovery_endpoint *d = setup->endpoints;
	struct addr locals[LOCALENDPOINT_ADDRESSES_MAX];
	struct seeker_setup k = {
		.asks = s->asks,
		.answers = setup->enabled && d->discoverable &&
		    d->mode != DISCOVERY_DISABLE,
		.rules = { .asked_max = d->icmp_max_requests,
		    .backoff_ns = d->icmp_min_backoff_s * SECOND,
		    .retries = d->icmp_num_retries },
		.locals = locals, .port = setup->port, .devices = setup->wan,
	};

	for (size_t i = 0; i < setup->addresses->count &&
	    i < LOCALENDPOINT_ADDRESSES_MAX; i++)
		if (addr_parse(setup->addresses->v[i],
		    &locals[k.local_count]) == 0)
			k.local_count++;
	return seeker_set(s->seeker, &k, e);
}

static void
close_ear(struct ear *ear)
{
	loop_io_stop(&ear->io);
	if (ear->fd != -1)
		(void)close(ear->fd);
	ear->fd = -1;
}

static int
open_ear(struct ear *ear, uint8_t family, struct err *e)
{
	if (ear->fd != -1)
		return 0;
	ear->fd = overhear_open(family, OVERHEAR_OPENINGS);
	if (ear->fd == -1 && errno == EPERM)
		return err_set(e, ERR_DENIED, "discovery: no CAP_NET_RAW");
	if (ear->fd == -1)
		return err_sys(e, errno, "discovery");
	ear->io = loop_io_start(ear->owner->c.loop, ear->fd, LOOP_READ,
	    on_segment, ear);
	return 0;
}

int
scout_set(struct scout *s, const struct scout_setup *setup, struct err *e)
{
	int rc;

	OBJ_CHECK(s, SCOUT_MAGIC);
	s->asks = setup->enabled && setup->endpoints->mode !=
	    DISCOVERY_DISABLE;
	s->learns = setup->enabled && setup->servers->enabled;
	strlist_fini(&s->lan);
	strlist_copy(&s->lan, setup->lan);
	set_servers(s, setup->servers);
	rc = set_seeker(s, setup, e);
	for (size_t i = 0; i < OBJ_COUNT(s->ear); i++) {
		if (s->lan.count == 0 || (!s->asks && !s->learns))
			close_ear(&s->ear[i]);
		else if (rc == 0)
			rc = open_ear(&s->ear[i], i == 0 ? AF_INET : AF_INET6,
			    e);
	}
	return rc;
}

/* ---- birth and end ---- */

static void
on_peer(void *arg, const struct addrport *at, const struct addr *to)
{
	struct scout *s = arg;

	s->c.peer(s->c.arg, at, to);
}

struct scout *
scout_new(const struct scout_config *c)
{
	struct scout *s = mem_zalloc(1, sizeof(*s));
	struct seeker_config k = { .loop = c->loop, .found = on_peer,
	    .arg = s };
	const struct serverbook_watch w = { .came = c->came,
	    .went = c->went, .arg = c->arg };

	s->magic = SCOUT_MAGIC;
	s->c = *c;
	memcpy(k.site, c->site, sizeof(k.site));
	s->seeker = seeker_new(&k);
	s->servers = serverbook_new(&w);
	for (size_t i = 0; i < OBJ_COUNT(s->ear); i++)
		s->ear[i] = (struct ear){ .owner = s, .fd = -1 };
	loop_timer_init(&s->tick, c->loop, on_tick, s);
	loop_timer_start(&s->tick, TICK_MS, TICK_MS);
	return s;
}

void
scout_free(struct scout **sp)
{
	struct scout *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, SCOUT_MAGIC);
	for (size_t i = 0; i < OBJ_COUNT(s->ear); i++)
		close_ear(&s->ear[i]);
	loop_timer_stop(&s->tick);
	seeker_free(&s->seeker);
	serverbook_free(&s->servers);
	strlist_fini(&s->lan);
	s->magic = 0;
	free(s);
}

void
scout_want(struct scout *s, const struct addr *to)
{
	OBJ_CHECK(s, SCOUT_MAGIC);
	if (s->asks)
		seeker_want(s->seeker, to);
}

void
scout_keep(struct scout *s, const struct addr_prefix *network)
{
	OBJ_CHECK(s, SCOUT_MAGIC);
	if (s->learns)
		serverbook_keep(s->servers, network,
		    loop_now_ns(s->c.loop));
}
