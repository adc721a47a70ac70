/* etherip/control/netstats.c - see netstats.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netstats.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/type.h"
#include "core/rest/reststats.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/netroute.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/selfip.h"
#include "etherip/types/vlangroup.h"

static void
put_status(struct json *j, const char *availability, bool enabled,
    const char *why)
{
	reststats_text(j, "status.availabilityState", availability);
	reststats_text(j, "status.enabledState",
	    enabled ? "enabled" : "disabled");
	reststats_text(j, "status.statusReason", why);
}

/* ---- a tunnel ---- */

static uint64_t
sum_of(const uint64_t *in, const uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < PATHDROPS; i++)
		n += in[i] + out[i];
	return n;
}

/* Each way by each tier that carried something, and why something was not. */
static void
put_counts(struct json *j, const struct vgroup_counts *c)
{
	struct vgroup_flow in = { 0 }, out = { 0 };
	char key[64];

	for (size_t i = 0; i < VGROUP_TIERS; i++) {
		in.frames += c->in[i].frames;
		in.octets += c->in[i].octets;
		out.frames += c->out[i].frames;
		out.octets += c->out[i].octets;
	}
	reststats_number(j, "framesIn", in.frames);
	reststats_number(j, "framesOut", out.frames);
	reststats_number(j, "octetsIn", in.octets);
	reststats_number(j, "octetsOut", out.octets);
	for (size_t i = 0; i < VGROUP_TIERS; i++) {
		(void)snprintf(key, sizeof(key), "framesIn.%s",
		    vgroup_tier_names[i]);
		reststats_number(j, key, c->in[i].frames);
		(void)snprintf(key, sizeof(key), "framesOut.%s",
		    vgroup_tier_names[i]);
		reststats_number(j, key, c->out[i].frames);
	}
	reststats_number(j, "dropped", sum_of(c->drop_in, c->drop_out));
	for (size_t i = 0; i < PATHDROPS; i++) {
		(void)snprintf(key, sizeof(key), "droppedIn.%s",
		    pathdrop_words[i]);
		reststats_number(j, key, c->drop_in[i]);
		(void)snprintf(key, sizeof(key), "droppedOut.%s",
		    pathdrop_words[i]);
		reststats_number(j, key, c->drop_out[i]);
	}
	reststats_number(j, "fastPathFrames", c->leapt);
	reststats_number(j, "cut", c->cut);
	reststats_number(j, "merged", c->merged);
	reststats_number(j, "mssClamped", c->clamped);
	reststats_number(j, "sourcesTold", c->told);
	reststats_number(j, "notLearned", c->unlearned);
	reststats_number(j, "notesLost", c->notes_lost);
}

static void
put_liveness(struct json *j, const struct liveness *l)
{
	struct liveness_status s;

	liveness_status(l, &s);
	reststats_text(j, "liveness", liveness_kind_name(s.kind));
	reststats_text(j, "livenessState", liveness_verdict_name(s.verdict));
	reststats_text(j, "livenessReason", s.reason);
	reststats_number(j, "flaps", s.flaps);
	reststats_number(j, "livenessSent", s.sent);
	reststats_number(j, "livenessReceived", s.received);
	reststats_number(j, "livenessDetectMs", s.detect_ms);
	reststats_number(j, "rttUs", s.rtt_us);
}

/* Of a tunnel that is carried: is it of use? */
static const char *
judge(const struct groupwork_tunnel *t, const char **why,
    struct liveness_status *s)
{
	*why = t->why;
	if (*t->why != '\0')
		return "offline";
	if (t->live == NULL)
		return "unknown";
	liveness_status(t->live, s);
	*why = s->kind == LIVENESS_NONE ? "nobody watches the other end" :
	    s->reason;
	switch (s->verdict) {
	case LIVENESS_UP:
		return s->kind == LIVENESS_NONE ? "unknown" : "available";
	case LIVENESS_DOWN:
		return "offline";
	case LIVENESS_UNKNOWN:
		break;
	}
	return "unknown";
}

static void
put_carried(struct json *j, const struct groupwork *w,
    const struct groupwork_tunnel *t)
{
	const struct vgroup *v = groupwork_path(w);
	struct vgroup_counts c;
	const char *why = "";

	reststats_text(j, "tier", vgroup_tier_names[vgroup_tier(v, t->member,
	    &why)]);
	reststats_text(j, "tierReason", why);
	why = vgroup_grounded(v, t->member);
	reststats_text(j, "fastPath", *why == '\0' ? "taken" : "not taken");
	reststats_text(j, "fastPathReason", why);
	reststats_text(j, "vlanGroup", groupwork_plan(w)->path);
	reststats_text(j, "device", vgroup_device(v, t->member));
	reststats_number(j, "mtu", vgroup_mtu(v, t->member));
	if (vgroup_counts(v, t->member, &c))
		put_counts(j, &c);
}

