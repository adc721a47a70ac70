/* wom/control/enact.h - makes what a configuration asks for count: peers and the door
 * by the hub, listeners and interception on the LAN side. Only what differs is
 * touched, so that streams outlive a reload that does not mean them.
 *
 * The gate of womd's store. Holds hub, route book and LAN side for whoever
 * looks at them. The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_ENACT_H
#define WOM_CONTROL_ENACT_H

#include <stdbool.h>
#include <stdint.h>

struct addr;
struct diag;
struct draft;
struct enact;
struct err;
struct hub;
struct lanlisten;
struct loop;
struct peerview;
struct restevents;
struct routebook;
struct taking;
struct wish;

/* Borrowed. */
struct enact_config {
	struct loop	*loop;
	const char	*config_path, *state_dir;
	struct restevents *events;	/* hears of tunnels; NULL = nobody */
	/* Called once, with the first draft, before there are threads: what the
	 * process does not need is given up. NULL = nothing. */
	void		(*confine)(void *arg, const struct wish *w);
	void		*arg;
};

/* Nothing runs before the first draft. */
struct enact *enact_new(const struct enact_config *c);
/* Ends all tunnels and listeners. Takes *pe; NULL is harmless. */
void enact_free(struct enact **pe);

/* As in struct store_gate; arg is the enact. prepare reads the files of
 * certificates, starts threads with the first draft, and opens sockets beside
 * those that are open. */
int enact_prepare(void *arg, const struct draft *d, struct diag *out);
void enact_settle(void *arg, bool made);

/* One who is told of each newer view of a peer; NULL = nobody. */
typedef void enact_view_fn(void *arg, const char *peer,
    const struct peerview *v);
void enact_watch(struct enact *n, enact_view_fn *fn, void *arg);

/* What counts; NULL before the first draft did. */
const struct wish *enact_wish(const struct enact *n);
struct hub *enact_hub(const struct enact *n);
struct lanlisten *enact_lan(const struct enact *n);
/* What peers advertise. Who we are to them, LINKHELLO_SITE octets; there is a hub. */
const struct routebook *enact_routes(const struct enact *n);
const uint8_t *enact_site(const struct enact *n);

/* Told of destinations of connections that came to a listener and had no route; one
 * watcher, NULL: none. */
typedef void enact_unrouted_fn(void *arg, const struct addr *to);
void enact_watch_unrouted(struct enact *n, enact_unrouted_fn *fn, void *arg);
const struct taking *enact_taking(const struct enact *n);

#endif
