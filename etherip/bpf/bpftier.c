/* etherip/bpf/bpftier.c - see bpftier.h.
 *
 * A tunnel's entry goes in before the peers and ports that lead to it, and out after them, so
 * that no program finds half of it. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpftier.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfport.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/bpf/bpftable.h"
#include "etherip/bpf/bpftunnel.h"
#include "etherip/bpf/bpfway.h"
#include "etherip/frame/macaddr.h"

#define LANS_MAX	32u

struct tunnel {
	struct bpftunnel now;
	bool		 planned;	/* while a plan is made true */
	char		 remark[96];
};

struct bpftier {
	unsigned	 magic;
#define BPFTIER_MAGIC	0xb9f71e40u
	struct bpfhome	*home;		/* borrowed */
	struct bpfhome_guest guest;
	bpftier_event_fn on_event;
	void		*arg;
	struct bpfstation_table table;
	bool		 fresh;		/* the table is this process's */
	uint32_t	 limit;
	struct bpftunnel_group group;	/* what tunnels have of the plan */
	struct tunnel	*tunnels;	/* owned */
	size_t		 count, room;
	unsigned	 lans[LANS_MAX];	/* devices in use */
	size_t		 lan_count;
	unsigned	 held;		/* stations */
};

/* ---- events ---- */

static unsigned
member_at(const struct bpftier *t, unsigned at)
{
	if (at == BPFKEY_LAN)
		return 0;
	for (size_t i = 0; i < t->count; i++)
		if (t->tunnels[i].now.slot + 1 == at)
			return t->tunnels[i].now.plan.member;
	return FDB_NONE;
}

static struct tunnel *
find(const struct bpftier *t, unsigned member)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->tunnels[i].now.plan.member == member)
			return &t->tunnels[i];
	return NULL;
}

/* The place of a member; BPFSTATION_ANY: of all, for FDB_NONE. False: there is none. */
static bool
at_of(const struct bpftier *t, unsigned member, unsigned *at)
{
	const struct tunnel *u = find(t, member);

	*at = member == 0 ? BPFKEY_LAN : member == FDB_NONE ?
	    BPFSTATION_ANY : u != NULL ? u->now.slot + 1 : 0;
	return member == 0 || member == FDB_NONE || u != NULL;
}

static void
on_event(struct bpfhome_guest *g, const struct bpfkey_event *k)
{
	struct bpftier *t = OBJ_OF(g, struct bpftier, guest);
	struct bpftier_event e = {
		.kind = k->kind,
		.key = bpfstation_of(&k->station),
		.member = member_at(t, k->at),
		.was = member_at(t, k->was),
		.octets = k->octets,
		.len = k->len <= BPFKEY_SNOOP ? k->len : BPFKEY_SNOOP,
		.why = k->why, .dst = macaddr_get(k->octets), .type = k->type,
		.frame = k->frame,
	};

	OBJ_CHECK(t, BPFTIER_MAGIC);
	if (t->on_event != NULL)
		t->on_event(t->arg, &e);
}

/* ---- one tunnel ---- */

static void
say(struct tunnel *u, const struct bpfdevice *d)
{
	char name[IF_NAMESIZE] = "";

	u->remark[0] = '\0';
	if (u->now.by == 0)
		(void)snprintf(u->remark, sizeof(u->remark), "no route to "
		    "the other end by an Ethernet device");
	else if (!u->now.way.known)
		(void)snprintf(u->remark, sizeof(u->remark),
		    "the next station on the way has not answered");
	else if (bpfdevice_is_late(d, u->now.by))
		(void)snprintf(u->remark, sizeof(u->remark),
		    "no XDP program of ours fits on %s: packets are taken "
		    "later", if_indextoname(u->now.by, name) != NULL ? name :
		    "the device");
}

/* Programs on the device that packets come by. */
static void
follow_device(struct bpftier *t, struct tunnel *u, unsigned was)
{
	struct bpfdevice *d = bpfhome_devices(t->home);

	if (u->now.by != was && u->now.by != 0 &&
	    bpfdevice_use(d, u->now.by, BPFKEY_ROLE_WAN, NULL) != 0)
		u->now.by = 0;
	if (u->now.by != was && was != 0)
		bpfdevice_leave(d, was, BPFKEY_ROLE_WAN);
	if (u->now.by != 0 && t->group.open_sums)
		bpfdevice_fill_sums(d, u->now.way.ifindex);
}

