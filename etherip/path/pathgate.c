/* etherip/path/pathgate.c - see pathgate.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathgate.h"

#include "etherip/bridge/fdb.h"
#include "etherip/bridge/forward.h"
#include "etherip/bridge/tracering.h"
#include "etherip/frame/ethframe.h"
#include "etherip/path/pathcount.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathrule.h"

#define SNOOP_MAX	256	/* octets of such a frame that matter */
#define ICMPV6		58
#define SOLICITATION	135	/* RFC 4861 sections 4.3, 4.4 */
#define ADVERTISEMENT	136

static const enum pathdrop drops[FORWARD_WHYS] = {
	[FORWARD_GOES] = PATHDROP_NONE,
	[FORWARD_STANDBY] = PATHDROP_STANDBY,
	[FORWARD_DEAF] = PATHDROP_DIRECTION,
	[FORWARD_CONTROL] = PATHDROP_CONTROL,
	[FORWARD_LOOP] = PATHDROP_LOOP,
	[FORWARD_NOT_IP] = PATHDROP_NOT_IP,
	[FORWARD_GROUP] = PATHDROP_GROUP,
	[FORWARD_SAME] = PATHDROP_SAME,
	[FORWARD_HORIZON] = PATHDROP_HORIZON,
	[FORWARD_NOWHERE] = PATHDROP_NOWHERE,
};

static const enum pathdrop storm_drops[STORM_KINDS] = {
	[STORM_BROADCAST] = PATHDROP_STORM_BROADCAST,
	[STORM_MULTICAST] = PATHDROP_STORM_MULTICAST,
	[STORM_UNKNOWN] = PATHDROP_STORM_UNKNOWN,
};

void
pathgate_init(struct pathgate *g, struct pathnotes *notes,
    struct pathcount *count)
{
	*g = (struct pathgate){ .notes = notes, .count = count };
}

void
pathgate_begin(struct pathgate *g, const struct pathrule *rule, mono_ns now)
{
	g->now = now;
	g->now_s = pathgate_seconds(now);
	g->unattended = rule->until != NULL &&
	    now >= __atomic_load_n(rule->until, __ATOMIC_RELAXED);
	/* By what it says, not by where it is: a new rule may stand where an old one was. */
	for (size_t i = 0; i < STORM_KINDS; i++)
		if (g->storm[i].frames_s != rule->storm[i].frames_s ||
		    g->storm[i].octets_s != rule->storm[i].octets_s)
			storm_init(&g->storm[i], rule->storm[i].frames_s,
			    rule->storm[i].octets_s, now);
	g->rule = rule;
}

static void
note(struct pathgate *g, const struct pathnote *n, const uint8_t *octets)
{
	if (!pathnote_put(g->notes, n, octets))
		pathcount_add(&g->count->notes_lost, 1);
}

static void
learn(struct pathgate *g, const struct ethframe *f, unsigned member)
{
	struct pathnote n = { .kind = PATHNOTE_NEW, .member = member,
	    .was = FDB_NONE, .key = { f->src, f->vlan } };

	switch (fdb_learn(g->rule->fdb, &n.key, member, g->now_s, &n.was)) {
	case FDB_KNOWN:
	case FDB_PINNED:
		return;
	case FDB_FULL:
		pathcount_add(&g->count->unlearned, 1);
		return;
	case FDB_NEW:
		break;
	case FDB_MOVED:
		n.kind = PATHNOTE_MOVED;
		break;
	}
	note(g, &n, NULL);
}

static struct forward_verdict
decide(const struct pathgate *g, const struct forward_group *group,
    unsigned from, const struct ethframe *f)
{
	struct fdb_key k = { forward_sought(group, f), f->vlan };
	unsigned at = f->aim == ETHFRAME_UNICAST && !g->rule->judged ?
	    fdb_find(g->rule->fdb, &k, g->now_s) : FDB_NONE;

	return forward_decide(group, from, f, at);
}

/* What goes to everybody is limited on its way into a tunnel. */
static enum pathdrop
flood(struct pathgate *g, const struct ethframe *f, size_t len)
{
	enum storm_kind kind = f->aim == ETHFRAME_BROADCAST ? STORM_BROADCAST :
	    f->aim == ETHFRAME_MULTICAST ? STORM_MULTICAST : STORM_UNKNOWN;

	if (kind == STORM_UNKNOWN && !g->rule->unknown_flood)
		return PATHDROP_UNKNOWN;
	return storm_admit(&g->storm[kind], len < STORM_FRAME_MAX ? len :
	    STORM_FRAME_MAX, g->now) ? PATHDROP_NONE : storm_drops[kind];
}

