/* wom/control/wishpeer.c - see wishpeer.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/wishpeer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/strlist.h"
#include "wom/control/wish.h"
#include "wom/link/linkhello.h"
#include "wom/link/routeset.h"
#include "wom/peer/peersetup.h"
#include "wom/types/advertisedroute.h"
#include "wom/types/dedup.h"
#include "wom/types/fingerprint.h"
#include "wom/types/isession.h"
#include "wom/types/localendpoint.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/womsettings.h"

#define MIB	((size_t)1 << 20)

/* ---- networks that it is told ---- */

struct routes {
	struct linkroute *v;
	size_t		 count, room, max;
};

static void
add_route(struct routes *r, const struct advertisedroute *a)
{
	struct linkroute *to;

	if (r->count == r->max)
		return;		/* wish_new has said so */
	r->v = mem_grow(r->v, &r->room, r->count + 1, sizeof(*r->v));
	to = &r->v[r->count];
	if (addr_parse_prefix(a->dest, &to->dest) != 0)
		return;
	to->metric = (uint16_t)(a->metric > UINT16_MAX ? UINT16_MAX :
	    a->metric);
	to->exclude = !a->include;
	r->count++;
}

/* So that the same configuration tells the same in the same order. */
static int
compare_routes(const void *a, const void *b)
{
	const struct linkroute *x = a, *y = b;
	int c = addr_compare(&x->dest.addr, &y->dest.addr);

	if (c != 0)
		return c;
	if (x->dest.len != y->dest.len)
		return x->dest.len < y->dest.len ? -1 : 1;
	return (int)x->metric - (int)y->metric;
}

/* peer NULL: whoever is told. */
static void
find_routes(struct routes *r, const struct draft *d, const char *peer)
{
	const struct object *o;
	size_t at = 0;

	while ((o = draft_next(d, &advertisedroute_type, &at)) != NULL) {
		const struct advertisedroute *a =
		    (const struct advertisedroute *)o;

		if (peer == NULL || a->remote_endpoints.count == 0 ||
		    strlist_has(&a->remote_endpoints, peer))
			add_route(r, a);
	}
	if (r->count > 0)
		qsort(r->v, r->count, sizeof(*r->v), compare_routes);
}

/* ---- what both remember ---- */

/* Full paths become one name each: what could be two is written out. */
static char *
history_path(const struct dedup *u, const struct wish_place *p,
    const char *name)
{
	struct strbuf b = { 0 };

	strbuf_printf(&b, "%s/history", u->disk_path != NULL ? u->disk_path :
	    p->state_dir);
	for (; *name != '\0'; name++)
		if (*name == '/' || *name == '%' || *name == '.')
			strbuf_printf(&b, "%%%02x", (unsigned char)*name);
		else
			strbuf_add_char(&b, *name);
	return strbuf_take(&b);
}

static void
set_history(struct peersetup *s, const struct dedup *u, char *path,
    const uint8_t *disk_key)
{
	uint32_t mib = path != NULL ? u->disk_mib : u->dictionary_mib;

	s->history_octets = mib / u->max_endpoints * MIB;
	s->history_path = path;
	s->history_memory = u->dictionary_mib / u->max_endpoints * MIB;
	s->history_sealed = path != NULL && disk_key != NULL;
	if (s->history_sealed)
		memcpy(s->disk_key, disk_key, sizeof(s->disk_key));
}

/* ---- the rest ---- */

static size_t
find_locals(struct addr *v, const struct localendpoint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->addresses.count; i++)
		if (addr_parse(l->addresses.v[i], &v[n]) == 0)
			n++;
	return n;
}

static size_t
find_prints(struct tunneltls_print *v, const struct strlist *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		if (fingerprint_parse(l->v[i], v[n].octets) == 0)
			n++;
	return n;
}

static void
set_manners(struct peersetup *s, const struct womsettings *g, size_t peers)
{
	uint32_t kib = womsettings_stream_kib(g);

	s->congestion = g->congestion_control;
	s->ping_ns = (dur_ns)g->keepalive_interval_s * CLOCK_S;
	s->dead_ns = (dur_ns)g->keepalive_timeout_s * CLOCK_S;
	s->keep_ns = (dur_ns)g->resume_timeout_s * CLOCK_S;
	s->stream_window = kib >= 1024 * 1024 ? UINT32_C(1) << 30 : kib * 1024;
	s->session_window = (uint64_t)g->memory_max_mib * MIB / peers;
	s->streams_max = g->streams_max;
}

