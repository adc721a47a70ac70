/* wom/control/womstats.c - see womstats.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/womstats.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/type.h"
#include "core/rest/reststats.h"
#include "wom/control/enact.h"
#include "wom/control/taking.h"
#include "wom/control/wish.h"
#include "wom/control/womsums.h"
#include "wom/lan/lanlisten.h"
#include "wom/peer/hub.h"
#include "wom/types/dedup.h"
#include "wom/types/localendpoint.h"
#include "wom/types/optimizedapp.h"
#include "wom/types/remoteendpoint.h"

static void
put_status(struct json *j, const char *availability, bool enabled,
    const char *why)
{
	reststats_text(j, "status.availabilityState", availability);
	reststats_text(j, "status.enabledState",
	    enabled ? "enabled" : "disabled");
	reststats_text(j, "status.statusReason", why);
}

static void
put_refusals(struct json *j, const uint64_t refused[TUNNELTLS_REFUSALS])
{
	char key[64];

	for (int i = TUNNELTLS_NONE + 1; i < TUNNELTLS_REFUSALS; i++) {
		(void)snprintf(key, sizeof(key), "refused.%s",
		    tunneltls_refusal_names[i]);
		reststats_number(j, key, refused[i]);
	}
}

static void
put_octets(struct json *j, const char *key, const uint8_t *v, size_t len)
{
	char text[2 * 64 + 1] = "";

	for (size_t i = 0; i < len && i < 64; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", v[i]);
	reststats_text(j, key, text);
}

/* ---- a peer ---- */

static const char *
availability(const struct peerview *v)
{
	switch (v->state) {
	case PEERVIEW_UP:
		return "available";
	case PEERVIEW_DOWN:
	case PEERVIEW_CUT:
		return "offline";
	case PEERVIEW_DISABLED:
		return "unknown";
	}
	return "unknown";
}

static void
put_who(struct json *j, const struct peerview *v)
{
	if (!v->met)
		return;
	put_octets(j, "site", v->site, sizeof(v->site));
	reststats_number(j, "version", v->version);
	reststats_number(j, "routes", v->route_count);
	if (v->has_print)
		put_octets(j, "fingerprint", v->print.octets,
		    sizeof(v->print.octets));
}

/* Of connections that stand: the round trip is the longest. */
static void
put_connections(struct json *j, const struct peerview *v)
{
	uint64_t rtt_us = 0, stalls = 0, stalled_ms = 0, again = 0;

	for (size_t i = 0; i < OBJ_COUNT(v->conns); i++) {
		const struct peerview_conn *c = &v->conns[i];

		if (c->state != PEERVIEW_CONN_UP)
			continue;
		if ((uint64_t)c->rtt_ns / 1000 > rtt_us)
			rtt_us = (uint64_t)c->rtt_ns / 1000;
		stalls += c->stalls;
		stalled_ms += (uint64_t)c->stalled_ns / 1000000;
		again += c->retransmits;
	}
	reststats_number(j, "connections", v->conns_up);
	reststats_number(j, "connectionsWanted", v->conns_wanted);
	reststats_number(j, "rttUs", rtt_us);
	reststats_number(j, "stalls", stalls);
	reststats_number(j, "stalledMs", stalled_ms);
	reststats_number(j, "retransmits", again);
	reststats_number(j, "tunnelIn", v->in);
	reststats_number(j, "tunnelOut", v->out);
	reststats_number(j, "dials", v->dials);
	reststats_number(j, "dialFailures", v->dial_fails);
}

static void
put_stored(struct json *j, const struct peerview *v)
{
	reststats_number(j, "storedBlocks", v->history_count);
	reststats_number(j, "storedOctets", v->history_octets);
	reststats_number(j, "storedRoom", v->history_cap);
	reststats_number(j, "storedShared", v->shared_at_meeting);
	reststats_number(j, "storedDamaged", v->history.damaged);
	if (v->history_anew[0] != '\0')
		reststats_text(j, "storedAnew", v->history_anew);
}

