/* admin/rest/stream.h - an answer without an end, to one who watches.
 *
 * Passes on what the daemon tells as it comes, in chunks. It ends when either
 * side ends, when the visitor does not take a piece in time, and within a
 * second of the moment when he may not watch any more (gate_check_watcher).
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_STREAM_H
#define ADMIN_REST_STREAM_H

#include <stdbool.h>

#include "core/base/clock.h"

struct ask;
struct gate;
struct response;
struct servertls_peer;

struct stream {
	struct gate	*gate;		/* all borrowed */
	const struct ask *ask;		/* admitted, gate_is_endless */
	struct servertls_peer *peer;
	int		 fd;		/* the peer's */
	struct response	*response;
	dur_ns		 patience;
};

/* Blocks until it is over. true: it was, and nothing more may be said on this
 * connection; false: it did not begin, the response says why. */
bool stream_run(const struct stream *s);

#endif