/* Makes the maps say what is known of the tunnel; what they say already is left alone. */
static void
write_tunnel(struct bpftier *t, struct tunnel *u, bool anyway)
{
	const struct bpfload *l = bpfhome_load(t->home);
	struct bpfkey_tunnel k;
	struct bpfkey_peer peer;
	struct bpfkey_port port = { u->now.slot };
	uint32_t tap = u->now.tap;

	bpftunnel_format(&u->now, &t->group, &k, &peer);
	if (!anyway && memcmp(&k, &u->now.in_map, sizeof(k)) == 0)
		return;
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_TUNNELS), &u->now.slot, &k);
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_PEERS), &u->now.pair, &peer);
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_PORTS), &tap, &port);
	u->now.in_map = k;
}

static void
renew(struct bpftier *t, struct tunnel *u, bool anyway)
{
	unsigned was = u->now.by;

	bpftunnel_find_way(&u->now, bpfhome_ways(t->home));
	follow_device(t, u, was);
	write_tunnel(t, u, anyway);
	say(u, bpfhome_devices(t->home));
}

static void
on_ways(struct bpfhome_guest *g)
{
	struct bpftier *t = OBJ_OF(g, struct bpftier, guest);

	OBJ_CHECK(t, BPFTIER_MAGIC);
	for (size_t i = 0; i < t->count; i++)
		renew(t, &t->tunnels[i], false);
}

static void
drop_tunnel(struct bpftier *t, size_t i)
{
	struct bpftunnel *u = &t->tunnels[i].now;
	struct bpfdevice *d = bpfhome_devices(t->home);

	(void)bpfstation_flush(&t->table, u->slot + 1);
	bpfhome_free_slot(t->home, u->slot);
	bpfdevice_leave(d, u->tap, BPFKEY_ROLE_TAP);
	if (u->by != 0)
		bpfdevice_leave(d, u->by, BPFKEY_ROLE_WAN);
	t->tunnels[i] = t->tunnels[--t->count];
}

static struct tunnel *
find_pair(const struct bpftier *t, const struct bpfkey_pair *pair)
{
	for (size_t i = 0; i < t->count; i++)
		if (memcmp(&t->tunnels[i].now.pair, pair, sizeof(*pair)) == 0)
			return &t->tunnels[i];
	return NULL;
}

static int
add_tunnel(struct bpftier *t, const struct bpfkey_pair *pair, unsigned tap,
    struct tunnel **out)
{
	int slot = bpfhome_take_slot(t->home, pair, t->guest.group);

	if (slot < 0)
		return ERR_RANGE;
	t->tunnels = mem_grow(t->tunnels, &t->room, t->count + 1,
	    sizeof(*t->tunnels));
	*out = &t->tunnels[t->count++];
	**out = (struct tunnel){ 0 };
	(*out)->now.slot = (uint32_t)slot;
	if (t->fresh)
		__atomic_store_n(&t->table.shared->at_slot[slot], 0,
		    __ATOMIC_RELAXED);
	(*out)->now.pair = *pair;
	(*out)->now.tap = tap;
	return 0;
}

/* The tunnel as planned. */
static int
set_tunnel(struct bpftier *t, const struct bpftier_tunnel *p, struct err *e)
{
	unsigned tap = if_nametoindex(p->tap);
	struct bpfkey_pair pair;
	struct tunnel *u;
	bool is_new;

	if (tap == 0)
		return err_set(e, ERR_NOTFOUND, "no interface %s", p->tap);
	bpftunnel_pair(&pair, &p->local, &p->remote);
	u = find_pair(t, &pair);
	is_new = u == NULL || u->now.tap != tap;
	if (u != NULL && is_new)
		drop_tunnel(t, (size_t)(u - t->tunnels));
	if (is_new && add_tunnel(t, &pair, tap, &u) != 0)
		return err_set(e, ERR_RANGE, "over %d tunnels", BPFKEY_SLOTS);
	u->planned = true;
	u->now.plan = *p;
	u->now.plan.tap = u->now.plan.wan = NULL;
	u->now.wan = p->wan != NULL ? if_nametoindex(p->wan) : 0;
	if (p->wan != NULL && u->now.wan == 0)
		return err_set(e, ERR_NOTFOUND, "no interface %s", p->wan);
	if (is_new && bpfdevice_use(bpfhome_devices(t->home), tap,
	    BPFKEY_ROLE_TAP, e) != 0)
		return e != NULL ? e->code : ERR_IO;
	bpfdevice_renew(bpfhome_devices(t->home), tap, BPFKEY_ROLE_TAP);
	renew(t, u, true);
	return 0;
}

