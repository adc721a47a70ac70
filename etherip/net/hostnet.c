/* etherip/net/hostnet.c - see hostnet.h. Layer: etherip/net.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/hostnet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/routesock.h"
#include "etherip/net/hostmsg.h"

#define WHY_MAX		192

struct complaint {
	char	*of;
	char	 why[WHY_MAX];
};

struct complaints {
	struct complaint *v;
	size_t		 count, room;
};

struct hostnet {
	unsigned	 magic;
#define HOSTNET_MAGIC	0x4057e701u
	int		 fd;
	struct complaints now, told;
};

/* What the kernel has of ours, as it was asked. */
struct state {
	struct hostmsg_address *addresses;
	size_t		 address_count, address_room;
	struct hostmsg_route *routes;
	size_t		 route_count, route_room;
	struct hostmsg_device *devices;
	size_t		 device_count, device_room;
};

/* ---- what cannot be done ---- */

static const char *
find_why(const struct complaints *c, const char *of)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->v[i].of, of) == 0)
			return c->v[i].why;
	return "";
}

/* The first of each object counts. */
__attribute__((format(printf, 3, 4)))
static void
complain(struct complaints *c, const char *of, const char *fmt, ...)
{
	struct complaint *one;
	va_list ap;

	if (*find_why(c, of) != '\0')
		return;
	c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(*c->v));
	one = &c->v[c->count++];
	one->of = mem_strdup(of);
	va_start(ap, fmt);
	(void)vsnprintf(one->why, sizeof(one->why), fmt, ap);
	va_end(ap);
}

static void
forget(struct complaints *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->v[i].of);
	free(c->v);
	*c = (struct complaints){ 0 };
}

/* Weather: told when it changes. */
static void
tell(const struct complaints *was, const struct complaints *now)
{
	for (size_t i = 0; i < now->count; i++)
		if (strcmp(find_why(was, now->v[i].of), now->v[i].why) != 0)
			log_at(LOG_WARNING, "net", now->v[i].of, "not-done",
			    "%s", now->v[i].why);
	for (size_t i = 0; i < was->count; i++)
		if (*find_why(now, was->v[i].of) == '\0')
			log_at(LOG_NOTICE, "net", was->v[i].of, "done", "%s",
			    "");
}

/* ---- what there is ---- */

static void
on_address(void *arg, const struct nlmsghdr *h, size_t len)
{
	struct state *s = arg;
	struct hostmsg_address a;

	if (!hostmsg_read_address(h, len, &a))
		return;
	s->addresses = mem_grow(s->addresses, &s->address_room,
	    s->address_count + 1, sizeof(a));
	s->addresses[s->address_count++] = a;
}

static void
on_route(void *arg, const struct nlmsghdr *h, size_t len)
{
	struct state *s = arg;
	struct hostmsg_route r;

	if (!hostmsg_read_route(h, len, &r))
		return;
	s->routes = mem_grow(s->routes, &s->route_room, s->route_count + 1,
	    sizeof(r));
	s->routes[s->route_count++] = r;
}

static void
on_device(void *arg, const struct nlmsghdr *h, size_t len)
{
	struct state *s = arg;
	struct hostmsg_device d;

	if (!hostmsg_read_device(h, len, &d))
		return;
	s->devices = mem_grow(s->devices, &s->device_room, s->device_count + 1,
	    sizeof(d));
	s->devices[s->device_count++] = d;
}

static void
read_state(const struct hostnet *h, struct state *s)
{
	struct routemsg m;

	s->address_count = s->route_count = s->device_count = 0;
	hostmsg_ask_devices(&m);
	(void)routesock_dump(h->fd, &m, on_device, s);
	hostmsg_ask_addresses(&m);
	(void)routesock_dump(h->fd, &m, on_address, s);
	hostmsg_ask_routes(&m);
	(void)routesock_dump(h->fd, &m, on_route, s);
}

static void
free_state(struct state *s)
{
	free(s->addresses);
	free(s->routes);
	free(s->devices);
}

/* ---- what is ours and wanted no more ---- */

static bool
same_address(const struct hostmsg_address *a, const struct hostnet_address *w)
{
	return a->len == w->len && addr_equal(&a->addr, &w->addr) &&
	    a->index == if_nametoindex(w->device);
}

