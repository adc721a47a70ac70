/* gtmd/serve/dnstcp.h - DNS over TCP and TLS: one thread for all TCP listeners.
 *
 * RFC 7766: queries may be pipelined; replies go out in order, length and
 * message in one write. What a client can hold is bounded: one input buffer,
 * one reply on its way, and time (world_settings). A client whose reply cannot
 * be sent is not read from. When all places are taken the connection that has
 * been without a query longest makes room. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_DNSTCP_H
#define GTMD_SERVE_DNSTCP_H

#include "core/base/addr.h"

struct dnstcp;
struct err;
struct tcpmanner;
struct world;

/* world is borrowed for life. */
struct dnstcp *dnstcp_new(const struct world *world, struct err *e);
/* Binds and listens, before or after the start; queries are answered once the
 * thread runs. 0, or a negative code with a sentence. Port 0 is filled in. Takes
 * *m when that went well; NULL: plain, and without proxies. */
int dnstcp_listen(struct dnstcp *d, struct addrport *local,
    struct tcpmanner *m, struct err *e);
/* Likewise with a socket that another process bound and listens on: taken, and
 * *m as well. */
void dnstcp_inherit(struct dnstcp *d, const struct addrport *local, int fd,
    struct tcpmanner *m);
/* How connections of this listener speak from the next one on. Takes *m. */
void dnstcp_change(struct dnstcp *d, const struct addrport *local,
    struct tcpmanner *m);
/* The socket that listens there, borrowed, or -1. */
int dnstcp_fd(const struct dnstcp *d, const struct addrport *local);
/* Another process has the sockets, too, and goes on: closes them without
 * accepting, and lets the connections end, which may rest for 2 s from here on.
 * gone is called once when the last has ended, perhaps at once and from the
 * thread "tcp". While running. */
void dnstcp_leave(struct dnstcp *d, void (*gone)(void *arg), void *arg);
/* Takes what waits to be accepted, then closes this listener; its connections
 * live on. Returns when it is closed. */
void dnstcp_unlisten(struct dnstcp *d, const struct addrport *local);
/* Starts the thread "tcp". 0, or a negative code with a sentence. */
int dnstcp_start(struct dnstcp *d, struct err *e);
/* Ends the thread and every connection. NULL is harmless. */
void dnstcp_close(struct dnstcp **pd);

#endif
