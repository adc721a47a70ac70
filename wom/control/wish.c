/* wom/control/wish.c - see wish.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/wish.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/keyfile.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "core/model/strlist.h"
#include "wom/codec/storecipher.h"
#include "wom/control/wishpeer.h"
#include "wom/control/wishtls.h"
#include "wom/link/linkhello.h"
#include "wom/link/routeset.h"
#include "wom/types/dedup.h"
#include "wom/types/localendpoint.h"
#include "wom/types/optimizedapp.h"
#include "wom/types/portrange.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/tlsprofile.h"
#include "wom/types/womsettings.h"

/* Where the parts are put together. */
struct making {
	struct wish	*wish;
	const struct draft *draft;
	const struct wish_place *place;
	struct diag	*out;
	const struct localendpoint *local;
	const struct womsettings *settings;
	struct tunneltls *calls;	/* of peers without one of their own */
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp((*(const struct object *const *)a)->name,
	    (*(const struct object *const *)b)->name);
}

/* All of a type by name, for the caller to free. */
static const struct object **
sorted(const struct draft *d, const struct type *t, size_t *count)
{
	const struct object **v = NULL, *o;
	size_t at = 0, room = 0;

	*count = 0;
	while ((o = draft_next(d, t, &at)) != NULL) {
		v = mem_grow(v, &room, *count + 1, sizeof(*v));
		v[(*count)++] = o;
	}
	if (*count > 0)
		qsort(v, *count, sizeof(*v), compare_names);
	return v;
}

static bool
has_tunnels(const struct localendpoint *l)
{
	return l->enabled && l->addresses.count > 0;
}

/* ---- the door ---- */

static void
make_places(struct hub_door *door, const struct localendpoint *l)
{
	_Static_assert(LOCALENDPOINT_ADDRESSES_MAX <= HUB_DOORS_MAX,
	    "there is room for each address");
	for (size_t i = 0; i < l->addresses.count; i++) {
		struct addrport *at = &door->at[door->count];

		at->port = (uint16_t)l->tunnel_port;
		if (addr_parse(l->addresses.v[i], &at->addr) == 0)
			door->count++;
	}
}

/* Profiles that a use needs, read once. NULL: there is none, or *rc is set. */
static struct tunneltls *
read_tls(struct making *m, const struct type *t, const char *name, int *rc)
{
	const struct object *o = name == NULL ? NULL :
	    draft_find(m->draft, t, name);
	struct tunneltls *tls = o == NULL ? NULL :
	    wishtls_read(o, m->draft, m->place, m->out);

	if (o != NULL && tls == NULL)
		*rc = ERR_CONFLICT;
	return tls;
}

static int
make_door(struct making *m)
{
	const struct localendpoint *l = m->local;
	struct wish *w = m->wish;
	int rc = 0;

	w->drop = l->no_route == LOCALENDPOINT_DROP;
	strlist_copy(&w->wan_vlans, &m->settings->wan_vlans);
	strlist_copy(&w->lan_vlans, &m->settings->lan_vlans);
	w->door.devices = (const char *const *)w->wan_vlans.v;
	w->door.device_count = w->wan_vlans.count;
	w->door.allow_nat = l->allow_nat;
	if (!has_tunnels(l))
		return 0;
	w->door.tls = read_tls(m, &tlsprofile_client_type, l->client_ssl, &rc);
	m->calls = read_tls(m, &tlsprofile_server_type, l->server_ssl, &rc);
	if (w->door.tls != NULL)
		make_places(&w->door, l);
	return rc;
}

/* ---- peers ---- */

static size_t
count_enabled(const struct object *const *v, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += ((const struct remoteendpoint *)v[i])->enabled;
	return n > 0 ? n : 1;
}

static void
warn_of_peer(struct making *m, const struct remoteendpoint *r,
    const struct peersetup *s)
{
	if (!s->enabled)
		return;
	if (s->tls == NULL && m->wish->door.tls == NULL)
		objdiag_warn(m->out, &r->obj, NULL, "there is no TLS profile "
		    "for tunnels to it, nor one for its own: there will be "
		    "none");
	if (s->route_count == LINKHELLO_ROUTES_MAX)
		objdiag_warn(m->out, &r->obj, NULL, "only %d of the "
		    "advertised routes are told", LINKHELLO_ROUTES_MAX);
}

