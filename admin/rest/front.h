/* admin/rest/front.h - who may be connected: accepts, counts, makes room.
 *
 * A thread per connection, so that one that waits for the daemon or for a
 * password hash keeps no other waiting. FRONT_MAX connections, FRONT_SOURCE_MAX
 * of one source (an IPv6 /64 is one). When that is reached, the oldest one that
 * has not logged in makes place: of the same source, or of the source that has
 * most. So neither silence nor numbers keep anybody out; only when all are
 * logged in is the newcomer turned away. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_FRONT_H
#define ADMIN_REST_FRONT_H

#include "core/base/clock.h"

struct err;
struct front;
struct gate;

#define FRONT_MAX		128
#define FRONT_SOURCE_MAX	32

struct front_config {
	int		 fd;		/* listening; the front closes it */
	const char	*cert, *key;	/* PEM texts */
	struct gate	*gate;		/* borrowed */
	dur_ns		 patience;	/* with a slow peer: visit.h */
};

/* Serves from here on, in threads of its own. NULL with a sentence in e. */
struct front *front_new(const struct front_config *c, struct err *e);
/* Ends all connections. NULL is harmless. */
void front_free(struct front **pf);

#endif
