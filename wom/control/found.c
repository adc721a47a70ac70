/* wom/control/found.c - see found.h. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/control/found.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/rest/restcommit.h"
#include "core/rest/restrequest.h"
#include "wom/control/enact.h"
#include "wom/control/foundobjects.h"
#include "wom/control/wish.h"
#include "wom/discover/scout.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/lanlisten.h"
#include "wom/lan/routebook.h"
#include "wom/link/routeset.h"
#include "wom/types/discovery.h"
#include "wom/types/localendpoint.h"
#include "wom/types/womsettings.h"

#define TOGETHER_MS	200	/* what is found meanwhile is one change */
#define FINDINGS_MAX	256	/* that wait; more are found again */

enum kind { PEER, NETWORK_CAME, NETWORK_WENT };

struct finding {
	enum kind	 kind;
	struct addrport	 at;		/* of a peer */
	struct addr_prefix network;
};

struct found {
	unsigned	 magic;
#define FOUND_MAGIC	0xf0a2d011u
	struct found_config c;
	struct scout	*scout;
	struct finding	 findings[FINDINGS_MAX];
	size_t		 count;
	struct loop_timer together, settle;
	char		 why[ERR_TEXT_MAX];
};

/* ---- a change of our own ---- */

static bool
put_finding(struct draft *d, const struct finding *n)
{
	switch (n->kind) {
	case PEER:
		return foundobjects_add_peer(d, &n->at);
	case NETWORK_CAME:
		return foundobjects_add_route(d, &n->network);
	case NETWORK_WENT:
		break;
	}
	return foundobjects_remove_route(d, &n->network);
}

/* On record it looks like a request of womd itself. Takes *pd. */
static void
make_change(struct found *f, struct draft **pd)
{
	struct restrequest q = { .method = RESTREQUEST_POST,
	    .target = "/mgmt/tm/wom/discovery",
	    .peer = { .role = RESTPEER_ADMIN, .user = "womd" } };
	const struct restcommit_ask ask = { .q = &q,
	    .role = RESTPEER_ADMIN };
	struct diag d;

	diag_init(&d);
	if (restcommit_make_told(f->c.commit, pd, &ask, &d) != 0)
		log_diag("wom", &d);
	diag_fini(&d);
}

static void
on_together(struct loop_timer *t, void *arg)
{
	struct found *f = arg;
	struct draft *d = store_draft(f->c.store);
	bool differs = false;

	(void)t;
	OBJ_CHECK(f, FOUND_MAGIC);
	for (size_t i = 0; i < f->count; i++)
		differs |= put_finding(d, &f->findings[i]);
	f->count = 0;
	if (differs)
		make_change(f, &d);
	draft_free(&d);
}

/* ---- what is found ---- */

static void
add(struct found *f, const struct finding *n)
{
	if (f->count == FINDINGS_MAX)
		return;
	f->findings[f->count++] = *n;
	if (!loop_timer_running(&f->together))
		loop_timer_start(&f->together, TOGETHER_MS, 0);
}

static void
on_peer(void *arg, const struct addrport *at, const struct addr *to)
{
	char text[ADDR_TEXT_MAX], dest[ADDR_TEXT_MAX];

	log_at(LOG_INFO, "wom", "discovery", "peer", "address=%s before=%s",
	    addr_format_port(at, text), addr_format(to, dest));
	add(arg, &(struct finding){ .kind = PEER, .at = *at });
}

static void
on_network(struct found *f, enum kind kind, const struct addr_prefix *network)
{
	char text[ADDR_TEXT_MAX];

	log_at(LOG_INFO, "wom", "discovery", kind == NETWORK_CAME ? "network" :
	    "network-idle", "dest=%s", addr_format_prefix(network, text));
	add(f, &(struct finding){ .kind = kind, .network = *network });
}

static void
on_came(void *arg, const struct addr_prefix *network)
{
	on_network(arg, NETWORK_CAME, network);
}

static void
on_went(void *arg, const struct addr_prefix *network)
{
	on_network(arg, NETWORK_WENT, network);
}

