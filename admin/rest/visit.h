/* admin/rest/visit.h - one connection from its handshake to its end: requests
 * are read, let in or not, answered, one after another.
 *
 * Every wait has an end: 10 s for the handshake and for silence, 10 s from a
 * head's first octet to its last, 30 s for a body, 10 s for each 64 KiB of a
 * reply that is taken away. A request that is not framed strictly is answered
 * 400 and the connection closed. Owned by its thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_VISIT_H
#define ADMIN_REST_VISIT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/addr.h"

struct gate;
struct servertls;

struct visit {
	struct gate	*gate;		/* borrowed, as tls */
	struct servertls *tls;
	int		 fd;		/* connected, non-blocking; the caller's */
	struct addr	 from;
	atomic_bool	 known;		/* somebody has logged in here */
};

/* Returns when the visitor has gone or is sent away; shutdown(2) of fd from
 * another thread makes that soon. */
void visit_run(struct visit *v);

#endif