static bool
tunnel_stats(const struct netenact *n, const struct object *o, struct json *j)
{
	const struct eiptunnel *e = (const struct eiptunnel *)o;
	const struct groupwork *w = netenact_carrier(n, o->name);
	struct liveness_status s;
	struct groupwork_tunnel t;
	const char *why, *state;

	if (w == NULL || !groupwork_tunnel(w, o->name, &t)) {
		put_status(j, "unknown", e->enabled, e->enabled ?
		    "it is in no VLAN group" : "disabled by configuration");
		return true;
	}
	if (t.member == FDB_NONE && *t.why == '\0')
		t.why = netenact_is_active(n) ? "it could not be opened" :
		    "the other unit has it";
	if (*t.why == '\0')
		t.why = vgroup_lost(groupwork_path(w), t.member);
	state = judge(&t, &why, &s);
	put_status(j, state, e->enabled, why);
	if (t.member != FDB_NONE)
		put_carried(j, w, &t);
	if (t.live != NULL)
		put_liveness(j, t.live);
	return true;
}

/* ---- a group ---- */

struct tally {
	uint64_t local, remote, pinned;
};

static void
on_station(void *arg, const struct fdb_station *s)
{
	struct tally *t = arg;

	if (s->member == VGROUP_LAN)
		t->local++;
	else
		t->remote++;
	if (s->pins != 0)
		t->pinned++;
}

/* As good as its worst tunnel's tier; and the sentence of that one. */
static void
put_tier(struct json *j, const struct groupwork *w)
{
	const struct netplan_group *g = groupwork_plan(w);
	const struct vgroup *v = groupwork_path(w);
	enum vgroup_tier worst = VGROUP_DIRECT;
	const char *reason = "";

	for (size_t i = 0; i < g->plan.tunnel_count; i++) {
		unsigned member = vgroup_member(v, g->tunnels[i].name);
		const char *why = "";
		enum vgroup_tier tier;

		if (member == FDB_NONE)
			continue;
		tier = vgroup_tier(v, member, &why);
		if (tier >= worst) {
			worst = tier;
			reason = why;
		}
	}
	if (g->plan.tunnel_count == 0)
		return;
	reststats_text(j, "tier", vgroup_tier_names[worst]);
	reststats_text(j, "tierReason", reason);
}

static bool
group_stats(const struct netenact *n, const struct object *o, struct json *j)
{
	const struct groupwork *w = netenact_group(n, o->name);
	struct tally t = { 0 };
	const char *device;

	if (w == NULL) {
		put_status(j, "unknown", true, "nothing is known yet");
		return true;
	}
	put_status(j, *groupwork_why(w) == '\0' ? "available" : "offline", true,
	    groupwork_why(w));
	put_tier(j, w);
	device = vgroup_device(groupwork_path(w), VGROUP_LAN);
	if (device != NULL)
		reststats_text(j, "device", device);
	vgroup_each(groupwork_path(w), on_station, &t);
	reststats_number(j, "stations", t.local + t.remote);
	reststats_number(j, "stationsLocal", t.local);
	reststats_number(j, "stationsRemote", t.remote);
	reststats_number(j, "stationsPinned", t.pinned);
	return true;
}

/* ---- what the kernel has, or has not ---- */

static void
put_had(const struct netenact *n, const char *kind, const struct object *o,
    struct json *j)
{
	char label[320];
	const char *why;

	(void)snprintf(label, sizeof(label), "%s %s", kind, o->name);
	why = netenact_why(n, label);
	put_status(j, *why == '\0' ? "available" : "offline", true, why);
}

static bool
vlan_stats(const struct netenact *n, const struct object *o, struct json *j)
{
	put_had(n, "vlan", o, j);
	return true;
}

static bool
self_stats(const struct netenact *n, const struct object *o, struct json *j)
{
	put_had(n, "self", o, j);
	if (*netenact_why(n, NULL) != '\0')
		reststats_text(j, "allowService", netenact_why(n, NULL));
	return true;
}

static bool
route_stats(const struct netenact *n, const struct object *o, struct json *j)
{
	put_had(n, "route", o, j);
	return true;
}

bool
netstats_add(const struct netenact *n, const struct object *o,
    struct json *entries)
{
	const struct {
		const struct type *type;
		bool	(*add)(const struct netenact *n,
			    const struct object *o, struct json *j);
	} rows[] = {
		{ &eiptunnel_type, tunnel_stats },
		{ &vlangroup_type, group_stats },
		{ &netvlan_type, vlan_stats },
		{ &selfip_type, self_stats },
		{ &netroute_type, route_stats },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (rows[i].type == o->type)
			return rows[i].add(n, o, entries);
	return false;
}
