/* etherip/control/netmetrics.c - see netmetrics.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netmetrics.h"

#include <stddef.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/rest/metrics.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/movemetrics.h"
#include "etherip/control/netenact.h"

static void
write_active(const struct netenact *n, struct strbuf *b)
{
	static const struct metrics_family f = {
		"gtm_net_active", METRICS_GAUGE,
		"Whether this unit of a pair carries what is floating."
	};

	metrics_open(b, &f);
	metrics_add(b, &f, NULL, netenact_is_active(n));
}

/* ---- each tunnel ---- */

/* One that is carried. */
struct carried {
	const char	*path, *group;
	enum vgroup_tier tier;
	bool		 down;
	uint64_t	 flaps;
	struct vgroup_counts counts;
};

typedef void carried_fn(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c);

static bool
read_carried(const struct groupwork *w, size_t at, struct carried *c)
{
	const struct netplan_group *g = groupwork_plan(w);
	struct liveness_status s = { .flaps = 0 };
	struct groupwork_tunnel t;
	const char *why;

	c->path = g->tunnel_more[at].path;
	c->group = g->path;
	if (!groupwork_tunnel(w, c->path, &t) || t.member == FDB_NONE ||
	    !vgroup_counts(groupwork_path(w), t.member, &c->counts))
		return false;
	c->tier = vgroup_tier(groupwork_path(w), t.member, &why);
	if (t.live != NULL)
		liveness_status(t.live, &s);
	c->down = t.live != NULL && s.verdict == LIVENESS_DOWN;
	c->flaps = s.flaps;
	return true;
}

static void
each_tunnel(const struct netenact *n, struct strbuf *b,
    const struct metrics_family *f, carried_fn *fn)
{
	const struct groupwork *w;
	struct carried c;
	size_t at = 0;

	metrics_open(b, f);
	while ((w = netenact_next(n, &at)) != NULL)
		for (size_t i = 0; i < groupwork_plan(w)->plan.tunnel_count;
		    i++)
			if (read_carried(w, i, &c))
				fn(b, f, &c);
}

static void
write_up(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c)
{
	const struct metrics_label l[] = { { "tunnel", c->path },
	    { "vlan_group", c->group },
	    { "tier", vgroup_tier_names[c->tier] }, { NULL, NULL } };

	metrics_add(b, f, l, !c->down);
}

static void
write_flaps(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c)
{
	const struct metrics_label l[] = { { "tunnel", c->path },
	    { NULL, NULL } };

	metrics_add(b, f, l, c->flaps);
}

static void
write_flow(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c, bool octets)
{
	for (size_t i = 0; i < VGROUP_TIERS; i++)
		for (int out = 0; out < 2; out++) {
			const struct vgroup_flow *v = out ? &c->counts.out[i] :
			    &c->counts.in[i];
			const struct metrics_label l[] = {
				{ "tunnel", c->path },
				{ "tier", vgroup_tier_names[i] },
				{ "direction", out ? "out" : "in" },
				{ NULL, NULL }
			};

			metrics_add(b, f, l, octets ? v->octets : v->frames);
		}
}

static void
write_frames(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c)
{
	write_flow(b, f, c, false);
}

static void
write_octets(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c)
{
	write_flow(b, f, c, true);
}

static void
write_drops(struct strbuf *b, const struct metrics_family *f,
    const struct carried *c)
{
	for (size_t i = 0; i < PATHDROPS; i++)
		for (int out = 0; out < 2; out++) {
			uint64_t n = out ? c->counts.drop_out[i] :
			    c->counts.drop_in[i];
			const struct metrics_label l[] = {
				{ "tunnel", c->path },
				{ "direction", out ? "out" : "in" },
				{ "reason", pathdrop_words[i] },
				{ NULL, NULL }
			};

			if (n > 0)
				metrics_add(b, f, l, n);
		}
}

