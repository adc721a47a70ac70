/* etherip/control/netstations.c - see netstations.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netstations.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/frame/macaddr.h"

#define LIMIT		1000

/* What is asked, and what was found of it so far. */
struct listing {
	const char	*group, *tunnel;	/* NULL: any */
	uint64_t	 mac;			/* 0: any */
	size_t		 limit, total;
	const struct groupwork *work;		/* that is being gone through */
	struct json	*items;
};

/* Full path, or the name in /Common alone. */
static bool
is_called(const char *wanted, const char *path)
{
	return wanted == NULL || strcmp(wanted, path) == 0 ||
	    (strncmp(path, "/Common/", 8) == 0 &&
	    strcmp(wanted, path + 8) == 0);
}

/* The path of a group's tunnel by its name; NULL: it is the LAN. */
static const char *
path_of(const struct groupwork *w, unsigned member)
{
	const struct netplan_group *g = groupwork_plan(w);
	const char *name = member == VGROUP_LAN ? NULL :
	    vgroup_tunnel(groupwork_path(w), member);

	for (size_t i = 0; name != NULL && i < g->plan.tunnel_count; i++)
		if (strcmp(g->tunnels[i].name, name) == 0)
			return g->tunnel_more[i].path;
	return NULL;
}

static void
put_pins(struct json *j, unsigned pins)
{
	static const struct {
		unsigned	 bit;
		const char	*word;
	} rows[] = {
		{ FDB_STATIC, "static" }, { FDB_FROZEN, "frozen" },
		{ FDB_DAMPED, "damped" },
	};
	struct json *list;

	if (pins == 0)
		return;
	list = json_new_array();
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (pins & rows[i].bit)
			json_add_text(list, rows[i].word);
	json_put(j, "pins", &list);
}

static void
on_station(void *arg, const struct fdb_station *s)
{
	struct listing *l = arg;
	const char *tunnel = path_of(l->work, s->member);
	char text[MACADDR_TEXT_MAX];
	struct json *j;

	if ((l->mac != 0 && l->mac != s->key.mac) ||
	    (l->tunnel != NULL && (tunnel == NULL ||
	    !is_called(l->tunnel, tunnel))))
		return;
	l->total++;
	if (json_count(l->items) >= l->limit)
		return;
	j = json_new_object();
	json_put_text(j, "mac", macaddr_format(s->key.mac, text));
	if (s->key.vlan != 0)
		json_put_int(j, "tag", s->key.vlan);
	json_put_text(j, "vlanGroup", groupwork_plan(l->work)->path);
	json_put_text(j, "where", tunnel == NULL ? "local" : "remote");
	if (tunnel != NULL)
		json_put_text(j, "tunnel", tunnel);
	if ((s->pins & FDB_STATIC) == 0)
		json_put_int(j, "age", (int64_t)(uint32_t)(vgroup_now_s(
		    groupwork_path(l->work)) - s->seen_s));
	put_pins(j, s->pins);
	json_add(l->items, &j);
}

static int
read_mac(const struct restrequest *q, uint64_t *mac, struct restreply *r)
{
	const char *text = restrequest_param(q, "mac");

	if (text == NULL || macaddr_parse(text, mac) == 0)
		return 0;
	return restreply_error(r, 400, "mac: \"%.80s\" is not a MAC address "
	    "such as 02:01:d7:01:02:03", text);
}

void
netstations_get(const struct netenact *n, const struct restrequest *q,
    struct restreply *r)
{
	struct listing l = { .group = restrequest_param(q, "vlanGroup"),
	    .tunnel = restrequest_param(q, "tunnel"), .limit = LIMIT };
	struct groupwork *w;
	struct json *j;
	size_t at = 0;

	if (restlimit_read(q, &l.limit, r) != 0 || read_mac(q, &l.mac, r) != 0)
		return;
	l.items = json_new_array();
	while ((w = netenact_next(n, &at)) != NULL) {
		l.work = w;
		if (is_called(l.group, groupwork_plan(w)->path))
			vgroup_each(groupwork_path(w), on_station, &l);
	}
	j = restreply_document("tm:net:fdb:fdbcollectionstate",
	    "/mgmt/tm/net/fdb");
	json_put_int(j, "stations", (int64_t)l.total);
	json_put(j, "items", &l.items);
	restreply_json(r, 200, &j);
}
