/* etherip/bpf/bpfbundle.c - see bpfbundle.h.
 *
 * A tunnel's entry goes in before the peers and ports that lead to it, and out after them, so
 * that no program finds half of it. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfbundle.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpflane.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/bpf/bpftunnel.h"
#include "etherip/bpf/bpfway.h"

struct bpfbundle_tunnel {
	struct bpftunnel now;
	bool		 planned;	/* while a plan is made true */
	struct bpflane	 lane;
	char		 remark[96];
};

unsigned
bpfbundle_member_at(const struct bpfbundle *b, unsigned at)
{
	if (at == BPFKEY_LAN)
		return 0;
	for (size_t i = 0; i < b->count; i++)
		if (b->tunnels[i].now.slot + 1 == at)
			return b->tunnels[i].now.plan.member;
	return FDB_NONE;
}

static struct bpfbundle_tunnel *
find(const struct bpfbundle *b, unsigned member)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->tunnels[i].now.plan.member == member)
			return &b->tunnels[i];
	return NULL;
}

bool
bpfbundle_at_of(const struct bpfbundle *b, unsigned member, unsigned *at)
{
	const struct bpfbundle_tunnel *u = find(b, member);

	*at = member == 0 ? BPFKEY_LAN : member == FDB_NONE ?
	    BPFSTATION_ANY : u != NULL ? u->now.slot + 1 : 0;
	return member == 0 || member == FDB_NONE || u != NULL;
}

/* ---- one tunnel ---- */

static void
say(struct bpfbundle_tunnel *u, const struct bpfdevice *d)
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
follow_device(struct bpfbundle *b, struct bpfbundle_tunnel *u, unsigned was)
{
	struct bpfdevice *d = bpfhome_devices(b->home);

	if (u->now.by != was && u->now.by != 0 &&
	    bpfdevice_use(d, u->now.by, BPFKEY_ROLE_WAN, NULL) != 0)
		u->now.by = 0;
	if (u->now.by != was && was != 0)
		bpfdevice_leave(d, was, BPFKEY_ROLE_WAN);
	if (u->now.by != 0 && b->group.open_sums)
		bpfdevice_fill_sums(d, u->now.way.ifindex);
}

/* Makes the maps say what is known of the tunnel; what they say already is left alone. */
static void
write_tunnel(struct bpfbundle *b, struct bpfbundle_tunnel *u, bool anyway)
{
	const struct bpfload *l = bpfhome_load(b->home);
	struct bpfkey_tunnel k;
	struct bpfkey_peer peer;
	struct bpfkey_port port = { u->now.slot };
	uint32_t tap = u->now.tap;

	bpftunnel_format(&u->now, &b->group, &k, &peer);
	if (!anyway && memcmp(&k, &u->now.in_map, sizeof(k)) == 0)
		return;
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_TUNNELS), &u->now.slot, &k);
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_PEERS), &u->now.pair, &peer);
	(void)bpfmap_put(bpfload_map(l, BPFLOAD_PORTS), &tap, &port);
	u->now.in_map = k;
}

/* Whether frames leap from there to the LAN's device. */
static void
renew_lane(struct bpfbundle *b, struct bpfbundle_tunnel *u)
{
	const struct bpflane_ends e = { .slot = u->now.slot,
	    .group = b->group.number, .lan = b->group.lan, .by = u->now.by,
	    .wanted = b->group.leaps };

	bpflane_renew(&u->lane, b->home, &e);
	u->now.leaps = u->lane.may;
	u->now.lan_max = u->lane.port.mtu;
}

static void
renew(struct bpfbundle *b, struct bpfbundle_tunnel *u, bool anyway)
{
	unsigned was = u->now.by;

	bpftunnel_find_way(&u->now, bpfhome_ways(b->home));
	follow_device(b, u, was);
	renew_lane(b, u);
	write_tunnel(b, u, anyway);
	say(u, bpfhome_devices(b->home));
}

static void
drop_tunnel(struct bpfbundle *b, size_t i)
{
	struct bpftunnel *u = &b->tunnels[i].now;
	struct bpfdevice *d = bpfhome_devices(b->home);

	(void)bpfstation_flush(b->table, u->slot + 1);
	bpflane_drop(&b->tunnels[i].lane, b->home, u->slot);
	bpfhome_free_slot(b->home, u->slot);
	bpfdevice_leave(d, u->tap, BPFKEY_ROLE_TAP);
	if (u->by != 0)
		bpfdevice_leave(d, u->by, BPFKEY_ROLE_WAN);
	b->tunnels[i] = b->tunnels[--b->count];
}

static struct bpfbundle_tunnel *
find_pair(const struct bpfbundle *b, const struct bpfkey_pair *pair)
{
	for (size_t i = 0; i < b->count; i++)
		if (memcmp(&b->tunnels[i].now.pair, pair, sizeof(*pair)) == 0)
			return &b->tunnels[i];
	return NULL;
}

static int
add_tunnel(struct bpfbundle *b, const struct bpfkey_pair *pair, unsigned tap,
    struct bpfbundle_tunnel **out)
{
	int slot = bpfhome_take_slot(b->home, pair, b->group.number);