static int
make_peer(struct making *m, const struct remoteendpoint *r,
    const struct wishpeer_share *share)
{
	struct wish_peer *to = &m->wish->peers[m->wish->peer_count];
	struct tunneltls *own = NULL;
	int rc = 0;

	if (r->enabled && share->enabled)
		own = read_tls(m, &tlsprofile_server_type, r->server_ssl, &rc);
	if (rc != 0)
		return rc;
	to->setup = wishpeer_make(r, m->draft, m->place, share,
	    own != NULL ? own : m->calls);
	to->tell_source = wishpeer_tells_source(r, m->draft);
	m->wish->peer_count++;
	warn_of_peer(m, r, to->setup);
	tunneltls_free(&own);
	return 0;
}

_Static_assert(KEYFILE_OCTETS == STORECIPHER_KEY, "one is read for the other");

/* Under which stores are encrypted. NULL: they are not, or *rc is set. */
static const uint8_t *
read_disk_key(struct making *m, const struct dedup *u,
    uint8_t key[STORECIPHER_KEY], int *rc)
{
	struct err e = { .code = 0 };

	if (!u->enabled || u->key_file == NULL || u->disk_mib == 0)
		return NULL;
	if (keyfile_load(u->key_file, key, &e) == 0)
		return key;
	*rc = objdiag_error(m->out, &u->obj, NULL, e.code,
	    "disk-cache-key-file: %s", e.text);
	return NULL;
}

/* The first by name have part in what is remembered. */
static int
make_peers(struct making *m)
{
	const struct dedup *u = (const struct dedup *)
	    draft_find(m->draft, &dedup_type, NULL);
	size_t count, room = u->max_endpoints;
	const struct object **v = sorted(m->draft, &remoteendpoint_type,
	    &count);
	struct wishpeer_share share = { .peers = count_enabled(v, count),
	    .enabled = has_tunnels(m->local) };
	uint8_t key[STORECIPHER_KEY];
	int rc = 0;

	share.disk_key = read_disk_key(m, u, key, &rc);
	m->wish->peers = mem_zalloc(count + 1, sizeof(*m->wish->peers));
	for (size_t i = 0; i < count; i++) {
		const struct remoteendpoint *r =
		    (const struct remoteendpoint *)v[i];
		int one;

		if (u->enabled && r->enabled && room == 0)
			objdiag_warn(m->out, &r->obj, NULL, "wom deduplication "
			    "max-endpoint-count is %u: nothing is remembered "
			    "with this one", u->max_endpoints);
		share.remembers = u->enabled && r->enabled && room > 0;
		room -= share.remembers;
		one = make_peer(m, r, &share);
		rc = rc != 0 ? rc : one;
	}
	explicit_bzero(key, sizeof(key));
	free(v);
	return rc;
}

/* ---- applications ---- */

static void
make_app(struct making *m, const struct optimizedapp *a)
{
	size_t at = m->wish->app_count++;
	struct portrange *ports = mem_zalloc(a->ports.count + 1,
	    sizeof(*ports));

	for (size_t i = 0; i < a->ports.count; i++)
		(void)portrange_parse(a->ports.v[i], &ports[i]); /* checked */
	m->wish->rules[at] = a->profile == NULL ?
	    (struct flow_rules){ .compress = false } :
	    wishpeer_rules(m->draft, a->profile);
	m->wish->domains[at] = wishpeer_domain(m->draft, a->profile);
	m->wish->apps[at] = (struct lanapp){
		.name = mem_strdup(a->obj.name),
		.transparent = a->mode == OPTIMIZEDAPP_TRANSPARENT,
		.takeover = a->mode == OPTIMIZEDAPP_TAKEOVER,
		.listen = a->listen, .destination = a->destination,
		.ports = ports, .port_count = a->ports.count,
	};
}

static bool
is_taken(const struct making *m, const struct optimizedapp *a)
{
	return a->enabled && (a->profile == NULL ||
	    wishpeer_takes(m->draft, a->profile));
}

