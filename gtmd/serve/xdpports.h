/* gtmd/serve/xdpports.h - the interfaces on which listeners are served by AF_XDP,
 * opened and closed as wishes and interfaces come and go.
 *
 * Nothing depends on it: each listener has its sockets, and what XDP does not
 * take, or not any more, comes to them. So nothing here fails; what cannot be
 * had is logged once and tried again when something changes, or each second
 * while another program is in the way. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_XDPPORTS_H
#define GTMD_SERVE_XDPPORTS_H

struct loop;
struct world;
struct xdpport_manner;
struct xdpports;
struct xdpwishes;

/* world is borrowed for life. */
struct xdpports *xdpports_new(const struct world *world);
/* Leaves all queries to the sockets. NULL is harmless. */
void xdpports_free(struct xdpports **px);

/* From here on changes of interfaces are followed. The loop lives longer. */
void xdpports_follow(struct xdpports *x, struct loop *l);

/* Takes the wishes of all listeners (they are empty after it), and how threads
 * run; acts on them at once while started. */
void xdpports_wish(struct xdpports *x, struct xdpwishes *w,
    const struct xdpport_manner *m);
/* Nobody else serves these listeners by XDP (another process has left). */
void xdpports_start(struct xdpports *x);
/* Leaves all queries to the sockets, which somebody still answers. */
void xdpports_stop(struct xdpports *x);

#endif
