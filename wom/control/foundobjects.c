/* wom/control/foundobjects.c - see foundobjects.h. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/control/foundobjects.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "wom/types/advertisedroute.h"
#include "wom/types/discovery.h"
#include "wom/types/localendpoint.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/womrows.h"

#define NAME_MAX_LEN	(sizeof("/Common/found-") + ADDR_TEXT_MAX)

static void
set(struct object *o, const char *row, const char *value)
{
	int rc = prop_set(prop_find(o->type->props, row, NULL), o, value,
	    NULL);

	assert(rc == 0);
}

/* Names hold no slash. */
static void
name_of(const char *text, char name[NAME_MAX_LEN])
{
	(void)snprintf(name, NAME_MAX_LEN, "/Common/found-%s", text);
	for (char *c = name + sizeof("/Common/"); *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
}

static const char *
origin_of(bool auto_save)
{
	return womrows_origin_names[auto_save ? WOMROWS_PERSISTABLE :
	    WOMROWS_DISCOVERED];
}

static bool
was_found(uint32_t origin)
{
	return origin == WOMROWS_DISCOVERED || origin == WOMROWS_PERSISTABLE;
}

/* ---- peers ---- */

/* May there be one more, and is there none with this address? */
static bool
has_room(const struct draft *d, const struct discovery_endpoint *how,
    const struct addr *a)
{
	const struct localendpoint *local = (const struct localendpoint *)
	    draft_find(d, &localendpoint_type, NULL);
	const struct object *o;
	size_t at = 0, found = 0;

	while ((o = draft_next(d, &remoteendpoint_type, &at)) != NULL) {
		const struct remoteendpoint *r =
		    (const struct remoteendpoint *)o;

		if (addr_equal(&r->address, a))
			return false;
		found += was_found(r->origin);
	}
	return !localendpoint_has(local, a) &&
	    (how->max_count == 0 || found < how->max_count);
}

bool
foundobjects_add_peer(struct draft *d, const struct addrport *at)
{
	const struct discovery_endpoint *how =
	    (const struct discovery_endpoint *)draft_find(d,
	    &discovery_endpoint_type, NULL);
	char text[ADDR_TEXT_MAX], name[NAME_MAX_LEN], port[8];
	struct object *o;

	if (!has_room(d, how, &at->addr))
		return false;
	name_of(addr_format(&at->addr, text), name);
	if (draft_find(d, &remoteendpoint_type, name) != NULL)
		return false;
	(void)snprintf(port, sizeof(port), "%u", at->port);
	o = object_new(&remoteendpoint_type, name);
	set(o, "address", text);
	set(o, "tunnel-port", port);
	set(o, "allow-routing", "disabled");
	set(o, "endpoint", prop_disabled_enabled[how->enables]);
	set(o, "origin", origin_of(how->auto_save));
	draft_put(d, &o);
	return true;
}

/* ---- routes ---- */

struct sought {
	const struct object *o;
};

static void
note(void *arg, const struct object *o)
{
	struct sought *s = arg;

	s->o = o;
}

/* The route to just this network, or NULL. */
static const struct advertisedroute *
route_to(const struct draft *d, const char *network)
{
	char key[sizeof("route ") + ADDR_TEXT_MAX];
	struct sought s = { .o = NULL };

	(void)snprintf(key, sizeof(key), "route %s", network);
	draft_each_keyed(d, key, note, &s);
	return (const struct advertisedroute *)s.o;
}

bool
foundobjects_add_route(struct draft *d, const struct addr_prefix *network)
{
	const struct discovery_server *how = (const struct discovery_server *)
	    draft_find(d, &discovery_server_type, NULL);
	char text[ADDR_TEXT_MAX], name[NAME_MAX_LEN];
	struct object *o;

	name_of(addr_format_prefix(network, text), name);
	if (route_to(d, text) != NULL ||
	    draft_find(d, &advertisedroute_type, name) != NULL)
		return false;
	o = object_new(&advertisedroute_type, name);
	set(o, "dest", text);
	set(o, "origin", origin_of(how->auto_save));
	draft_put(d, &o);
	return true;
}

bool
foundobjects_remove_route(struct draft *d, const struct addr_prefix *network)
{
	char text[ADDR_TEXT_MAX];
	const struct advertisedroute *r = route_to(d,
	    addr_format_prefix(network, text));

	return r != NULL && was_found(r->origin) &&
	    draft_delete(d, &advertisedroute_type, r->obj.name, NULL) == 0;
}

void
foundobjects_each_network(const struct draft *d,
    void (*fn)(void *arg, const struct addr_prefix *network), void *arg)
{
	const struct object *o;
	struct addr_prefix p;
	size_t at = 0;

	while ((o = draft_next(d, &advertisedroute_type, &at)) != NULL) {
		const struct advertisedroute *r =
		    (const struct advertisedroute *)o;

		if (was_found(r->origin) && r->dest != NULL &&
		    addr_parse_prefix(r->dest, &p) == 0)
			fn(arg, &p);
	}
}

/* ---- the end of a process ---- */

static uint32_t
origin(const struct object *o)
{
	return o->type == &remoteendpoint_type ?
	    ((const struct remoteendpoint *)o)->origin :
	    ((const struct advertisedroute *)o)->origin;
}

/* Names first: what is walked must not change. */
static bool
forget_type(struct draft *d, const struct type *t)
{
	const struct object *o;
	char **names = NULL;
	size_t count = 0, room = 0, at = 0;

	while ((o = draft_next(d, t, &at)) != NULL) {
		if (origin(o) != WOMROWS_DISCOVERED)
			continue;
		names = mem_grow(names, &room, count + 1, sizeof(*names));
		names[count++] = mem_strdup(o->name);
	}
	for (size_t i = 0; i < count; i++) {
		(void)draft_delete(d, t, names[i], NULL);
		free(names[i]);
	}
	free(names);
	return count > 0;
}

bool
foundobjects_forget(struct draft *d)
{
	bool peers = forget_type(d, &remoteendpoint_type);

	return forget_type(d, &advertisedroute_type) || peers;
}