static void
make_apps(struct making *m)
{
	size_t count;
	const struct object **v = sorted(m->draft, &optimizedapp_type, &count);

	m->wish->apps = mem_zalloc(count + 1, sizeof(*m->wish->apps));
	m->wish->rules = mem_zalloc(count + 1, sizeof(*m->wish->rules));
	m->wish->domains = mem_zalloc(count + 1, sizeof(*m->wish->domains));
	for (size_t i = 0; i < count; i++)
		if (is_taken(m, (const struct optimizedapp *)v[i]))
			make_app(m, (const struct optimizedapp *)v[i]);
	free(v);
}

/* ---- what is not to be intercepted ---- */

static void
make_tunnels(struct making *m)
{
	struct wish *w = m->wish;

	w->tunnels = mem_zalloc(w->door.count + w->peer_count + 1,
	    sizeof(*w->tunnels));
	for (size_t i = 0; i < w->door.count; i++)
		w->tunnels[w->tunnel_count++] = w->door.at[i];
	for (size_t i = 0; i < w->peer_count; i++)
		w->tunnels[w->tunnel_count++] = w->peers[i].setup->at;
}

/* ---- all of it ---- */

static unsigned
threads_of(const struct womsettings *g)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (g->threads > 0)
		return g->threads;
	if (cpus < 1)
		return 1;
	return cpus < WOMSETTINGS_THREADS_MAX ? (unsigned)cpus :
	    WOMSETTINGS_THREADS_MAX;
}

struct wish *
wish_new(const struct draft *d, const struct wish_place *p, struct diag *out)
{
	struct making m = {
		.wish = mem_zalloc(1, sizeof(*m.wish)),
		.draft = d, .place = p, .out = out,
		.local = (const struct localendpoint *)
		    draft_find(d, &localendpoint_type, NULL),
		.settings = (const struct womsettings *)
		    draft_find(d, &womsettings_type, NULL),
	};
	int door, peers;

	m.wish->threads = threads_of(m.settings);
	m.wish->history_folder = mem_strdup(((const struct dedup *)
	    draft_find(d, &dedup_type, NULL))->disk_path);
	door = make_door(&m);
	peers = make_peers(&m);
	make_apps(&m);
	make_tunnels(&m);
	m.wish->ours = wishpeer_routes(d);
	tunneltls_free(&m.calls);
	if (door != 0 || peers != 0)
		wish_free(&m.wish);
	return m.wish;
}

void
wish_free(struct wish **pw)
{
	struct wish *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->peer_count; i++)
		peersetup_free(&w->peers[i].setup);
	for (size_t i = 0; i < w->app_count; i++) {
		free((void *)(uintptr_t)w->apps[i].name);
		free((void *)(uintptr_t)w->apps[i].ports);
	}
	tunneltls_free(&w->door.tls);
	routeset_free(&w->ours);
	strlist_fini(&w->lan_vlans);
	strlist_fini(&w->wan_vlans);
	free(w->history_folder);
	free(w->tunnels);
	free(w->peers);
	free(w->rules);
	for (size_t i = 0; w->domains != NULL && i < w->app_count; i++)
		free(w->domains[i]);
	free(w->domains);
	free(w->apps);
	free(w);
}

/* Its place, or how many there are. */
static size_t
find_app(const struct wish *w, const char *app)
{
	size_t i = 0;

	while (i < w->app_count && strcmp(w->apps[i].name, app) != 0)
		i++;
	return i;
}

const struct flow_rules *
wish_find_rules(const struct wish *w, const char *app)
{
	size_t i = find_app(w, app);

	return i < w->app_count ? &w->rules[i] : NULL;
}

const char *
wish_find_domain(const struct wish *w, const char *app)
{
	size_t i = find_app(w, app);

	return i < w->app_count && w->domains[i] != NULL ? w->domains[i] : "";
}

const struct wish_peer *
wish_find_peer(const struct wish *w, const char *name)
{
	for (size_t i = 0; i < w->peer_count; i++)
		if (strcmp(w->peers[i].setup->name, name) == 0)
			return &w->peers[i];
	return NULL;
}

bool
wish_has_endpoint(const struct wish *w, const struct addrport *at)
{
	for (size_t i = 0; i < w->tunnel_count; i++)
		if (addr_equal(&w->tunnels[i].addr, &at->addr) &&
		    w->tunnels[i].port == at->port)
			return true;
	return false;
}