/* ---- the LAN's devices ---- */

static bool
has(const unsigned *v, size_t count, unsigned ifindex)
{
	for (size_t i = 0; i < count; i++)
		if (v[i] == ifindex)
			return true;
	return false;
}

static int
set_lans(struct bpftier *t, const struct bpftier_plan *p, struct err *e)
{
	struct bpfdevice *d = bpfhome_devices(t->home);
	unsigned now[LANS_MAX], rc = 0;
	size_t count = 0;

	for (size_t i = 0; i < p->lan_count; i++) {
		now[count] = if_nametoindex(p->lans[i]);
		if (now[count] == 0)
			return err_set(e, ERR_NOTFOUND, "no interface %s",
			    p->lans[i]);
		if (!has(t->lans, t->lan_count, now[count]) &&
		    bpfdevice_use(d, now[count], BPFKEY_ROLE_LAN, e) != 0)
			rc = 1;
		else
			bpfdevice_renew(d, now[count++], BPFKEY_ROLE_LAN);
	}
	for (size_t i = 0; i < t->lan_count; i++)
		if (!has(now, count, t->lans[i]))
			bpfdevice_leave(d, t->lans[i], BPFKEY_ROLE_LAN);
	memcpy(t->lans, now, count * sizeof(now[0]));
	t->lan_count = count;
	return rc == 0 ? 0 : e != NULL ? e->code : ERR_IO;
}

/* In DIRECT the LAN's port leads to the only tunnel; else to none. */
static void
write_lans(struct bpftier *t, const struct bpftier_plan *p)
{
	int map = bpfload_map(bpfhome_load(t->home), BPFLOAD_PORTS);

	for (size_t i = 0; i < t->lan_count; i++) {
		uint32_t key = t->lans[i];

		if (p->kind == BPFTIER_DIRECT) {
			struct bpfkey_port port = { t->tunnels[0].now.slot };

			(void)bpfmap_put(map, &key, &port);
		} else
			(void)bpfmap_take(map, &key, NULL);
	}
}

/* ---- the plan ---- */

static int
check(const struct bpftier_plan *p, struct err *e)
{
	if (p->mode == FORWARD_OPAQUE)
		return err_set(e, ERR_UNSUPPORTED, "an opaque group answers "
		    "for its stations, which programs in the kernel do not");
	if (p->lan_count > LANS_MAX)
		return err_set(e, ERR_RANGE, "over %u VLANs", LANS_MAX);
	if (p->kind == BPFTIER_DIRECT && (p->lan_count != 1 || p->count != 1))
		return err_set(e, ERR_UNSUPPORTED, "the bridge is needed "
		    "where there is not just one VLAN and one tunnel");
	for (size_t i = 0; i < p->count; i++)
		if (p->tunnels[i].local.family != p->tunnels[i].remote.family)
			return err_set(e, ERR_CONFLICT,
			    "addresses of two families");
	return 0;
}

static void
take_group(struct bpftier *t, const struct bpftier_plan *p)
{
	bool open_sums = p->kind == BPFTIER_BRIDGE;

	for (size_t i = 0; i < p->lan_count; i++)
		open_sums |= bpfport_is_virtual(p->lans[i]);
	bpftunnel_take_group(&t->group, p);
	t->group.number = t->guest.group;
	t->group.limit = t->limit;
	t->group.holds = t->held > 0;
	t->group.open_sums = open_sums;
	t->group.lan = p->kind == BPFTIER_DIRECT ?
	    if_nametoindex(p->lans[0]) : 0;
	t->table.ageing_s = p->ageing_s;
}

static void
drop_all(struct bpftier *t)
{
	while (t->count > 0)
		drop_tunnel(t, t->count - 1);
	for (size_t i = 0; i < t->lan_count; i++) {
		uint32_t key = t->lans[i];

		(void)bpfmap_take(bpfload_map(bpfhome_load(t->home),
		    BPFLOAD_PORTS), &key, NULL);
		bpfdevice_leave(bpfhome_devices(t->home), t->lans[i],
		    BPFKEY_ROLE_LAN);
	}
	t->lan_count = 0;
}

