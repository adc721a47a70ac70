/* wom/lan/lanapps.c - see lanapps.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/lanapps.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"

struct lanapps {
	struct lanapp	*v;
	size_t		 count;
	struct portmap	*ports;
};

static void
copy_app(struct lanapps *a, size_t i, const struct lanapp *from)
{
	struct lanapp *to = &a->v[i];

	*to = *from;
	to->name = mem_strdup(from->name);
	to->ports = NULL;
	if (!from->transparent || from->port_count == 0) {
		to->port_count = 0;
		return;
	}
	to->ports = mem_dup(from->ports,
	    from->port_count * sizeof(*from->ports));
	for (size_t p = 0; p < from->port_count; p++)
		portmap_add(a->ports, &from->ports[p], (uint32_t)i);
}

struct lanapps *
lanapps_new(const struct lanapp *apps, size_t count)
{
	struct lanapps *a = mem_zalloc(1, sizeof(*a));

	a->v = mem_zalloc(count + 1, sizeof(*a->v));
	a->count = count;
	a->ports = portmap_new();
	for (size_t i = 0; i < count; i++)
		copy_app(a, i, &apps[i]);
	return a;
}

/* What copy_app has made; to everybody else it is constant. */
static void
free_copy(const void *p)
{
	union { const void *c; void *p; } u = { .c = p };

	free(u.p);
}

void
lanapps_free(struct lanapps **ap)
{
	struct lanapps *a = *ap;

	*ap = NULL;
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->count; i++) {
		free_copy(a->v[i].name);
		free_copy(a->v[i].ports);
	}
	free(a->v);
	portmap_free(&a->ports);
	free(a);
}

size_t
lanapps_count(const struct lanapps *a)
{
	return a->count;
}

const struct lanapp *
lanapps_at(const struct lanapps *a, size_t i)
{
	return &a->v[i];
}

static bool
same_place(const struct addrport *a, const struct addrport *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

const struct lanapp *
lanapps_of_listener(const struct lanapps *a, const struct addrport *listen)
{
	for (size_t i = 0; i < a->count; i++)
		if (!a->v[i].transparent &&
		    same_place(&a->v[i].listen, listen))
			return &a->v[i];
	return NULL;
}

const struct lanapp *
lanapps_takeover(const struct lanapps *a, const struct addrport *to,
    struct addrport *destination)
{
	const struct addrport all = { .addr = to->addr };
	const struct lanapp *app = lanapps_of_listener(a, to);
	uint16_t port = to->port;

	if (app == NULL || !app->takeover)
		app = lanapps_of_listener(a, &all);
	if (app == NULL || !app->takeover)
		return NULL;
	*destination = app->destination;
	if (destination->port == 0)
		destination->port = port;
	return app;
}

const struct lanapp *
lanapps_of_port(const struct lanapps *a, uint16_t port)
{
	uint32_t i = portmap_find(a->ports, port);

	return i == PORTMAP_NONE ? NULL : &a->v[i];
}

void
lanapps_each_port(const struct lanapps *a, portmap_range_fn fn, void *arg)
{
	portmap_each(a->ports, fn, arg);
}

/* ---- loops ---- */

const struct lanapp *
lanapps_reached(const struct lanapps *a, const struct addrport *to,
    lanapps_local_fn is_local, void *arg)
{
	const struct lanapp *app = lanapps_of_listener(a, to);

	for (size_t i = 0; app == NULL && i < a->count; i++) {
		const struct addrport *l = &a->v[i].listen;

		if (!a->v[i].transparent && l->port == to->port &&
		    l->addr.family == to->addr.family &&
		    addr_is_any(&l->addr) && is_local(arg, &to->addr))
			app = &a->v[i];
	}
	return app;
}

int
lanapps_check_loops(const struct lanapps *a, lanapps_local_fn is_local,
    void *arg, struct err *e)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < a->count; i++) {
		const struct lanapp *app = a->v[i].transparent ? NULL :
		    lanapps_reached(a, &a->v[i].destination, is_local, arg);

		/* More steps than applications are a loop of others. */
		for (size_t n = 0; app != NULL && n < a->count; n++) {
			if (app == &a->v[i])
				return err_set(e, ERR_CONFLICT, "optimized "
				    "application %s: destination: %s leads "
				    "back to its own listener", app->name,
				    addr_format_port(&app->destination, text));
			app = lanapps_reached(a, &app->destination, is_local,
			    arg);
		}
	}
	return 0;
}
