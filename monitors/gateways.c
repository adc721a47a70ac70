/* monitors/gateways.c - see gateways.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gateways.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"

#define SEAT_BITS	16	/* where the seat stands in a mark */
#define SEAT_MASK	0xffff0000u
#define ALL_BITS	0xffffffffu
#define LEFT_MAX	(2 * GATEWAYS_MAX)	/* rules of one priority */

/* From the first priority of a seat. */
enum { STEP_OTHERS, STEP_GATEWAYS, STEP_REFUSE, STEP_OUT, STEPS };

struct gateways {
	unsigned	 magic;
#define GATEWAYS_MAGIC	0x9a7e3a15u
	int		 fd;		/* -1 = not in use */
	int		 seat_fd;	/* holds the seat */
	unsigned	 seat;
	struct map	 all;		/* struct gateway by text */
	struct gateway	*numbers[GATEWAYS_MAX + 1];	/* NULL = free; not 0 */
};

struct gateway {
	unsigned	 magic;
#define GATEWAY_MAGIC	0x9a7e3a16u
	unsigned	 refs;
	struct gateways	*owner;
	struct addr	 addr;
	char		 text[ADDR_TEXT_MAX];
	unsigned	 number;	/* 0 = none yet */
	int		 told;		/* what the log has: an errno */
};

const char *
gateways_words(int sys_errno)
{
	switch (sys_errno) {
	case EPERM:
		return "gtmd may not set routes, no CAP_NET_ADMIN";
	case EAFNOSUPPORT:
		return "it and destination are of different families";
	case ENOSPC:
		return "255 others are in use";
	case EBUSY:
		return "four processes on this host do so already";
	case EADDRINUSE:
		return "destination is an address of this host";
	case EXDEV:
		return "packets would go another way";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EINVAL:
		return "it is no neighbour of this host";
	default:
		return strerrordesc_np(sys_errno);
	}
}

/* ---- seats ---- */

/* A descriptor that holds the seat; nobody else can, and when we die it is free.
 * A name without a file belongs to the network, as routes do. */
static int
hold_seat(unsigned seat)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int len = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1,
	    "gtmd-gateways-%u", seat);

	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(
	    struct sockaddr_un, sun_path) + 1 + (size_t)len)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static uint32_t
mark_of(unsigned seat, unsigned number)
{
	return GATEWAYS_MARK | seat << SEAT_BITS | number;
}

static uint32_t
priority_of(unsigned seat, unsigned step)
{
	return GATEWAYS_PRIORITY + seat * STEPS + step;
}

static int
remove_rules(int fd, unsigned seat, uint8_t family)
{
	struct routemsg m;
	int rc = 0;

	for (unsigned step = 0; step < STEPS; step++) {
		const struct routemsg_rule r = { .family = family,
		    .priority = priority_of(seat, step) };

		rc = 0;
		for (unsigned i = 0; rc == 0 && i < LEFT_MAX; i++) {
			routemsg_remove_rule(&m, &r);
			rc = routesock_change(fd, &m);
		}
		if (rc == EPERM)
			return rc;
	}
	return 0;
}

/* Nothing of a seat is left then. 0, or EPERM. */
static int
clean(int fd, unsigned seat)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct routemsg m;

	for (size_t f = 0; f < OBJ_COUNT(families); f++) {
		if (remove_rules(fd, seat, families[f]) != 0)
			return EPERM;
		for (unsigned n = 1; n <= GATEWAYS_MAX; n++) {
			const struct routemsg_route r = {
			    .family = families[f],
			    .table = mark_of(seat, n) };

			routemsg_remove_route(&m, &r);
			(void)routesock_change(fd, &m);
		}
	}
	return 0;
}

void
gateways_sweep(void)
{
	int fd = routesock_open(), rc = 0;

	for (unsigned s = 0; fd != -1 && rc == 0 && s < GATEWAYS_SEATS; s++) {
		int seat = hold_seat(s);

		if (seat == -1)
			continue;
		rc = clean(fd, s);
		(void)close(seat);
	}
	if (fd != -1)
		(void)close(fd);
}

static int
take_seat(struct gateways *g)
{
	int rc;

	for (unsigned s = 0; s < GATEWAYS_SEATS; s++) {
		g->seat_fd = hold_seat(s);
		if (g->seat_fd == -1)
			continue;
		g->seat = s;
		rc = clean(g->fd, s);
		if (rc != 0)
			(void)close(g->seat_fd);
		return rc;
	}
	return EBUSY;
}

/* 0, or the errno; tried anew by each probe that needs it. */
static int
sit_down(struct gateways *g)
{
	int rc;

	if (g->fd != -1)
		return 0;
	g->fd = routesock_open();
	if (g->fd == -1)
		return EPERM;
	rc = take_seat(g);
	if (rc != 0) {
		(void)close(g->fd);
		g->fd = -1;
	}
	return rc;
}

/* ---- rules and routes ---- */

static int
add_rule(const struct gateway *g, unsigned step, struct routemsg_rule r)
{
	const struct gateways *o = g->owner;
	struct routemsg m;
	int rc;

	r.family = g->addr.family;
	r.priority = priority_of(o->seat, step);
	routemsg_add_rule(&m, &r);
	rc = routesock_change(o->fd, &m);
	return rc == EEXIST ? 0 : rc;
}

static struct routemsg_rule
own_rule(const struct gateway *g)
{
	const unsigned seat = g->owner->seat;

	return (struct routemsg_rule){ .family = g->addr.family,
	    .priority = priority_of(seat, STEP_GATEWAYS),
	    .mark = mark_of(seat, g->number), .mask = ALL_BITS,
	    .action = ROUTEMSG_TABLE, .to = mark_of(seat, g->number) };
}