static bool
same_route(const struct hostmsg_route *r, const struct hostnet_route *w)
{
	return r->to.len == w->to.len && r->mtu == w->mtu &&
	    addr_equal(&r->to.addr, &w->to.addr) &&
	    addr_equal(&r->gateway, &w->gateway) &&
	    (w->device[0] == '\0' || r->index == if_nametoindex(w->device));
}

static bool
wants_address(const struct hostnet_plan *p, const struct hostmsg_address *a)
{
	for (size_t i = 0; i < p->address_count; i++)
		if (same_address(a, &p->addresses[i]))
			return true;
	return false;
}

static bool
wants_route(const struct hostnet_plan *p, const struct hostmsg_route *r)
{
	for (size_t i = 0; i < p->route_count; i++)
		if (same_route(r, &p->routes[i]))
			return true;
	return false;
}

static bool
wants_vlan(const struct hostnet_plan *p, unsigned index)
{
	for (size_t i = 0; i < p->device_count; i++)
		if (p->devices[i].parent[0] != '\0' &&
		    if_nametoindex(p->devices[i].name) == index)
			return true;
	return false;
}

/* What hangs on what goes first. */
static void
remove_old(const struct hostnet *h, const struct state *s,
    const struct hostnet_plan *p)
{
	struct routemsg m;

	for (size_t i = 0; i < s->route_count; i++)
		if (!wants_route(p, &s->routes[i])) {
			hostmsg_remove_route(&m, &s->routes[i]);
			(void)routesock_change(h->fd, &m);
		}
	for (size_t i = 0; i < s->address_count; i++)
		if (!wants_address(p, &s->addresses[i])) {
			hostmsg_remove_address(&m, &s->addresses[i]);
			(void)routesock_change(h->fd, &m);
		}
	for (size_t i = 0; i < s->device_count; i++)
		if (s->devices[i].vlan && !wants_vlan(p, s->devices[i].index)) {
			hostmsg_remove_device(&m, s->devices[i].index);
			(void)routesock_change(h->fd, &m);
		}
}

/* ---- what is wanted ---- */

static const char *
reason(int error)
{
	return error == EPERM ? "no CAP_NET_ADMIN" : strerrordesc_np(error);
}

/* Its index; 0: it is not there, and it is said why. */
static unsigned
make_vlan(struct hostnet *h, const struct hostnet_device *d)
{
	unsigned parent = if_nametoindex(d->parent);
	struct routemsg m;
	int rc;

	if (parent == 0) {
		complain(&h->now, d->of, "there is no interface %s", d->parent);
		return 0;
	}
	hostmsg_add_vlan(&m, d->name, parent, d->tag);
	rc = routesock_change(h->fd, &m);
	if (rc == EOPNOTSUPP)
		complain(&h->now, d->of, "%s cannot be made: this kernel has no "
		    "802.1Q", d->name);
	else if (rc != 0)
		complain(&h->now, d->of, "%s cannot be made: %s", d->name,
		    reason(rc));
	return rc == 0 ? if_nametoindex(d->name) : 0;
}

static void
raise_device(struct hostnet *h, const struct hostnet_device *d)
{
	unsigned index = if_nametoindex(d->name);
	struct routemsg m;
	int rc;

	if (index == 0 && d->parent[0] != '\0') {
		index = make_vlan(h, d);
		if (index == 0)
			return;
	}
	if (index == 0) {
		complain(&h->now, d->of, "there is no interface %s", d->name);
		return;
	}
	hostmsg_raise(&m, index, d->mtu);
	rc = routesock_change(h->fd, &m);
	if (rc != 0 && d->mtu != 0)
		complain(&h->now, d->of, "%s does not take an MTU of %u: %s",
		    d->name, d->mtu, reason(rc));
	else if (rc != 0)
		complain(&h->now, d->of, "%s does not come up: %s", d->name,
		    reason(rc));
}

