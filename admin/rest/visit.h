/* admin/rest/visit.h - one connection from its handshake to its end: requests
 * are read, let in or not, answered, one after another.
 *
 * Every wait has an end: one patience for the handshake and for silence, one
 * from a head's first octet to its last, three for a body, one for each 64 KiB
 * of a reply that is taken away. A request that is not framed strictly is answered
 * 400 and the connection closed. Owned by its thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_VISIT_H
#define ADMIN_REST_VISIT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct gate;
struct servertls;

struct visit {
	struct gate	*gate;		/* borrowed, as tls */
	struct servertls *tls;
	int		 fd;		/* connected, non-blocking; the caller's */
	struct addr	 from;
	dur_ns		 patience;
	atomic_bool	 known;		/* somebody has logged in here */
};

/* Returns when the visitor has gone or is sent away; shutdown(2) of fd from
 * another thread makes that soon. */
void visit_run(struct visit *v);

#endif
