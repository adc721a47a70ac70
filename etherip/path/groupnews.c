/* etherip/path/groupnews.c - see groupnews.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/groupnews.h"

#include "core/base/clock.h"
#include "etherip/frame/ethframe.h"
#include "etherip/path/groupset.h"
#include "etherip/path/groupstate.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathtunnel.h"

void
groupnews_seen(struct vgroup *g, const struct fdb_key *k, unsigned member,
    enum fdb_seen seen, unsigned was)
{
	if (seen == FDB_NEW && g->config.on_new != NULL)
		g->config.on_new(g->config.arg, k, member);
	if (seen == FDB_MOVED && g->config.on_move != NULL)
		g->config.on_move(g->config.arg, k, was, member);
}

static void
tell_snooped(struct vgroup *g, unsigned member, const uint8_t *octets,
    size_t len)
{
	struct ethframe f;

	if (!ethframe_read(&f, octets, len))
		return;
	groupopaque_snooped(g, member, &f, octets, len);
	if (g->config.on_snoop != NULL)
		g->config.on_snoop(g->config.arg, member, &f, octets, len);
}

static void
hold_frame(struct vgroup *g, const struct pathtunnel *t,
    const struct pathnote *n, const uint8_t *octets)
{
	const struct heldframe f = { .at = clock_mono(&clock_system),
	    .from = n->member, .via = t->member, .len = n->len };

	if (!holdqueue_add(&g->held, &n->key, &f, octets))
		pathcount_add(&g->count[t->member][n->member == VGROUP_LAN ?
		    PATHTUNNEL_OUT : PATHTUNNEL_IN].drop[PATHDROP_HELD], 1);
}

void
groupnews_note(void *arg, struct pathtunnel *t, const struct pathnote *n,
    const uint8_t *octets)
{
	struct vgroup *g = arg;

	OBJ_CHECK(g, VGROUP_MAGIC);
	switch (n->kind) {
	case PATHNOTE_NEW:
		groupnews_seen(g, &n->key, n->member, FDB_NEW, FDB_NONE);
		return;
	case PATHNOTE_MOVED:
		groupnews_seen(g, &n->key, n->member, FDB_MOVED, n->was);
		return;
	case PATHNOTE_SNOOP:
		tell_snooped(g, n->member, octets, n->len);
		return;
	case PATHNOTE_HELD:
		hold_frame(g, t, n, octets);
		return;
	case PATHNOTE_MTU:
		if (pathtunnel_look(t))
			groupset_publish(g);
		return;
	}
}

void
groupnews_lan(void *arg, const uint8_t *octets, size_t len)
{
	struct groupport *p = arg;
	struct vgroup *g = p->group;
	struct ethframe f;
	bool apart = g->silent && !g->plan.bridge_in_standby;
	struct fdb_key k;
	unsigned was = FDB_NONE;

	OBJ_CHECK(g, VGROUP_MAGIC);
	if (!ethframe_read(&f, octets, len) || f.src == g->bridge.mac ||
	    f.src == g->plan.masquerade)
		return;
	k = (struct fdb_key){ f.src, f.vlan };
	if (!apart)
		groupnews_seen(g, &k, VGROUP_LAN, grouptier_learn(g, &k,
		    VGROUP_LAN, &was), was);
	/* Here the active unit's address stands for stations that are not on the LAN. */
	if (apart && g->opaque.on)
		return;
	groupopaque_snooped(g, VGROUP_LAN, &f, octets, len);
	if (g->config.on_snoop != NULL)
		g->config.on_snoop(g->config.arg, VGROUP_LAN, &f, octets, len);
}