static bool
remote_stats(const struct enact *n, const struct object *o, struct json *j)
{
	const struct remoteendpoint *r = (const struct remoteendpoint *)o;
	const struct peerview *v = enact_hub(n) == NULL ? NULL :
	    hub_view(enact_hub(n), o->name);
	struct flow_counts sum = { 0 };

	if (v == NULL) {
		put_status(j, "unknown", r->enabled, "nothing is known yet");
		return true;
	}
	put_status(j, availability(v), r->enabled,
	    v->state == PEERVIEW_DISABLED ? "disabled by configuration" :
	    v->why);
	put_who(j, v);
	put_connections(j, v);
	for (size_t i = 0; i < v->app_count; i++)
		womsums_add(&sum, &v->apps[i].counts);
	womsums_page(j, &sum);
	put_stored(j, v);
	reststats_number(j, "streams", v->flow_total);
	reststats_number(j, "heldOctets", v->held + v->flow_held);
	if (v->flow_refused[0] != '\0')
		reststats_text(j, "lastRefused", v->flow_refused);
	put_refusals(j, v->refused);
	return true;
}

/* ---- this end ---- */

static void
put_lan(const struct enact *n, struct json *j)
{
	struct lanlisten_counts c;

	lanlisten_get_counts(enact_lan(n), &c);
	reststats_number(j, "lanAccepted", c.accepted);
	reststats_number(j, "lanCarried", c.carried);
	reststats_number(j, "lanDirect", c.direct);
	reststats_number(j, "lanRefused", c.refused);
	reststats_number(j, "lanStarved", c.starved);
}

static bool
local_stats(const struct enact *n, const struct object *o, struct json *j)
{
	const struct localendpoint *l = (const struct localendpoint *)o;
	const struct wish *w = enact_wish(n);
	bool open = w != NULL && w->door.count > 0;
	const struct hub_door_counts *c;

	put_status(j, open ? "available" : "offline", l->enabled,
	    taking_why(enact_taking(n)));
	reststats_text(j, "intercepting",
	    taking_in_force(enact_taking(n)) ? "yes" : "no");
	put_lan(n, j);
	if (enact_hub(n) == NULL)
		return true;
	c = hub_door_counts(enact_hub(n));
	reststats_number(j, "accepted", c->accepted);
	reststats_number(j, "admitted", c->admitted);
	reststats_number(j, "crowded", c->crowded);
	reststats_number(j, "shaking", c->shaking);
	if (c->last[0] != '\0')
		reststats_text(j, "lastRefused", c->last);
	put_refusals(j, c->refused);
	return true;
}

/* ---- what is counted over all peers ---- */

static bool
app_stats(const struct enact *n, const struct object *o, struct json *j)
{
	const struct optimizedapp *a = (const struct optimizedapp *)o;
	struct flow_counts sum;
	uint64_t open = womsums_of_app(enact_hub(n), o->name, &sum);
	bool taken = a->mode == OPTIMIZEDAPP_EXPLICIT ||
	    taking_in_force(enact_taking(n));

	put_status(j, !a->enabled ? "unknown" : taken ? "available" :
	    "offline", a->enabled, taken ? "" : taking_why(enact_taking(n)));
	womsums_page(j, &sum);
	reststats_number(j, "streams", open);
	return true;
}

struct stored {
	uint64_t	 blocks, octets, room, damaged, unwritten;
};

static void
on_peer(void *arg, const char *name, const struct peerview *v)
{
	struct stored *s = arg;

	(void)name;
	s->blocks += v->history_count;
	s->octets += v->history_octets;
	s->room += v->history_cap;
	s->damaged += v->history.damaged;
	s->unwritten += v->history.unwritten;
}

static bool
dedup_stats(const struct enact *n, const struct object *o, struct json *j)
{
	const struct dedup *u = (const struct dedup *)o;
	struct stored s = { 0 };
	struct flow_counts sum;

	if (enact_hub(n) != NULL)
		hub_each(enact_hub(n), on_peer, &s);
	(void)womsums_of_app(enact_hub(n), NULL, &sum);
	put_status(j, u->enabled ? "available" : "offline", u->enabled, "");
	reststats_number(j, "storedBlocks", s.blocks);
	reststats_number(j, "storedOctets", s.octets);
	reststats_number(j, "storedRoom", s.room);
	reststats_number(j, "storedDamaged", s.damaged);
	reststats_number(j, "storedUnwritten", s.unwritten);
	womsums_page(j, &sum);
	return true;
}

bool
womstats_add(const struct enact *n, const struct object *o,
    struct json *entries)
{
	const struct {
		const struct type *type;
		bool	(*add)(const struct enact *n, const struct object *o,
			    struct json *j);
	} rows[] = {
		{ &remoteendpoint_type, remote_stats },
		{ &localendpoint_type, local_stats },
		{ &optimizedapp_type, app_stats },
		{ &dedup_type, dedup_stats },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (rows[i].type == o->type)
			return rows[i].add(n, o, entries);
	return false;
}