/* Counters that are one number of each tunnel. */
static const struct {
	struct metrics_family family;
	size_t		 off;
} simple[] = {
	{ { "gtm_net_tunnel_cut_total", METRICS_COUNTER,
	    "Super-frames of the LAN's that were cut." },
	  offsetof(struct vgroup_counts, cut) },
	{ { "gtm_net_tunnel_merged_total", METRICS_COUNTER,
	    "Frames that went into super-frames to the LAN." },
	  offsetof(struct vgroup_counts, merged) },
	{ { "gtm_net_tunnel_fast_path_frames_total", METRICS_COUNTER,
	    "Frames out of the tunnel that passed the kernel's stack by." },
	  offsetof(struct vgroup_counts, leapt) },
	{ { "gtm_net_tunnel_mss_clamped_total", METRICS_COUNTER,
	    "SYNs whose MSS was lowered." },
	  offsetof(struct vgroup_counts, clamped) },
	{ { "gtm_net_tunnel_sources_told_total", METRICS_COUNTER,
	    "Senders that were told to send less at once." },
	  offsetof(struct vgroup_counts, told) },
	{ { "gtm_net_tunnel_not_learned_total", METRICS_COUNTER,
	    "Frames whose source found no room in the table." },
	  offsetof(struct vgroup_counts, unlearned) },
	{ { "gtm_net_tunnel_notes_lost_total", METRICS_COUNTER,
	    "Events that the control loop was too slow for." },
	  offsetof(struct vgroup_counts, notes_lost) },
};

static void
write_simple(const struct netenact *n, struct strbuf *b, size_t which)
{
	const struct metrics_family *f = &simple[which].family;
	const struct groupwork *w;
	struct carried c;
	size_t at = 0;

	metrics_open(b, f);
	while ((w = netenact_next(n, &at)) != NULL)
		for (size_t i = 0; i < groupwork_plan(w)->plan.tunnel_count;
		    i++) {
			const struct metrics_label l[] = {
				{ "tunnel", groupwork_plan(w)->
				    tunnel_more[i].path }, { NULL, NULL }
			};
			const char *from = (const char *)&c.counts;

			if (read_carried(w, i, &c))
				metrics_add(b, f, l, *(const uint64_t *)(const
				    void *)(from + simple[which].off));
		}
}

static void
write_tunnels(const struct netenact *n, struct strbuf *b)
{
	static const struct {
		struct metrics_family family;
		carried_fn	*fn;
	} rows[] = {
		{ { "gtm_net_tunnel_up", METRICS_GAUGE,
		    "Whether frames go into the tunnel." }, write_up },
		{ { "gtm_net_tunnel_flaps_total", METRICS_COUNTER,
		    "Times that the other end was lost." }, write_flaps },
		{ { "gtm_net_tunnel_frames_total", METRICS_COUNTER,
		    "Frames that crossed." }, write_frames },
		{ { "gtm_net_tunnel_bytes_total", METRICS_COUNTER,
		    "Octets of these frames." }, write_octets },
		{ { "gtm_net_tunnel_dropped_total", METRICS_COUNTER,
		    "Frames that did not cross, by the reason." },
		    write_drops },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		each_tunnel(n, b, &rows[i].family, rows[i].fn);
	for (size_t i = 0; i < OBJ_COUNT(simple); i++)
		write_simple(n, b, i);
}

/* ---- each group ---- */

static void
on_station(void *arg, const struct fdb_station *s)
{
	uint64_t *counts = arg;

	counts[s->member == VGROUP_LAN ? 0 : 1]++;
}

static void
write_stations(const struct netenact *n, struct strbuf *b)
{
	static const struct metrics_family f = {
		"gtm_net_stations", METRICS_GAUGE, "Stations that are known."
	};
	const struct groupwork *w;
	size_t at = 0;

	metrics_open(b, &f);
	while ((w = netenact_next(n, &at)) != NULL) {
		uint64_t counts[2] = { 0, 0 };

		vgroup_each(groupwork_path(w), on_station, counts);
		for (int i = 0; i < 2; i++) {
			const struct metrics_label l[] = {
				{ "vlan_group", groupwork_plan(w)->path },
				{ "where", i == 0 ? "local" : "remote" },
				{ NULL, NULL }
			};

			metrics_add(b, &f, l, counts[i]);
		}
	}
}

void
netmetrics_write(const struct netenact *n, struct strbuf *b)
{
	write_active(n, b);
	write_tunnels(n, b);
	write_stations(n, b);
	movemetrics_write(b, n);
}
