/* wom/lan/lanlisten.h - connections of the LAN come in: by listeners of explicit
 * applications, and by the one that the kernel hands intercepted ones to.
 *
 * Decides which peer a connection goes by, and what becomes of one that none is
 * there for; whatever is to be carried is given away with its socket. Who that
 * is given to is not known here. The control loop's. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_LANLISTEN_H
#define WOM_LAN_LANLISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct addrport;
struct err;
struct lanapp;
struct lanapps;
struct lanlisten;
struct linkopen;
struct loop;
struct routebook;

struct lanlisten_config {
	struct loop	 *loop;
	struct routebook *routes;	/* borrowed */

	/* None of these changes what listens. */

	/* A connection for this peer. Takes fd, non-blocking. o->application
	 * says which application's rules count; o->source is set when it was
	 * intercepted (whether it is told to the far end is up to snat). */
	void		(*adopt)(void *arg, const char *peer, int fd,
			    const struct linkopen *o);
	/* Is this an address of ours or of a peer's where tunnels end? What
	 * comes from there or goes there is never carried: it would go in
	 * circles. */
	bool		(*is_endpoint)(void *arg, const struct addrport *to);
	/* A selected connection that no route is there for; may be NULL. */
	void		(*no_route)(void *arg, const struct addr *dst);
	void		*arg;
	uint32_t	 mark;	/* of sockets that are made here, 0: none */
};

struct lanlisten_counts {
	uint64_t accepted;	/* explicit and intercepted */
	uint64_t carried;	/* given away */
	uint64_t direct;	/* no route: connected past the tunnels */
	uint64_t refused;	/* no route and no-route drop, loops, bounds */
	uint64_t starved;	/* no descriptor or memory was left */
};

struct lanlisten *lanlisten_new(const struct lanlisten_config *c);
/* Ends what was connected directly, too. Takes *lp; NULL is harmless. */
void lanlisten_free(struct lanlisten **lp);

/* From here on these applications, and no others; a listener that stays is not
 * touched. lanlisten_prepare opens what is new and says what fails, naming the
 * application (ERR_IO, ERR_CONFLICT for a loop); it changes nothing until
 * lanlisten_commit, and lanlisten_abandon undoes it. */
int lanlisten_prepare(struct lanlisten *l, const struct lanapp *apps,
    size_t count, struct err *e);
void lanlisten_commit(struct lanlisten *l);
void lanlisten_abandon(struct lanlisten *l);

/* Those in force, good until the next lanlisten_commit. */
const struct lanapps *lanlisten_apps(const struct lanlisten *l);

/* What becomes of a connection without a route. drop: it is reset. */
void lanlisten_set_drop(struct lanlisten *l, bool drop);

/* Ports of the listeners that intercepted connections go to, on 127.0.0.1 and
 * [::1]; opened on first call, 0 with the reason in e: that family is not
 * intercepted (EPERM: without CAP_NET_ADMIN). */
uint16_t lanlisten_open_transparent(struct lanlisten *l, uint8_t family,
    struct err *e);

/* Since lanlisten_new. */
void lanlisten_get_counts(const struct lanlisten *l,
    struct lanlisten_counts *out);

#endif
