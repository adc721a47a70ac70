/* gtmd/mover/moverlate.h - late connections: who still comes to the site that users
 * have left, as the womd counts that carries them over (moverrelay.h).
 *
 * A job of its own at that womd, looked at every other second. While there is no
 * answer nothing is known, and nothing is calm. Control loop only.
 * Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERLATE_H
#define GTMD_MOVER_MOVERLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"

struct json;
struct migspec;
struct moverlate;
struct moverop_means;

/* Counts from here on; NULL: the migration has no relay-application, or nobody who
 * has it. means and s are borrowed. */
struct moverlate *moverlate_new(const struct moverop_means *means,
    const struct migspec *s);
/* Takes *pl; NULL is harmless. */
void moverlate_free(struct moverlate **pl);

struct moverlate_seen {
	int64_t		 residual;	/* connections in the last window; -1: not
					 * known */
	int64_t		 calm_since_ms;	/* at or below the threshold since; 0: it is
					 * not */
};

/* What is known now. */
void moverlate_look(const struct moverlate *l, struct moverlate_seen *out);

/* How many answers there were: what came in one is the same until there is another. */
uint64_t moverlate_round(const struct moverlate *l);
/* The networks that came in the last answer, one after the other: *at starts at 0.
 * False at the end. */
bool moverlate_next(const struct moverlate *l, size_t *at,
    struct addr_prefix *net, uint64_t *connections);

/* All of it, as a page has it; for the caller to free. NULL: nothing is known. */
struct json *moverlate_json(const struct moverlate *l);

#endif
