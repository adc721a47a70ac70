/* wom/lan/intercept.c - see intercept.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/intercept.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/nftrun.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"
#include "core/model/strlist.h"
#include "wom/lan/nftplan.h"

#define ALL_BITS	0xffffffffu
#define RULES_MAX	16	/* of ours at one priority, if all goes wrong */

static const uint8_t families[] = { AF_INET, AF_INET6 };

struct intercept {
	unsigned	 magic;
#define INTERCEPT_MAGIC	0x1a7e9ce7u
	struct nftrun	*nft;
	struct nftplan	 now;		/* what the kernel has, in force */
	bool		 in_force;
	int		 routes_fd;	/* -1 = none */
	int		 seat_fd;	/* -1: another process intercepts */
};

/* A name that nobody else can have while we live; one without a file belongs to
 * the network namespace. */
static int
hold_seat(void)
{
	static const char name[] = "womd-intercept";
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path + 1, name, sizeof(name) - 1);
	if (fd == -1 || bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(
	    struct sockaddr_un, sun_path) + sizeof(name))) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

/* ---- rule and route ---- */

static struct routemsg_rule
rule_of(uint8_t family)
{
	return (struct routemsg_rule){ .family = family,
	    .priority = INTERCEPT_PRIORITY, .mark = INTERCEPT_MARK,
	    .mask = ALL_BITS, .action = ROUTEMSG_TABLE,
	    .to = INTERCEPT_MARK };
}

static void
remove_routes(const struct intercept *i)
{
	struct routemsg m;

	for (size_t f = 0; f < OBJ_COUNT(families); f++) {
		const struct routemsg_rule r = rule_of(families[f]);
		const struct routemsg_route t = { .family = families[f],
		    .table = INTERCEPT_MARK };
		int rc = 0;

		for (unsigned n = 0; rc == 0 && n < RULES_MAX; n++) {
			routemsg_remove_rule(&m, &r);
			rc = routesock_change(i->routes_fd, &m);
		}
		routemsg_remove_route(&m, &t);
		(void)routesock_change(i->routes_fd, &m);
	}
}

/* What is there already stays. 0, or the errno. */
static int
add_routes_of(const struct intercept *i, uint8_t family)
{
	const struct routemsg_rule r = rule_of(family);
	const struct routemsg_route t = { .family = family,
	    .table = INTERCEPT_MARK, .local = true };
	struct routemsg m;
	int rc;

	routemsg_add_route(&m, &t);
	rc = routesock_change(i->routes_fd, &m);
	if (rc != 0)
		return rc;
	routemsg_add_rule(&m, &r);
	rc = routesock_change(i->routes_fd, &m);
	return rc == EEXIST ? 0 : rc;
}

/* A kernel without IPv6 has nothing to take of it. */
static int
add_routes(const struct intercept *i, struct err *e)
{
	int rc = 0;

	for (size_t f = 0; rc == 0 && f < OBJ_COUNT(families); f++) {
		rc = add_routes_of(i, families[f]);
		if (families[f] == AF_INET6 && (rc == EAFNOSUPPORT ||
		    rc == EOPNOTSUPP))
			rc = 0;
	}
	if (rc == EPERM)
		return err_set(e, ERR_DENIED, "no CAP_NET_ADMIN");
	return rc == 0 ? 0 : err_sys(e, rc, "policy routing");
}

/* ---- life ---- */

/* Leaves nothing, as far as we may. */
static void
clear(struct intercept *i)
{
	nftplan_fini(&i->now);
	i->now = (struct nftplan){ 0 };
	i->in_force = false;
	if (i->seat_fd == -1)
		return;
	(void)nftrun_do(i->nft, nftplan_removal, NULL);
	if (i->routes_fd != -1)
		remove_routes(i);
}

struct intercept *
intercept_new(void)
{
	struct intercept *i = mem_zalloc(1, sizeof(*i));

	i->magic = INTERCEPT_MAGIC;
	i->nft = nftrun_new();
	i->routes_fd = routesock_open();
	i->seat_fd = hold_seat();
	clear(i);
	return i;
}