int
bpftier_set(struct bpftier *t, const struct bpftier_plan *p, struct err *e)
{
	int rc = check(p, e);

	OBJ_CHECK(t, BPFTIER_MAGIC);
	if (rc == 0) {
		take_group(t, p);
		rc = set_lans(t, p, e);
	}
	for (size_t i = 0; i < t->count; i++)
		t->tunnels[i].planned = false;
	for (size_t i = 0; rc == 0 && i < p->count; i++)
		rc = set_tunnel(t, &p->tunnels[i], e);
	if (rc != 0) {
		drop_all(t);
		return rc;
	}
	for (size_t i = t->count; i-- > 0;)
		if (!t->tunnels[i].planned)
			drop_tunnel(t, i);
	write_lans(t, p);
	return 0;
}

const char *
bpftier_remark(struct bpftier *t, unsigned member)
{
	const struct tunnel *u = find(t, member);

	return u == NULL || u->remark[0] == '\0' ? NULL : u->remark;
}

/* ---- its life ---- */

/* The table of the process before, if it is of the same size. */
static int
open_table(struct bpftier *t, struct err *e)
{
	const struct bpfload *l = bpfhome_load(t->home);
	uint32_t group = t->guest.group;
	struct bpfkey_shared *shared = bpfload_shared(l);
	int fd = bpftable_find(l, group);

	if (fd >= 0 && bpfmap_room(fd) != t->limit) {
		(void)close(fd);
		fd = -1;
	}
	if (fd < 0) {
		fd = bpftable_new(l, group, t->limit);
		if (fd < 0)
			return err_sys(e, errno, "table of %u stations",
			    (unsigned)t->limit);
		t->fresh = true;
		shared->stations[group] = shared->at_lan[group] = 0;
	}
	t->table = (struct bpfstation_table){ .fd = fd, .group = group,
	    .shared = shared };
	return 0;
}

struct bpftier *
bpftier_open(const struct bpftier_config *c, struct err *e)
{
	struct bpftier *t = mem_zalloc(1, sizeof(*t));

	assert(c->limit > 0 && c->limit <= FDB_LIMIT_MAX);
	t->magic = BPFTIER_MAGIC;
	t->home = c->home;
	t->on_event = c->on_event;
	t->arg = c->arg;
	t->limit = c->limit;
	t->guest.on_event = on_event;
	t->guest.on_ways = on_ways;
	if (bpfhome_join(t->home, &t->guest, c->name, e) != 0) {
		free(t);
		return NULL;
	}
	if (open_table(t, e) != 0) {
		bpfhome_leave(t->home, &t->guest, true);
		free(t);
		return NULL;
	}
	return t;
}

static void
finish(struct bpftier **pt, bool forget)
{
	struct bpftier *t = *pt;

	*pt = NULL;
	bpfhome_leave(t->home, &t->guest, forget);
	(void)close(t->table.fd);
	free(t->tunnels);
	t->magic = 0;
	free(t);
}

void
bpftier_close(struct bpftier **pt)
{
	if (*pt == NULL)
		return;
	OBJ_CHECK(*pt, BPFTIER_MAGIC);
	finish(pt, false);
}

void
bpftier_remove(struct bpftier **pt)
{
	if (*pt == NULL)
		return;
	OBJ_CHECK(*pt, BPFTIER_MAGIC);
	drop_all(*pt);
	finish(pt, true);
}

/* ---- stations ---- */

unsigned
bpftier_find(const struct bpftier *t, const struct fdb_key *k)
{
	struct bpfkey_known known;

	return bpfstation_find(&t->table, k, &known) ?
	    member_at(t, known.at) : FDB_NONE;
}

bool
bpftier_get(const struct bpftier *t, const struct fdb_key *k,
    struct fdb_station *out)
{
	struct bpfkey_known known;

	if (!bpfstation_find(&t->table, k, &known))
		return false;
	*out = (struct fdb_station){ *k, member_at(t, known.at), known.pins,
	    known.seen_s };
	return out->member != FDB_NONE;
}

/* As the programs have it. */
static bool
has_room(const struct bpftier *t, unsigned member, unsigned at)
{
	const struct tunnel *u = find(t, member);
	uint32_t own = u != NULL ? u->now.plan.limit : t->group.lan_limit;

	return bpfstation_count(&t->table, BPFSTATION_ANY) < t->limit &&
	    (own == 0 || bpfstation_count(&t->table, at) < own);
}