static void
put_address(struct hostnet *h, const struct state *s,
    const struct hostnet_address *w)
{
	struct hostmsg_address a = { .index = if_nametoindex(w->device),
	    .addr = w->addr, .len = w->len };
	char text[ADDR_TEXT_MAX];
	struct routemsg m;
	int rc;

	if (a.index == 0) {
		complain(&h->now, w->of, "there is no interface %s", w->device);
		return;
	}
	for (size_t i = 0; i < s->address_count; i++)
		if (same_address(&s->addresses[i], w))
			return;
	hostmsg_add_address(&m, &a);
	rc = routesock_change(h->fd, &m);
	if (rc != 0 && rc != EEXIST)
		complain(&h->now, w->of, "%s does not take %s: %s", w->device,
		    addr_format(&w->addr, text), reason(rc));
}

static void
put_route(struct hostnet *h, const struct state *s,
    const struct hostnet_route *w)
{
	struct hostmsg_route r = { .to = w->to, .gateway = w->gateway,
	    .mtu = w->mtu };
	char text[ADDR_TEXT_MAX];
	struct routemsg m;
	int rc;

	if (w->device[0] != '\0') {
		r.index = if_nametoindex(w->device);
		if (r.index == 0) {
			complain(&h->now, w->of, "there is no interface %s",
			    w->device);
			return;
		}
	}
	for (size_t i = 0; i < s->route_count; i++)
		if (same_route(&s->routes[i], w))
			return;
	hostmsg_add_route(&m, &r);
	rc = routesock_change(h->fd, &m);
	addr_format_prefix(&w->to, text);
	if (rc == EEXIST)
		complain(&h->now, w->of, "there is another route to %s, which "
		    "others made", text);
	else if (rc == ENETUNREACH || rc == EHOSTUNREACH)
		complain(&h->now, w->of, "gateway %s is on no network of this "
		    "system", addr_format(&w->gateway, text));
	else if (rc != 0)
		complain(&h->now, w->of, "there can be no route to %s: %s",
		    text, reason(rc));
}

size_t
hostnet_apply(struct hostnet *h, const struct hostnet_plan *p)
{
	struct state s = { 0 };

	OBJ_CHECK(h, HOSTNET_MAGIC);
	forget(&h->now);
	read_state(h, &s);
	remove_old(h, &s, p);
	for (size_t i = 0; i < p->device_count; i++)
		raise_device(h, &p->devices[i]);
	/* With an address its network's others may have gone (secondaries). */
	read_state(h, &s);
	for (size_t i = 0; i < p->address_count; i++)
		put_address(h, &s, &p->addresses[i]);
	for (size_t i = 0; i < p->route_count; i++)
		put_route(h, &s, &p->routes[i]);
	free_state(&s);
	return h->now.count;
}

void
hostnet_tell(struct hostnet *h)
{
	OBJ_CHECK(h, HOSTNET_MAGIC);
	tell(&h->told, &h->now);
	forget(&h->told);
	for (size_t i = 0; i < h->now.count; i++)
		complain(&h->told, h->now.v[i].of, "%s", h->now.v[i].why);
}

void
hostnet_clear(struct hostnet *h)
{
	static const struct hostnet_plan nothing = { .device_count = 0 };
	struct state s = { 0 };
	struct routemsg m;

	(void)hostnet_apply(h, &nothing);
	read_state(h, &s);
	for (size_t i = 0; i < s.device_count; i++) {
		hostmsg_remove_device(&m, s.devices[i].index);
		(void)routesock_change(h->fd, &m);
	}
	free_state(&s);
}

const char *
hostnet_why(const struct hostnet *h, const char *of)
{
	OBJ_CHECK(h, HOSTNET_MAGIC);
	return find_why(&h->now, of);
}

/* ---- birth and end ---- */

struct hostnet *
hostnet_new(struct err *e)
{
	struct hostnet *h = mem_zalloc(1, sizeof(*h));

	h->magic = HOSTNET_MAGIC;
	h->fd = routesock_open();
	if (h->fd == -1) {
		(void)err_sys(e, errno, "rtnetlink");
		hostnet_free(&h);
	}
	return h;
}

void
hostnet_free(struct hostnet **ph)
{
	struct hostnet *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, HOSTNET_MAGIC);
	if (h->fd != -1)
		(void)close(h->fd);
	forget(&h->now);
	forget(&h->told);
	h->magic = 0;
	free(h);
}
