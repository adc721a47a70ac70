/* admin/rest/front.h - HTTPS: TLS, connections, framing, every bound; what a
 * request means is the gate's business.
 *
 * A thread per connection, so that one that waits for the daemon or for a
 * password hash keeps no other waiting. Bounds: 64 connections, 32 of one
 * source, 16 KiB and 100 lines of head, 1 MiB of body (4 KiB before a log-in),
 * 16 MiB of bodies at a time, 10 s of silence, 30 s for a request, TLS 1.2.
 * Layer: admin/rest; its owner of libmicrohttpd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_FRONT_H
#define ADMIN_REST_FRONT_H

#include "core/base/clock.h"

struct err;
struct front;
struct gate;

struct front_config {
	int		 fd;		/* listening; the front closes it */
	const char	*cert, *key;	/* PEM texts, borrowed for its life */
	const char	*socket_path;	/* the daemon's, borrowed */
	struct gate	*gate;		/* borrowed */
};

/* Serves from here on, in threads of its own. NULL with a sentence in e. */
struct front *front_new(const struct front_config *c, struct err *e);
/* Ends all connections. NULL is harmless. */
void front_free(struct front **pf);

/* Once a second or so: cuts off those that drip. */
void front_sweep(struct front *f, mono_ns now);

#endif
