/* wom/peer/peersetup.c - see peersetup.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peersetup.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* A copy of count items; NULL: there are none. */
static void *
copy_of(const void *p, size_t count, size_t size)
{
	return count > 0 ? mem_dup(p, count * size) : NULL;
}

struct peersetup *
peersetup_copy(const struct peersetup *s)
{
	struct peersetup *c = mem_zalloc(1, sizeof(*c));

	*c = *s;
	c->name = mem_strdup(s->name);
	c->locals = copy_of(s->locals, s->local_count, sizeof(*s->locals));
	if (s->tls != NULL)
		c->tls = tunneltls_share(s->tls);
	c->prints = copy_of(s->prints, s->print_count, sizeof(*s->prints));
	c->congestion = mem_strdup(s->congestion);
	c->history_path = mem_strdup(s->history_path);
	c->domain = mem_strdup(s->domain);
	c->routes = copy_of(s->routes, s->route_count, sizeof(*s->routes));
	return c;
}

/* The copy owns what others may not change. */
static void
drop(const void *p)
{
	free((void *)(uintptr_t)p);
}

void
peersetup_free(struct peersetup **ps)
{
	struct peersetup *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	tunneltls_free(&s->tls);
	drop(s->name);
	drop(s->locals);
	drop(s->prints);
	drop(s->congestion);
	drop(s->history_path);
	drop(s->domain);
	drop(s->routes);
	explicit_bzero(s->disk_key, sizeof(s->disk_key));
	free(s);
}

/* ---- what differs ---- */

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
same_items(const void *a, size_t a_count, const void *b, size_t b_count,
    size_t size)
{
	return a_count == b_count &&
	    (a_count == 0 || memcmp(a, b, a_count * size) == 0);
}

static bool
same_tls(const struct peersetup *a, const struct peersetup *b)
{
	if (a->tls == NULL || b->tls == NULL)
		return a->tls == b->tls;
	return tunneltls_equal(a->tls, b->tls);
}

static bool
same_sealing(const struct peersetup *a, const struct peersetup *b)
{
	if (!a->history_sealed || !b->history_sealed)
		return a->history_sealed == b->history_sealed;
	return a->history_memory == b->history_memory &&
	    memcmp(a->disk_key, b->disk_key, sizeof(a->disk_key)) == 0;
}

static bool
same_session(const struct peersetup *a, const struct peersetup *b)
{
	return a->enabled == b->enabled && a->ping_ns == b->ping_ns &&
	    a->dead_ns == b->dead_ns && a->keep_ns == b->keep_ns &&
	    a->stream_window == b->stream_window &&
	    a->session_window == b->session_window &&
	    a->streams_max == b->streams_max &&
	    a->history_octets == b->history_octets &&
	    a->mark == b->mark &&
	    same_text(a->history_path, b->history_path) &&
	    same_sealing(a, b) &&
	    same_text(a->domain, b->domain);
}

static bool
same_calls(const struct peersetup *a, const struct peersetup *b)
{
	return addr_equal(&a->at.addr, &b->at.addr) &&
	    a->at.port == b->at.port &&
	    same_items(a->locals, a->local_count, b->locals, b->local_count,
	    sizeof(*a->locals)) && same_tls(a, b) &&
	    same_items(a->prints, a->print_count, b->prints, b->print_count,
	    sizeof(*a->prints)) && same_text(a->congestion, b->congestion);
}

static bool
same_route(const struct linkroute *a, const struct linkroute *b)
{
	return addr_equal(&a->dest.addr, &b->dest.addr) &&
	    a->dest.len == b->dest.len && a->metric == b->metric &&
	    a->exclude == b->exclude;
}

static bool
same_routes(const struct peersetup *a, const struct peersetup *b)
{
	if (a->route_count != b->route_count)
		return false;
	for (size_t i = 0; i < a->route_count; i++)
		if (!same_route(&a->routes[i], &b->routes[i]))
			return false;
	return true;
}

static bool
same_rules(const struct flow_rules *a, const struct flow_rules *b)
{
	return a->dedup == b->dedup && a->compress == b->compress &&
	    a->adaptive == b->adaptive && a->level == b->level &&
	    a->bulk == b->bulk;
}

unsigned
peersetup_differs(const struct peersetup *a, const struct peersetup *b)
{
	unsigned what = 0;

	if (!same_session(a, b))
		what |= PEERSETUP_SESSION;
	if (!same_calls(a, b))
		what |= PEERSETUP_CALLS;
	if (!same_routes(a, b))
		what |= PEERSETUP_ROUTES;
	if (a->allow_routing != b->allow_routing ||
	    a->connections != b->connections ||
	    !same_rules(&a->rules, &b->rules))
		what |= PEERSETUP_LIGHT;
	return what;
}