static bool
is_selected(void *arg, uint16_t port)
{
	const struct found *f = arg;

	return lanapps_of_port(lanlisten_apps(enact_lan(f->c.enact)), port) !=
	    NULL;
}

/* Nobody need be asked for a way to our own networks. */
static bool
is_routed(void *arg, const struct addr *to)
{
	const struct found *f = arg;

	return routebook_find(enact_routes(f->c.enact), to) != NULL ||
	    routeset_find(enact_wish(f->c.enact)->ours, to) != NULL;
}

static void
on_unrouted(void *arg, const struct addr *to)
{
	struct found *f = arg;

	scout_want(f->scout, to);
}

/* ---- settings ---- */

static void
follow(struct found *f)
{
	const struct model *m = store_model(f->c.store);
	const struct localendpoint *l = (const struct localendpoint *)
	    model_find(m, &localendpoint_type, "");
	const struct womsettings *w = (const struct womsettings *)
	    model_find(m, &womsettings_type, "");
	const struct scout_setup s = {
		.enabled = l->enabled && l->addresses.count > 0,
		.endpoints = (const struct discovery_endpoint *)
		    model_find(m, &discovery_endpoint_type, ""),
		.servers = (const struct discovery_server *)
		    model_find(m, &discovery_server_type, ""),
		.lan = &w->lan_vlans, .wan = &w->wan_vlans,
		.addresses = &l->addresses, .port = (uint16_t)l->tunnel_port,
	};
	struct err e = { 0 };

	if (scout_set(f->scout, &s, &e) == 0)
		e.text[0] = '\0';
	if (e.text[0] != '\0' && strcmp(e.text, f->why) != 0)
		log_at(LOG_WARNING, "wom", "discovery", "off", "reason=\"%s\"",
		    e.text);
	memcpy(f->why, e.text, sizeof(f->why));
}

static void
on_settle(struct loop_timer *t, void *arg)
{
	(void)t;
	follow(arg);
}

/* Not from within: sockets are the system's, and a change may be taken back. */
static void
on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct found *f = arg;

	for (size_t i = 0; i < count; i++) {
		const struct object *o = changes[i].now != NULL ?
		    changes[i].now : changes[i].was;

		if (o->type == &discovery_endpoint_type ||
		    o->type == &discovery_server_type ||
		    o->type == &localendpoint_type ||
		    o->type == &womsettings_type)
			loop_timer_start(&f->settle, 0, 0);
	}
}

/* ---- birth and end ---- */

static void
keep_network(void *arg, const struct addr_prefix *network)
{
	struct found *f = arg;

	scout_keep(f->scout, network);
}

static void
begin(struct found *f)
{
	struct draft *d = store_draft(f->c.store);

	if (foundobjects_forget(d))
		make_change(f, &d);
	else
		draft_free(&d);
	follow(f);
	d = store_draft(f->c.store);
	foundobjects_each_network(d, keep_network, f);
	draft_free(&d);
	f->count = 0;		/* they are there already */
}

struct found *
found_new(const struct found_config *c)
{
	struct found *f = mem_zalloc(1, sizeof(*f));
	struct scout_config s = { .loop = c->loop, .selected = is_selected,
	    .routed = is_routed, .peer = on_peer, .came = on_came,
	    .went = on_went, .arg = f };

	f->magic = FOUND_MAGIC;
	f->c = *c;
	memcpy(s.site, enact_site(c->enact), sizeof(s.site));
	loop_timer_init(&f->together, c->loop, on_together, f);
	loop_timer_init(&f->settle, c->loop, on_settle, f);
	f->scout = scout_new(&s);
	begin(f);
	store_watch(c->store, on_change, f);
	enact_watch_unrouted(c->enact, on_unrouted, f);
	return f;
}

void
found_free(struct found **pf)
{
	struct found *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FOUND_MAGIC);
	enact_watch_unrouted(f->c.enact, NULL, NULL);
	store_unwatch(f->c.store, on_change, f);
	loop_timer_stop(&f->together);
	loop_timer_stop(&f->settle);
	scout_free(&f->scout);
	f->magic = 0;
	free(f);
}

const char *
found_why(const struct found *f)
{
	return f->why;
}