void
intercept_free(struct intercept **ip)
{
	struct intercept *i = *ip;

	*ip = NULL;
	if (i == NULL)
		return;
	OBJ_CHECK(i, INTERCEPT_MAGIC);
	clear(i);
	nftrun_free(&i->nft);
	if (i->routes_fd != -1)
		(void)close(i->routes_fd);
	if (i->seat_fd != -1)
		(void)close(i->seat_fd);
	i->magic = 0;
	free(i);
}

/* ---- changes ---- */

/* Interfaces by their own names: an alternative one is none to nftables. */
struct names {
	char	    (*room)[IF_NAMESIZE];
	const char **v;
	size_t	    count;
};

static int
find_names(struct names *n, const struct strlist *given, struct err *e)
{
	unsigned index;
	int rc = 0;

	n->room = mem_zalloc(given->count + 1, sizeof(*n->room));
	n->v = mem_zalloc(given->count + 1, sizeof(*n->v));
	for (size_t i = 0; i < given->count; i++) {
		index = if_nametoindex(given->v[i]);
		if (index != 0 && if_indextoname(index, n->room[n->count])
		    != NULL) {
			n->v[n->count] = n->room[n->count];
			n->count++;
			continue;
		}
		rc = err_set(e, ERR_REF, "interface %s is not there",
		    given->v[i]);
	}
	return rc;
}

static void
free_names(struct names *n)
{
	free(n->room);
	free(n->v);
}

/* The next plan takes the place of the one that is in force, here and in the
 * kernel. */
static int
change_to(struct intercept *i, struct nftplan *next, struct err *e)
{
	struct strbuf commands = { 0 };
	int rc;

	nftplan_change(&commands, i->in_force ? &i->now : NULL, next);
	rc = commands.len == 0 ? 0 : nftrun_do(i->nft, commands.text, e);
	strbuf_fini(&commands);
	if (rc == 0) {
		nftplan_fini(&i->now);
		i->now = *next;
		*next = (struct nftplan){ 0 };
		i->in_force = true;
	}
	return rc;
}

int
intercept_apply(struct intercept *i, const struct intercept_plan *p,
    struct err *e)
{
	struct names names = { 0 };
	struct nftplan next;
	int rc = 0, missing;

	OBJ_CHECK(i, INTERCEPT_MAGIC);
	if (p->interfaces->count == 0) {
		if (i->in_force)
			clear(i);
		return 0;
	}
	if (i->seat_fd == -1)
		i->seat_fd = hold_seat();
	if (i->seat_fd == -1)
		return err_set(e, ERR_BUSY, "another process intercepts in "
		    "this network namespace");
	missing = find_names(&names, p->interfaces, e);
	nftplan_init(&next, p, names.v, names.count);
	if (!i->in_force)
		rc = add_routes(i, e);
	if (rc == 0)
		rc = change_to(i, &next, e);
	if (rc != 0)
		clear(i);
	nftplan_fini(&next);
	free_names(&names);
	return rc != 0 ? rc : missing;
}

/* A table that is gone is made anew from what was in it. */
int
intercept_check(struct intercept *i, struct err *e)
{
	struct nftplan again;
	int rc;

	OBJ_CHECK(i, INTERCEPT_MAGIC);
	if (!i->in_force)
		return 0;
	rc = add_routes(i, e);
	if (rc == 0 && nftrun_do(i->nft, "list chain " NFTPLAN_TABLE
	    " steer\n", NULL) != 0) {
		again = i->now;
		i->now = (struct nftplan){ 0 };
		i->in_force = false;
		rc = change_to(i, &again, e);
		nftplan_fini(&again);
	}
	if (rc != 0)
		clear(i);
	return rc;
}

bool
intercept_in_force(const struct intercept *i)
{
	return i->in_force;
}
