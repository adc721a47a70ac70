/* wom/control/womstreams.c - see womstreams.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/womstreams.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/model/json.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "wom/control/womsums.h"
#include "wom/link/linkopen.h"
#include "wom/peer/hub.h"

#define LIMIT		1000

struct listing {
	const char	*app, *peer;	/* NULL = any */
	size_t		 limit;
	struct json	*items;
	uint64_t	 total;
};

static const char *
state_name(enum flow_state s)
{
	switch (s) {
	case FLOW_CONNECTING:
		return "connecting";
	case FLOW_OPEN:
		return "open";
	case FLOW_HALF_LAN:
		return "lan-finished";
	case FLOW_HALF_WAN:
		return "wan-finished";
	}
	return "open";
}

static struct json *
stream_json(const char *peer, const struct flowview *v)
{
	struct json *j = json_new_object();
	char text[ADDR_TEXT_MAX];

	json_put_text(j, "application", v->open->application);
	json_put_text(j, "remoteEndpoint", peer);
	if (v->open->source.addr.family != 0)
		json_put_text(j, "source", addr_format_port(&v->open->source,
		    text));
	json_put_text(j, "destination", addr_format_port(&v->open->dest,
	    text));
	json_put_text(j, "openedBy", v->by_peer ? "peer" : "local");
	json_put_text(j, "state", state_name(v->state));
	json_put_bool(j, "bulk", v->bulk);
	json_put_bool(j, "bypassing", v->bypassing);
	json_put_int(j, "age", (int64_t)(v->age_ns / CLOCK_S));
	json_put_int(j, "rtt", v->lan_rtt_us);
	womsums_json(j, &v->counts);
	return j;
}

/* Full path, or the name in /Common alone. */
static bool
is_called(const char *wanted, const char *path)
{
	return wanted == NULL || strcmp(wanted, path) == 0 ||
	    (strncmp(path, "/Common/", 8) == 0 &&
	    strcmp(wanted, path + 8) == 0);
}

static void
on_peer(void *arg, const char *name, const struct peerview *v)
{
	struct listing *l = arg;
	struct json *one;

	l->total += v->flow_total;
	if (!is_called(l->peer, name))
		return;
	for (size_t i = 0; i < v->flow_count; i++) {
		if (json_count(l->items) >= l->limit)
			return;
		if (!is_called(l->app, v->flows[i].open->application))
			continue;
		one = stream_json(name, &v->flows[i]);
		json_add(l->items, &one);
	}
}

void
womstreams_get(const struct hub *h, const struct restrequest *q,
    struct restreply *r)
{
	struct listing l = { .app = restrequest_param(q, "application"),
	    .peer = restrequest_param(q, "remoteEndpoint"),
	    .limit = LIMIT };
	struct json *j;

	if (restlimit_read(q, &l.limit, r) != 0)
		return;
	l.items = json_new_array();
	if (h != NULL)
		hub_each(h, on_peer, &l);
	j = restreply_document("tm:wom:stream:streamcollectionstate",
	    "/mgmt/tm/wom/stream");
	json_put_int(j, "streams", (int64_t)l.total);
	json_put(j, "items", &l.items);
	restreply_json(r, 200, &j);
}
