/* tests/unit/etherip/move/twosites.c - see twosites.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/move/twosites.h"

#include <string.h>

#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define GATEWAY(site)	(UINT64_C(0x0201d7660000) | (site))
#define QUEUE		4096
#define FRAME		96

struct twosites twosites;

struct flight {
	mono_ns	 at;
	unsigned site;
	uint8_t	 octets[FRAME];
	size_t	 len;
};

/* Frames in the tunnel. */
static struct flight queue[QUEUE];
static size_t queued;

static void switch_take(unsigned site, unsigned port, const uint8_t *octets,
    size_t len);

struct fdb_key
twosites_key(void)
{
	return (struct fdb_key){ .mac = TWOSITES_GUEST };
}

unsigned
twosites_member(unsigned from, unsigned site)
{
	return from == site ? MOVEPATH_LAN : 1;
}

bool
twosites_knows(unsigned site)
{
	const struct fdb_key k = twosites_key();

	return fdb_find(twosites.site[site].fdb, &k, 1) ==
	    twosites_member(site, twosites.guest);
}

static bool
is_lost(void)
{
	return rand_below(&twosites.rand, 100) < twosites.loss;
}

static void
into_tunnel(unsigned from, const uint8_t *octets, size_t len)
{
	if (is_lost())
		return;
	assert_true(queued < QUEUE && len <= FRAME);
	queue[queued] = (struct flight){ twosites.now + twosites.delay_ns,
	    1 - from, { 0 }, len };
	memcpy(queue[queued++].octets, octets, len);
}

/* ---- the gateway ---- */

static void
gateway_take(unsigned at, unsigned member, const uint8_t *octets, size_t len)
{
	struct twosites_site *s = &twosites.site[at];
	struct ethframe f;
	struct snoop_fact fact;
	struct fdb_key src, dst;
	unsigned was = FDB_NONE, to;
	enum fdb_seen seen;

	assert_true(ethframe_read(&f, octets, len));
	src = (struct fdb_key){ f.src, 0 };
	dst = (struct fdb_key){ f.dst, 0 };
	seen = fdb_learn(s->fdb, &src, member, 1, &was);
	if (seen == FDB_NEW)
		mover_came(s->mover, &src, member, twosites.now);
	else if (seen == FDB_MOVED)
		mover_moved(s->mover, &src, was, member, twosites.now);
	if (snoop_read(&fact, &f, octets, len)) {
		fact.member = (uint8_t)member;
		mover_snooped(s->mover, &fact, twosites.now);
	}
	if (f.dst == GATEWAY(at))
		return;
	to = f.aim == ETHFRAME_UNICAST ? fdb_find(s->fdb, &dst, 1) : FDB_NONE;
	if (to == FDB_NONE)
		to = 1 - member;
	if (to == member)
		return;
	if (to == MOVEPATH_LAN)
		switch_take(at, TWOSITES_AT_GATEWAY, octets, len);
	else
		into_tunnel(at, octets, len);
}

/* ---- stations ---- */

static bool
asks_for_guest(const struct ethframe *f, const uint8_t *octets, size_t len,
    struct arpframe *a)
{
	return arpframe_read(a, f, octets, len) &&
	    a->op == ARPFRAME_REQUEST && a->target == TWOSITES_IP;
}

static void
guest_take(unsigned site, const struct ethframe *f, const uint8_t *octets,
    size_t len)
{
	uint8_t out[ARPFRAME_MAX];
	struct arpframe a;

	if (twosites.guest != site ||
	    (f->dst != TWOSITES_GUEST && f->aim == ETHFRAME_UNICAST))
		return;
	for (unsigned i = 0; i < 2; i++)
		twosites.got[i] += f->type == ETHFRAME_IPV4 &&
		    f->src == TWOSITES_CLIENT(i);
	if (asks_for_guest(f, octets, len, &a)) {
		len = arpframe_answer(out, &a, TWOSITES_GUEST, 0);
		switch_take(site, TWOSITES_AT_GUEST, out, len);
	}
}

static void
port_out(unsigned site, unsigned port, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	if (is_lost())
		return;
	if (port == TWOSITES_AT_GUEST)
		guest_take(site, f, octets, len);
	else if (port == TWOSITES_AT_GATEWAY)
		gateway_take(site, MOVEPATH_LAN, octets, len);
}

/* ---- the switch ---- */

static unsigned
station_of(uint64_t mac)
{
	return mac == TWOSITES_GUEST ? 0 : mac == TWOSITES_CLIENT(0) ? 1 :
	    mac == TWOSITES_CLIENT(1) ? 2 : 3;
}

static void
switch_take(unsigned site, unsigned port, const uint8_t *octets, size_t len)
{
	struct twosites_site *s = &twosites.site[site];
	struct ethframe f;
	unsigned out = TWOSITES_PORTS;

	assert_true(ethframe_read(&f, octets, len));
	s->port[station_of(f.src)] = port;
	if (f.aim == ETHFRAME_UNICAST)
		out = s->port[station_of(f.dst)];
	for (unsigned i = 0; i < TWOSITES_PORTS; i++)
		if (i != port && (out == TWOSITES_PORTS || i == out))
			port_out(site, i, &f, octets, len);
}

/* ---- what the mover asks for ---- */

static struct twosites_site *
site_of(void *arg)
{
	return arg;
}