struct peersetup *
wishpeer_make(const struct remoteendpoint *r, const struct draft *d,
    const struct wish_place *p, const struct wishpeer_share *share,
    struct tunneltls *tls)
{
	const struct localendpoint *l = (const struct localendpoint *)
	    draft_find(d, &localendpoint_type, NULL);
	const struct womsettings *g = (const struct womsettings *)
	    draft_find(d, &womsettings_type, NULL);
	const struct dedup *u = (const struct dedup *)
	    draft_find(d, &dedup_type, NULL);
	struct tunneltls_print prints[REMOTEENDPOINT_FINGERPRINTS_MAX];
	struct addr locals[LOCALENDPOINT_ADDRESSES_MAX];
	struct routes routes = { .max = LINKHELLO_ROUTES_MAX };
	struct peersetup s = {
		.name = r->obj.name, .enabled = r->enabled && share->enabled,
		.allow_routing = r->allow_routing, .tls = tls,
		.at = { r->address, (uint16_t)r->tunnel_port },
		.locals = locals, .local_count = find_locals(locals, l),
		.prints = prints,
		.print_count = find_prints(prints, &r->peer_fingerprints),
		.mark = p->mark, .connections = r->connections,
		.domain = r->trust_domain != NULL ? r->trust_domain :
		    REMOTEENDPOINT_DOMAIN,
		.rules = wishpeer_rules(d, NULL),
	};
	struct peersetup *made;
	char *path = NULL;

	set_manners(&s, g, share->peers);
	if (share->remembers && u->disk_mib / u->max_endpoints > 0)
		path = history_path(u, p, r->obj.name);
	if (share->remembers)
		set_history(&s, u, path, share->disk_key);
	find_routes(&routes, d, r->obj.name);
	s.routes = routes.v;
	s.route_count = routes.count;
	made = peersetup_copy(&s);
	explicit_bzero(s.disk_key, sizeof(s.disk_key));
	free(routes.v);
	free(path);
	return made;
}

bool
wishpeer_tells_source(const struct remoteendpoint *r, const struct draft *d)
{
	const struct localendpoint *l = (const struct localendpoint *)
	    draft_find(d, &localendpoint_type, NULL);

	if (r->snat == REMOTEENDPOINT_SNAT_DEFAULT)
		return l->snat == LOCALENDPOINT_SNAT_NONE;
	return r->snat == REMOTEENDPOINT_SNAT_NONE;
}

struct flow_rules
wishpeer_rules(const struct draft *d, const char *profile)
{
	struct object *e = draft_effective(d, draft_find(d, &isession_type,
	    profile != NULL ? profile : "/Common/isession"));
	const struct isession *i = (const struct isession *)e;
	const struct flow_rules rules = {
		.dedup = i->enabled && i->deduplication,
		.compress = i->enabled && i->compression,
		.adaptive = i->adaptive, .level = (int)i->level,
	};

	object_unref(&e);
	return rules;
}

bool
wishpeer_takes(const struct draft *d, const char *profile)
{
	struct object *e = draft_effective(d, draft_find(d, &isession_type,
	    profile));
	bool takes = ((const struct isession *)e)->enabled;

	object_unref(&e);
	return takes;
}

char *
wishpeer_domain(const struct draft *d, const char *profile)
{
	struct object *e = profile == NULL ? NULL : draft_effective(d,
	    draft_find(d, &isession_type, profile));
	char *domain = e == NULL ? NULL :
	    mem_strdup(((const struct isession *)e)->domain);

	object_unref(&e);
	return domain;
}

struct routeset *
wishpeer_routes(const struct draft *d)
{
	struct routes all = { .max = SIZE_MAX };
	struct routeset *set;

	find_routes(&all, d, NULL);
	set = routeset_new(all.v, all.count);
	free(all.v);
	return set;
}