static bool
is_ours(const struct forward_group *g, const struct ethframe *f)
{
	return f->src == g->own || f->src == g->masquerade;
}

static void
trace(const struct pathgate *g, const struct ethframe *f,
    struct tracering_record *r)
{
	const struct fdb_key src = { f->src, f->vlan };

	if (g->rule->trace == NULL || !tracering_wants(g->rule->trace, &src,
	    forward_sought(&g->rule->group, f)))
		return;
	r->at = g->now;
	r->src = f->src;
	r->dst = f->dst;
	r->vlan = f->vlan;
	r->type = f->type;
	tracering_note(g->rule->trace, r);
}

enum pathdrop
pathgate_outward(struct pathgate *g, const struct ethframe *f, size_t len)
{
	const struct pathrule *r = g->rule;
	bool ours = is_ours(&r->group, f);
	struct forward_verdict v;

	if (g->unattended)
		return PATHDROP_UNATTENDED;
	if (r->judged)
		return PATHDROP_NONE;
	v = decide(g, ours ? &r->ours : &r->group, VGROUP_LAN, f);
	if (!ours && forward_teaches(&v))
		learn(g, f, VGROUP_LAN);
	if (v.why != FORWARD_GOES)
		return drops[v.why];
	if ((v.to & UINT64_C(1) << r->member) == 0)
		return (r->group.members & ~r->group.mute & UINT64_C(1) <<
		    r->member) != 0 ? PATHDROP_ELSEWHERE : PATHDROP_NOWHERE;
	return v.flooded ? flood(g, f, len) : PATHDROP_NONE;
}

void
pathgate_sent(const struct pathgate *g, const struct ethframe *f, size_t len,
    enum pathdrop why)
{
	struct tracering_record r = { .len = (uint32_t)len,
	    .from = VGROUP_LAN, .why = (uint8_t)why,
	    .to = why == PATHDROP_NONE ? UINT64_C(1) << g->rule->member : 0 };

	/* Of an opaque group it is another frame by now, and has been noted. */
	if (!g->rule->is_opaque)
		trace(g, f, &r);
}

static enum pathdrop
judge_inward(struct pathgate *g, const struct ethframe *f, size_t len,
    uint64_t *to)
{
	const uint64_t lan = UINT64_C(1) << VGROUP_LAN;
	const struct pathrule *r = g->rule;
	struct forward_verdict v;
	enum pathdrop limit;

	if (g->unattended)
		return PATHDROP_UNATTENDED;
	if ((r->group.members & UINT64_C(1) << r->member) == 0)
		return PATHDROP_NOWHERE;
	v = decide(g, &r->group, r->member, f);
	if (forward_teaches(&v) && !r->judged)
		learn(g, f, r->member);
	*to = v.to;
	if (v.up && f->aim == ETHFRAME_UNICAST) {
		*to = lan;		/* the bridge itself */
		return PATHDROP_NONE;
	}
	if (v.why != FORWARD_GOES)
		return drops[v.why];
	if (!v.flooded)
		return PATHDROP_NONE;
	limit = (v.to & ~lan) != 0 ? flood(g, f, len) : PATHDROP_NONE;
	if (limit != PATHDROP_NONE)
		*to &= lan;
	return *to != 0 ? PATHDROP_NONE : limit;
}

enum pathdrop
pathgate_inward(struct pathgate *g, const struct ethframe *f, size_t len,
    uint64_t *to)
{
	enum pathdrop why = judge_inward(g, f, len, to);
	struct tracering_record r = { .len = (uint32_t)len,
	    .from = (uint8_t)g->rule->member, .why = (uint8_t)why,
	    .to = why == PATHDROP_NONE ? *to : 0 };

	trace(g, f, &r);
	return why;
}