/* Whoever is marked has to be refused before anybody is let in; and the way out
 * stands before who is sent there. */
static int
install(const struct gateway *g)
{
	const struct gateways *o = g->owner;
	const struct routemsg_rule out = { .action = ROUTEMSG_NOTHING },
	    refuse = { .mark = mark_of(o->seat, 0), .mask = SEAT_MASK,
	    .action = ROUTEMSG_UNREACHABLE },
	    others = { .mark = mark_of(o->seat, 0), .mask = SEAT_MASK,
	    .others = true, .action = ROUTEMSG_GOTO,
	    .to = priority_of(o->seat, STEP_OUT) };
	const struct routemsg_route route = { .family = g->addr.family,
	    .table = mark_of(o->seat, g->number), .gateway = g->addr };
	struct routemsg m;
	int rc;

	if ((rc = add_rule(g, STEP_OUT, out)) != 0 ||
	    (rc = add_rule(g, STEP_REFUSE, refuse)) != 0 ||
	    (rc = add_rule(g, STEP_OTHERS, others)) != 0 ||
	    (rc = add_rule(g, STEP_GATEWAYS, own_rule(g))) != 0)
		return rc;
	routemsg_add_route(&m, &route);
	return routesock_change(o->fd, &m);
}

static void
uninstall(const struct gateway *g)
{
	const struct gateways *o = g->owner;
	const struct routemsg_route route = { .family = g->addr.family,
	    .table = mark_of(o->seat, g->number) };
	const struct routemsg_rule rule = own_rule(g);
	struct routemsg m;

	routemsg_remove_rule(&m, &rule);
	(void)routesock_change(o->fd, &m);
	routemsg_remove_route(&m, &route);
	(void)routesock_change(o->fd, &m);
}

/* 0 when packets go through g. */
static int
check_way(const struct gateway *g, const struct addr *to)
{
	struct routemsg_way way;
	int rc = routesock_way(g->owner->fd, to, mark_of(g->owner->seat,
	    g->number), &way);

	if (rc != 0)
		return rc;
	if (way.local)
		return EADDRINUSE;
	return addr_equal(&way.gateway, &g->addr) ? 0 : EXDEV;
}

/* ---- gateways ---- */

static int
number(struct gateway *g)
{
	struct gateways *o = g->owner;

	for (unsigned n = 1; g->number == 0 && n <= GATEWAYS_MAX; n++) {
		if (o->numbers[n] != NULL)
			continue;
		o->numbers[n] = g;
		g->number = n;
	}
	return g->number != 0 ? 0 : ENOSPC;
}

static int
find_way(struct gateway *g, const struct addr *to)
{
	int rc = to->family != g->addr.family ? EAFNOSUPPORT :
	    sit_down(g->owner);

	if (rc != 0 || (rc = number(g)) != 0)
		return rc;
	rc = check_way(g, to);
	if (rc == 0 || rc == EADDRINUSE)
		return rc;
	rc = install(g);
	return rc != 0 ? rc : check_way(g, to);
}

/* When it comes to be otherwise. */
static void
tell(struct gateway *g, int rc)
{
	char quoted[160];

	if (g->told == rc)
		return;
	g->told = rc;
	if (rc == 0)
		log_at(LOG_NOTICE, "monitor", g->text, "gateway",
		    "mark=0x%x", mark_of(g->owner->seat, g->number));
	else
		log_at(LOG_WARNING, "monitor", g->text, "no-gateway",
		    "cause=%s", log_quote(gateways_words(rc), quoted,
		    sizeof(quoted)));
}

int
gateways_way(struct gateway *g, const struct addr *to, uint32_t *mark)
{
	int rc;

	OBJ_CHECK(g, GATEWAY_MAGIC);
	rc = find_way(g, to);
	tell(g, rc);
	*mark = rc == 0 ? mark_of(g->owner->seat, g->number) : 0;
	return rc;
}

struct gateway *
gateways_join(struct gateways *all, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	struct gateway *g;

	OBJ_CHECK(all, GATEWAYS_MAGIC);
	g = map_find(&all->all, addr_format(a, text));
	if (g == NULL) {
		g = mem_zalloc(1, sizeof(*g));
		g->magic = GATEWAY_MAGIC;
		g->owner = all;
		g->addr = *a;
		memcpy(g->text, text, sizeof(text));
		(void)map_put(&all->all, g->text, g);
	}
	g->refs++;
	return g;
}

void
gateways_leave(struct gateway **pg)
{
	struct gateway *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, GATEWAY_MAGIC);
	if (--g->refs != 0)
		return;
	if (g->number != 0)
		uninstall(g);
	g->owner->numbers[g->number] = NULL;
	(void)map_remove(&g->owner->all, g->text);
	g->magic = 0;
	free(g);
}

struct gateways *
gateways_new(void)
{
	struct gateways *g = mem_zalloc(1, sizeof(*g));

	g->magic = GATEWAYS_MAGIC;
	g->fd = g->seat_fd = -1;
	map_init(&g->all);
	return g;
}

void
gateways_free(struct gateways **pg)
{
	struct gateways *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, GATEWAYS_MAGIC);
	assert(g->all.count == 0);
	if (g->fd != -1) {
		(void)clean(g->fd, g->seat);
		(void)close(g->fd);
		(void)close(g->seat_fd);
	}
	map_fini(&g->all);
	g->magic = 0;
	free(g);
}
