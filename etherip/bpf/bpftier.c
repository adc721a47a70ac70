/* etherip/bpf/bpftier.c - see bpftier.h. SPDX-License-Identifier: Apache-2.0 */
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
#include "etherip/bpf/bpfbundle.h"
#include "etherip/bpf/bpfcut.h"
#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpflans.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfport.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/bpf/bpftable.h"
#include "etherip/bpf/bpftunnel.h"
#include "etherip/frame/macaddr.h"

struct bpftier {
	unsigned	 magic;
#define BPFTIER_MAGIC	0xb9f71e40u
	struct bpfhome	*home;		/* borrowed */
	struct bpfhome_guest guest;
	bpftier_event_fn on_event;
	void		*arg;
	struct bpfstation_table table;
	uint32_t	 limit;
	struct bpfbundle tunnels;
	struct bpflans	 lans;
	struct bpfcut	 cut;		/* in use; 0: none */
	unsigned	 held;		/* stations */
};

static unsigned
member_at(const struct bpftier *t, unsigned at)
{
	return bpfbundle_member_at(&t->tunnels, at);
}

static bool
at_of(const struct bpftier *t, unsigned member, unsigned *at)
{
	return bpfbundle_at_of(&t->tunnels, member, at);
}

/* ---- events ---- */

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
	if (k->kind == BPFKEY_EVENT_SHUT)
		bpfbundle_shut(&t->tunnels, e.member, k->why);
	if (t->on_event != NULL)
		t->on_event(t->arg, &e);
}

/* Super-frames come from virtual ports and from this host. */
static void
use_cut(struct bpftier *t, bool wanted)
{
	struct bpfdevice *d = bpfhome_devices(t->home);
	struct bpfcut had = t->cut;

	if (wanted && bpfcut_is_up(&had))
		return;
	t->cut = (struct bpfcut){ 0 };
	if (wanted && bpfhome_cut(t->home, &t->cut) &&
	    bpfdevice_use(d, t->cut.out, BPFKEY_ROLE_CUT, NULL) != 0)
		t->cut = (struct bpfcut){ 0 };
	if (had.out != 0)
		bpfdevice_leave(d, had.out, BPFKEY_ROLE_CUT);
	t->tunnels.group.cut = t->cut.in;
}

static void
on_ways(struct bpfhome_guest *g)
{
	struct bpftier *t = OBJ_OF(g, struct bpftier, guest);

	OBJ_CHECK(t, BPFTIER_MAGIC);
	/* Somebody may have taken it down; what was not to be had is not asked for again. */
	if (t->cut.out != 0)
		use_cut(t, true);
	bpfbundle_renew(&t->tunnels);
}

/* ---- the plan ---- */

static int
check(const struct bpftier_plan *p, struct err *e)
{
	if (p->mode == FORWARD_OPAQUE)
		return err_set(e, ERR_UNSUPPORTED, "an opaque group answers "
		    "for its stations, which programs in the kernel do not");
	if (p->lan_count > BPFLANS_MAX)
		return err_set(e, ERR_RANGE, "over %u VLANs", BPFLANS_MAX);
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
	bpftunnel_take_group(&t->tunnels.group, p);
	t->tunnels.group.number = t->guest.group;
	t->tunnels.group.limit = t->limit;
	t->tunnels.group.holds = t->held > 0;
	t->tunnels.group.open_sums = open_sums;
	t->tunnels.group.lan = p->kind == BPFTIER_DIRECT ?
	    if_nametoindex(p->lans[0]) : 0;
	t->table.ageing_s = p->ageing_s;
	use_cut(t, open_sums);
}

static void
drop_all(struct bpftier *t)
{
	bpfbundle_drop(&t->tunnels);
	bpflans_drop(&t->lans, t->home);
	use_cut(t, false);
}

/* In DIRECT the LAN's port leads to the only tunnel; else to none. */
static void
lead(struct bpftier *t, const struct bpftier_plan *p)
{
	const struct bpftunnel *only = p->kind == BPFTIER_DIRECT ?
	    bpfbundle_find(&t->tunnels, p->tunnels[0].member) : NULL;

	bpflans_lead(&t->lans, t->home, only != NULL ? &only->slot : NULL);
}

int
bpftier_set(struct bpftier *t, const struct bpftier_plan *p, struct err *e)
{
	int rc = check(p, e);

	OBJ_CHECK(t, BPFTIER_MAGIC);
	if (rc == 0) {
		take_group(t, p);
		rc = bpflans_set(&t->lans, t->home, p->lans, p->lan_count, e);
	}
	if (rc == 0)
		rc = bpfbundle_set(&t->tunnels, p, e);
	if (rc == 0)
		lead(t, p);
	else
		drop_all(t);
	return rc;
}

const char *
bpftier_remark(struct bpftier *t, unsigned member)
{
	return bpfbundle_remark(&t->tunnels, member);
}

const char *
bpftier_grounded(struct bpftier *t, unsigned member)
{
	return bpfbundle_grounded(&t->tunnels, member);
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
		t->tunnels.fresh = true;
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
	t->tunnels.home = c->home;
	t->tunnels.table = &t->table;
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
	bpfbundle_fini(&t->tunnels);
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
	const struct bpftunnel *u = bpfbundle_find(&t->tunnels, member);
	uint32_t own = u != NULL ? u->plan.limit : t->tunnels.group.lan_limit;

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
		t->tunnels.group.holds = t->held > 0;
		bpfbundle_write(&t->tunnels);
	}
	return why == 0 || why == EEXIST || !hold;
}

bool
bpftier_counts(const struct bpftier *t, unsigned member,
    struct bpfkey_counts *out)
{
	return bpfbundle_counts(&t->tunnels, member, out);
}