static const enum pathdrop opaque_drops[OPAQUE_WHYS] = {
	[OPAQUE_PASSES] = PATHDROP_NONE,
	[OPAQUE_ANSWERED] = PATHDROP_ANSWERED,
	[OPAQUE_EXCLUDED] = PATHDROP_EXCLUDED,
	[OPAQUE_SAME] = PATHDROP_SAME,
	[OPAQUE_UNKNOWN] = PATHDROP_UNKNOWN,
	[OPAQUE_NOT_IP] = PATHDROP_NOT_IP,
	[OPAQUE_LOOP] = PATHDROP_LOOP,
	[OPAQUE_MALFORMED] = PATHDROP_MALFORMED,
};

/* Why nothing of this member's crosses, whatever it is. */
static enum pathdrop
barred(const struct pathgate *g, unsigned from, const struct ethframe *f)
{
	const struct forward_group *group = &g->rule->group;

	if (g->unattended)
		return PATHDROP_UNATTENDED;
	if (group->silent)
		return PATHDROP_STANDBY;
	if ((group->deaf >> from & 1) != 0)
		return PATHDROP_DIRECTION;
	if ((group->members >> from & 1) == 0 ||
	    (group->members & ~group->mute & ~(UINT64_C(1) << from)) == 0)
		return PATHDROP_NOWHERE;
	if (f->aim == ETHFRAME_CONTROL)
		return PATHDROP_CONTROL;
	/* Stations answer addresses of ours that stand for them, not this one. */
	return is_ours(group, f) ? PATHDROP_LOOP : PATHDROP_NONE;
}

static enum pathdrop
judge_opaque(struct pathgate *g, const struct opaque_frame *x, uint64_t *to,
    struct pathgate_answer *a)
{
	const struct pathrule *r = g->rule;
	struct opaque_verdict v;
	enum pathdrop why = barred(g, x->from, x->head);

	a->len = 0;
	if (why != PATHDROP_NONE)
		return why;
	if (opaque_is_proxy(&r->opaque, x->head->src))
		return PATHDROP_LOOP;
	learn(g, x->head, x->from);
	v = opaque_decide(&r->opaque, x, a->octets);
	if (v.why == OPAQUE_ANSWERED)
		a->len = v.answer_len;
	if (v.why != OPAQUE_PASSES)
		return opaque_drops[v.why];
	*to = r->group.members & ~r->group.mute & ~(UINT64_C(1) << x->from);
	if (v.to != FDB_NONE)
		*to &= UINT64_C(1) << v.to;
	if (*to == 0)
		return PATHDROP_NOWHERE;
	return v.to == FDB_NONE && x->from == VGROUP_LAN ?
	    flood(g, x->head, x->len) : PATHDROP_NONE;
}

enum pathdrop
pathgate_opaque(struct pathgate *g, const struct opaque_frame *x, uint64_t *to,
    struct pathgate_answer *a)
{
	enum pathdrop why = judge_opaque(g, x, to, a);
	struct tracering_record r = { .len = (uint32_t)x->len,
	    .from = (uint8_t)x->from, .why = (uint8_t)why,
	    .to = why == PATHDROP_NONE ? *to : 0 };

	trace(g, x->head, &r);
	return why;
}

bool
pathgate_hold(struct pathgate *g, const struct ethframe *f, unsigned from,
    const uint8_t *octets, size_t len)
{
	struct pathnote n = { .kind = PATHNOTE_HELD, .member = from,
	    .was = FDB_NONE, .len = (uint32_t)len };

	if (g->rule->held_count == 0)
		return false;
	n.key = (struct fdb_key){ forward_sought(&g->rule->group, f), f->vlan };
	if (!pathrule_holds(g->rule, &n.key))
		return false;
	if (len > PATHNOTE_OCTETS_MAX || !pathnote_put(g->notes, &n, octets))
		pathcount_add(&g->count->drop[PATHDROP_HELD], 1);
	return true;
}

static bool
is_discovery(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	const uint8_t *ip = octets + f->payload;

	return f->type == ETHFRAME_IPV6 && len >= f->payload + 41u &&
	    ip[6] == ICMPV6 && (ip[40] == SOLICITATION ||
	    ip[40] == ADVERTISEMENT);
}

void
pathgate_snoop(struct pathgate *g, const struct ethframe *f, unsigned from,
    const uint8_t *octets, size_t len)
{
	struct pathnote n = { .kind = PATHNOTE_SNOOP, .member = from,
	    .was = FDB_NONE, .len = len < SNOOP_MAX ? (uint32_t)len : SNOOP_MAX };

	if (ethframe_is_arp(f) || is_discovery(f, octets, len))
		note(g, &n, octets);
}