enum fdb_seen
bpftier_learn(struct bpftier *t, const struct fdb_key *k, unsigned member,
    unsigned *was)
{
	struct bpfkey_known known;
	unsigned at;

	if (!at_of(t, member, &at))
		return FDB_FULL;
	if (!bpfstation_find(&t->table, k, &known))
		return has_room(t, member, at) &&
		    bpfstation_put(&t->table, k, at, 0) ? FDB_NEW : FDB_FULL;
	if (known.at == at)
		return FDB_KNOWN;
	*was = member_at(t, known.at);
	if (known.pins != 0)
		return FDB_PINNED;
	return bpfstation_put(&t->table, k, at, 0) ? FDB_MOVED : FDB_FULL;
}

bool
bpftier_put(struct bpftier *t, const struct fdb_key *k, unsigned member,
    unsigned pins)
{
	unsigned at;

	return member != FDB_NONE && at_of(t, member, &at) &&
	    bpfstation_put(&t->table, k, at, pins);
}

bool
bpftier_pin(struct bpftier *t, const struct fdb_key *k, unsigned add,
    unsigned take)
{
	return bpfstation_pin(&t->table, k, add, take);
}

bool
bpftier_drop(struct bpftier *t, const struct fdb_key *k)
{
	return bpfstation_drop(&t->table, k);
}

size_t
bpftier_flush(struct bpftier *t, unsigned member)
{
	unsigned at;

	return at_of(t, member, &at) ? bpfstation_flush(&t->table, at) : 0;
}

struct each {
	const struct bpftier *t;
	void (*fn)(void *arg, const struct fdb_station *s);
	void *arg;
};

static void
tell(void *arg, const struct bpfkey_station *s, const struct bpfkey_known *k)
{
	const struct each *e = arg;
	const struct fdb_station out = { bpfstation_of(s),
	    member_at(e->t, k->at), k->pins, k->seen_s };

	if (out.member != FDB_NONE)
		e->fn(e->arg, &out);
}

void
bpftier_each(const struct bpftier *t,
    void (*fn)(void *arg, const struct fdb_station *s), void *arg)
{
	struct each e = { t, fn, arg };

	bpfstation_each(&t->table, tell, &e);
}

uint32_t
bpftier_count(const struct bpftier *t, unsigned member)
{
	unsigned at;

	return at_of(t, member, &at) ? bpfstation_count(&t->table, at) : 0;
}

size_t
bpftier_sweep(struct bpftier *t)
{
	return bpfstation_sweep(&t->table);
}

bool
bpftier_hold(struct bpftier *t, const struct fdb_key *k, bool hold)
{
	int map = bpfload_map(bpfhome_load(t->home), BPFLOAD_HELD);
	const struct bpfkey_held h = { t->guest.group, bpfstation_key(k) };
	const uint32_t here = 1;
	bool holds = t->held > 0;
	int why = hold ? bpfmap_add(map, &h, &here) :
	    bpfmap_take(map, &h, NULL);

	if (why == 0)
		t->held += hold ? 1 : -1u;
	if (holds != (t->held > 0)) {
		t->group.holds = t->held > 0;
		for (size_t i = 0; i < t->count; i++)
			write_tunnel(t, &t->tunnels[i], false);
	}
	return why == 0 || why == EEXIST || !hold;
}

/* ---- counts ---- */

bool
bpftier_counts(const struct bpftier *t, unsigned member,
    struct bpfkey_counts *out)
{
	const struct tunnel *u = find(t, member);
	unsigned cpus = bpfmap_cpus();
	struct bpfkey_counts *each;

	if (u == NULL)
		return false;
	each = mem_zalloc(cpus, sizeof(*each));
	(void)bpfmap_look(bpfload_map(bpfhome_load(t->home), BPFLOAD_COUNTS),
	    &u->now.slot, each);
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < cpus; i++) {
		out->out_frames += each[i].out_frames;
		out->out_octets += each[i].out_octets;
		out->in_frames += each[i].in_frames;
		out->in_octets += each[i].in_octets;
		out->clamped += each[i].clamped;
		for (size_t w = 0; w < BPFKEY_WHYS; w++) {
			out->whys[0][w] += each[i].whys[0][w];
			out->whys[1][w] += each[i].whys[1][w];
		}
	}
	free(each);
	return true;
}