static unsigned
path_find(void *arg, const struct fdb_key *k)
{
	return fdb_find(site_of(arg)->fdb, k, 1);
}

static bool
path_put(void *arg, const struct fdb_key *k, unsigned member, unsigned pins)
{
	return fdb_put(site_of(arg)->fdb, k, member, pins, 1);
}

static bool
path_pin(void *arg, const struct fdb_key *k, unsigned add, unsigned take)
{
	return fdb_pin(site_of(arg)->fdb, k, add, take);
}

static bool
path_hold(void *arg, const struct fdb_key *k)
{
	(void)k;
	site_of(arg)->holding = true;
	return true;
}

static void
path_release(void *arg, const struct fdb_key *k)
{
	(void)k;
	assert_true(site_of(arg)->holding);
	site_of(arg)->holding = false;
}

static bool
path_send(void *arg, unsigned member, const uint8_t *octets, size_t len)
{
	unsigned site = (unsigned)(site_of(arg) - twosites.site);

	site_of(arg)->sent++;
	if (member == MOVEPATH_LAN)
		switch_take(site, TWOSITES_AT_GATEWAY, octets, len);
	else
		into_tunnel(site, octets, len);
	return true;
}

static uint64_t
path_members(void *arg)
{
	(void)arg;
	return 0x3;
}

static void
path_event(void *arg, const struct moveevent *e)
{
	if (e->key.mac != TWOSITES_GUEST)
		return;
	site_of(arg)->last = *e;
	site_of(arg)->events[e->what]++;
}

/* ---- time ---- */

static void
tick(void)
{
	for (unsigned i = 0; i < 2; i++)
		mover_tick(twosites.site[i].mover, twosites.now);
}

static mono_ns
next_of_all(mono_ns end)
{
	for (unsigned i = 0; i < 2; i++)
		if (mover_next(twosites.site[i].mover) < end)
			end = mover_next(twosites.site[i].mover);
	for (size_t i = 0; i < queued; i++)
		if (queue[i].at < end)
			end = queue[i].at;
	return end;
}

/* Frames leave the tunnel in the order in which they went in. */
static void
arrive(void)
{
	while (queued > 0 && queue[0].at <= twosites.now) {
		struct flight f = queue[0];

		memmove(queue, queue + 1, --queued * sizeof(queue[0]));
		gateway_take(f.site, 1, f.octets, f.len);
	}
}

void
twosites_pass(dur_ns ns)
{
	mono_ns end = twosites.now + ns;

	do {
		arrive();
		tick();
		twosites.now = next_of_all(end) > twosites.now ?
		    next_of_all(end) : twosites.now + 1;
	} while (twosites.now < end);
	arrive();
	tick();
}

void
twosites_knock(unsigned client)
{
	uint8_t octets[60] = { 0 };

	macaddr_put(octets, TWOSITES_GUEST);
	macaddr_put(octets + 6, TWOSITES_CLIENT(client));
	octets[12] = 0x08;
	switch_take(client, TWOSITES_AT_CLIENT, octets, sizeof(octets));
}

void
twosites_run(unsigned site, enum twosites_word word)
{
	uint8_t out[ARPFRAME_MAX];
	size_t len = word == TWOSITES_GARP ?
	    arpframe_announce(out, TWOSITES_GUEST, TWOSITES_IP, 0) :
	    arpframe_rarp(out, TWOSITES_GUEST, 0);

	twosites.guest = site;
	if (word != TWOSITES_SILENT)
		switch_take(site, TWOSITES_AT_GUEST, out, len);
}

struct telling {
	void	(*fn)(void *fn_arg, const struct fdb_key *k, unsigned member);
	void	*fn_arg;
};

static void
tell_of(void *arg, const struct fdb_station *s)
{
	const struct telling *t = arg;

	t->fn(t->fn_arg, &s->key, s->member);
}

static void
path_each(void *arg, void (*fn)(void *fn_arg, const struct fdb_key *k,
    unsigned member), void *fn_arg)
{
	struct telling t = { fn, fn_arg };

	fdb_each(site_of(arg)->fdb, 1, tell_of, &t);
}

/* ---- birth and end ---- */

int
twosites_setup(void **state)
{
	struct movepath path = { path_find, path_put, path_pin, path_hold,
	    path_release, path_send, path_members, path_each, path_event,
	    NULL };

	(void)state;
	memset(&twosites, 0, sizeof(twosites));
	queued = 0;
	twosites.now = 1000 * CLOCK_S;
	twosites.delay_ns = 5 * CLOCK_MS;
	rand_seed_from(&twosites.rand, 1);
	for (unsigned i = 0; i < 2; i++) {
		struct twosites_site *s = &twosites.site[i];

		path.event_arg = s;
		s->fdb = fdb_new(&(struct fdb_config){ 64, 300 });
		s->mover = mover_new(&path, s, &(struct movepath_settings){
		    .voice = { GATEWAY(i), 0 }, .keepalive = true,
		    .snoop_ageing_s = 1200, .dampening = { 5,
		    DAMPENING_WINDOW_NS, DAMPENING_HOLD_NS } });
		for (unsigned k = 0; k < 4; k++)
			s->port[k] = TWOSITES_PORTS;
	}
	return 0;
}

int
twosites_teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		mover_free(&twosites.site[i].mover);
		fdb_free(&twosites.site[i].fdb);
	}
	return 0;
}