	if (slot < 0)
		return ERR_RANGE;
	b->tunnels = mem_grow(b->tunnels, &b->room, b->count + 1,
	    sizeof(*b->tunnels));
	*out = &b->tunnels[b->count++];
	**out = (struct bpfbundle_tunnel){ 0 };
	(*out)->now.slot = (uint32_t)slot;
	if (b->fresh)
		__atomic_store_n(&b->table->shared->at_slot[slot], 0,
		    __ATOMIC_RELAXED);
	(*out)->now.pair = *pair;
	(*out)->now.tap = tap;
	return 0;
}

/* The tunnel as planned. */
static int
set_tunnel(struct bpfbundle *b, const struct bpftier_tunnel *p, struct err *e)
{
	unsigned tap = if_nametoindex(p->tap);
	struct bpfkey_pair pair;
	struct bpfbundle_tunnel *u;
	bool is_new;

	if (tap == 0)
		return err_set(e, ERR_NOTFOUND, "no interface %s", p->tap);
	bpftunnel_pair(&pair, &p->local, &p->remote);
	u = find_pair(b, &pair);
	is_new = u == NULL || u->now.tap != tap;
	if (u != NULL && is_new)
		drop_tunnel(b, (size_t)(u - b->tunnels));
	if (is_new && add_tunnel(b, &pair, tap, &u) != 0)
		return err_set(e, ERR_RANGE, "over %d tunnels", BPFKEY_SLOTS);
	u->planned = true;
	u->now.plan = *p;
	u->now.plan.tap = NULL;
	if (is_new && bpfdevice_use(bpfhome_devices(b->home), tap,
	    BPFKEY_ROLE_TAP, e) != 0)
		return e != NULL ? e->code : ERR_IO;
	bpfdevice_renew(bpfhome_devices(b->home), tap, BPFKEY_ROLE_TAP);
	renew(b, u, true);
	return 0;
}

/* ---- all of them ---- */

int
bpfbundle_set(struct bpfbundle *b, const struct bpftier_plan *p, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < b->count; i++)
		b->tunnels[i].planned = false;
	for (size_t i = 0; rc == 0 && i < p->count; i++)
		rc = set_tunnel(b, &p->tunnels[i], e);
	for (size_t i = b->count; rc == 0 && i-- > 0;)
		if (!b->tunnels[i].planned)
			drop_tunnel(b, i);
	return rc;
}

void
bpfbundle_renew(struct bpfbundle *b)
{
	for (size_t i = 0; i < b->count; i++)
		renew(b, &b->tunnels[i], false);
}

void
bpfbundle_write(struct bpfbundle *b)
{
	for (size_t i = 0; i < b->count; i++)
		write_tunnel(b, &b->tunnels[i], false);
}

void
bpfbundle_drop(struct bpfbundle *b)
{
	while (b->count > 0)
		drop_tunnel(b, b->count - 1);
}

void
bpfbundle_fini(struct bpfbundle *b)
{
	free(b->tunnels);
	b->tunnels = NULL;
	b->count = b->room = 0;
}

const char *
bpfbundle_remark(const struct bpfbundle *b, unsigned member)
{
	const struct bpfbundle_tunnel *u = find(b, member);

	return u == NULL || u->remark[0] == '\0' ? NULL : u->remark;
}

const char *
bpfbundle_grounded(struct bpfbundle *b, unsigned member)
{
	struct bpfbundle_tunnel *u = find(b, member);

	return u == NULL ? NULL :
	    bpflane_why(&u->lane, b->home, u->now.slot);
}

void
bpfbundle_shut(struct bpfbundle *b, unsigned member, int error)
{
	struct bpfbundle_tunnel *u = find(b, member);

	if (u == NULL)
		return;
	bpflane_shut(&u->lane, error);
	renew(b, u, false);
}

const struct bpftunnel *
bpfbundle_find(const struct bpfbundle *b, unsigned member)
{
	const struct bpfbundle_tunnel *u = find(b, member);

	return u != NULL ? &u->now : NULL;
}

/* ---- counts ---- */

bool
bpfbundle_counts(const struct bpfbundle *b, unsigned member,
    struct bpfkey_counts *out)
{
	const struct bpfbundle_tunnel *u = find(b, member);
	unsigned cpus = bpfmap_cpus();
	struct bpfkey_counts *each;

	if (u == NULL)
		return false;
	each = mem_zalloc(cpus, sizeof(*each));
	(void)bpfmap_look(bpfload_map(bpfhome_load(b->home), BPFLOAD_COUNTS),
	    &u->now.slot, each);
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < cpus; i++) {
		out->out_frames += each[i].out_frames;
		out->out_octets += each[i].out_octets;
		out->in_frames += each[i].in_frames;
		out->in_octets += each[i].in_octets;
		out->clamped += each[i].clamped;
		out->leapt += each[i].leapt;
		for (size_t w = 0; w < BPFKEY_WHYS; w++) {
			out->whys[0][w] += each[i].whys[0][w];
			out->whys[1][w] += each[i].whys[1][w];
		}
	}
	free(each);
	return true;
}
