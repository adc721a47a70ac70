/* etherip/control/movewords.c - see movewords.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/movewords.h"

#include "core/base/clock.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "etherip/bridge/snoop.h"
#include "etherip/control/groupmover.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/mover.h"

const char *
movewords_place(const struct groupmover *g, unsigned member)
{
	const char *tunnel = groupmover_tunnel(g, member);

	if (tunnel != NULL)
		return tunnel;
	return member == MOVEPATH_LAN ? "local" : "unknown";
}

/* A moment, by the wall and how long ago. */
static void
put_moment(struct json *j, const char *key, mono_ns at,
    const struct loop *now)
{
	dur_ns age = loop_now_ns(now) - at;

	json_put_int(j, key, clock_real(loop_clock(now)) -
	    (real_s)(age / CLOCK_S));
	json_put_real(j, "age", (double)(age / CLOCK_MS) / 1000);
}

static void
put_station(struct json *j, const struct groupmover *g,
    const struct fdb_key *k)
{
	char mac[MACADDR_TEXT_MAX];

	json_put_text(j, "vlanGroup", groupmover_name(g));
	json_put_text(j, "station", macaddr_format(k->mac, mac));
	if (k->vlan != 0)
		json_put_int(j, "vlan", k->vlan);
}

struct json *
movewords_event(const struct groupmover *g, const struct moveevent *e,
    const struct loop *now)
{
	struct json *j = json_new_object();

	put_moment(j, "time", e->at, now);
	put_station(j, g, &e->key);
	json_put_text(j, "event", moveevent_whats[e->what]);
	json_put_text(j, "from", movewords_place(g, e->from));
	json_put_text(j, "to", movewords_place(g, e->to));
	json_put_text(j, "how", moveevent_hows[e->how]);
	if (e->frozen_ns != 0)
		json_put_real(j, "frozen", (double)e->frozen_ns / CLOCK_MS);
	return j;
}

static void
put_addresses(struct json *j, struct groupmover *g, const struct fdb_key *k,
    const struct loop *now)
{
	struct snoop_fact facts[SNOOP_OF_MAX];
	struct json *list = json_new_array();
	char text[ADDR_TEXT_MAX];
	size_t count = snoop_of(mover_snoop(groupmover_mover(g)), k,
	    (uint32_t)(loop_now_ns(now) / CLOCK_S), facts, SNOOP_OF_MAX);

	for (size_t i = 0; i < count; i++)
		json_add_text(list, addr_format(&facts[i].ip, text));
	json_put(j, "addresses", &list);
}

struct json *
movewords_where(struct groupmover *g, const struct fdb_key *k,
    const struct loop *now)
{
	struct json *j = json_new_object();
	struct mover_where w;

	mover_where(groupmover_mover(g), k, &w);
	put_station(j, g, k);
	json_put_text(j, "where", w.member == FDB_NONE ? "unknown" :
	    w.member == MOVEPATH_LAN ? "local" : "remote");
	if (groupmover_tunnel(g, w.member) != NULL)
		json_put_text(j, "tunnel", groupmover_tunnel(g, w.member));
	if (w.member != FDB_NONE && w.since_known)
		put_moment(j, "since", w.since, now);
	json_put_int(j, "moves", w.moves);
	if (w.before != FDB_NONE)
		json_put_text(j, "before", movewords_place(g, w.before));
	json_put_bool(j, "frozen", w.frozen);
	json_put_bool(j, "damped", w.damped);
	put_addresses(j, g, k, now);
	return j;
}
