/* gtmd/decide/measures.h - the table of what was measured: one row a server or virtual
 * server, each value with the time it came and the time it ends.
 *
 * Whoever measures puts values in (control_measure.h does it for measurements
 * from outside); the graph keeps the rows of what it holds and is told, row by
 * row, of what is no longer what it was. However often values come, it is told
 * MEASURES_ROUNDS_S times a second at most. Control loop only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_MEASURES_H
#define GTMD_DECIDE_MEASURES_H

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/io/loop.h"
#include "gtmd/types/metric.h"

#define MEASURES_ROUNDS_S	4	/* decisions are made anew so often */

struct measures;

struct measures_row {
	struct measures	*metrics;
	char		*key;		/* owned */
	unsigned	 users;
	struct list	 dirty;		/* in a queue of the table, or alone */
	uint32_t	 changed;	/* bit 1 << metric, since the last round */
	struct loop_timer end;		/* no later than the first value ends */
	struct metric_values now;	/* of them, what is in force */
	mono_ns		 at[METRICS], until[METRICS];
};

/* Called once a round for each row that has changed. changed: which. */
typedef void measures_fn(void *arg, const struct measures_row *row,
    uint32_t changed);

struct measures *measures_new(struct loop *l);
/* By now nobody uses a row (asserted). NULL is harmless. */
void measures_free(struct measures **pm);
void measures_watch(struct measures *m, measures_fn *fn, void *arg);

/* The row of this key, made if it is new; for the caller to drop. NULL for a
 * table that is NULL. The last one to drop it ends its values. */
struct measures_row *measures_row_get(struct measures *m, const char *key);
void measures_row_drop(struct measures_row **pr);
/* Tells of what has changed now, rather than in the next round. */
void measures_tell(struct measures *m);
/* The time at this moment on the clock of at and until. */
mono_ns measures_now(const struct measures_row *r);

/* A value as it was measured now, in force for ttl_s. */
void measures_set(struct measures_row *r, enum metric which, uint64_t value,
    uint32_t ttl_s);
/* The same as it was measured elsewhere, at that time of the machine's monotonic
 * clock; what has ended by now is not set. */
void measures_restore(struct measures_row *r, enum metric which,
    uint64_t value, mono_ns at, mono_ns until);
/* The value is not known any more. */
void measures_forget(struct measures_row *r, enum metric which);

#endif
