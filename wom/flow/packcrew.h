/* wom/flow/packcrew.h - threads that pack what loops have encoded (blockpack.h), for all
 * peers.
 *
 * A job is its giver's memory from beginning to end, so that nothing is allocated on the
 * way; a lock is taken three times for a job, which is a block, and nobody is woken who
 * does not wait. What is done hangs on the giver's line until it is fetched; a bell, an
 * eventfd in the giver's loop, rings when the first one comes to hang there.
 * Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_PACKCREW_H
#define WOM_FLOW_PACKCREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/list.h"

struct err;
struct packcrew;

#define PACKCREW_MAX	63	/* threads */

/* Where a giver finds what is done. */
struct packcrew_line {
	struct list done;	/* the crew's, under its lock */
	int	 bell;		/* eventfd that does not block */
};

enum packcrew_state {
	PACKCREW_IDLE,		/* the giver's */
	PACKCREW_WAITS,
	PACKCREW_RUNS,
	PACKCREW_DONE		/* on its line */
};

/* All zero but for what is said here; until packcrew_fetch or packcrew_recall have
 * given it back it is not touched. */
struct packcrew_job {
	struct list node;	/* list_init at first */
	enum packcrew_state state;
	struct packcrew_line *line;
	int	 level;		/* zpack.h's */
	const uint8_t *in;	/* a block of len octets with its literals as they are */
	size_t	 len;
	uint8_t	*out;		/* room for len octets */
	size_t	 packed;	/* result: octets of out; 0: it goes as it is */
	dur_ns	 spent, cpu;	/* result: time for it, on the clock, of a CPU */
};

/* Starts 1..PACKCREW_MAX threads. NULL with a sentence when the system refuses one. */
struct packcrew *packcrew_new(unsigned threads, struct err *e);
/* All jobs are back. Takes *pc; NULL is harmless. */
void packcrew_free(struct packcrew **pc);

/* How many there are. */
unsigned packcrew_threads(const struct packcrew *c);
/* True while so many jobs wait that the giver had better pack its own: then no thread
 * runs out of work before one more comes. A look without the lock. */
bool packcrew_is_full(const struct packcrew *c);

/* Has a job done; from any thread, waits for nothing. */
void packcrew_give(struct packcrew *c, struct packcrew_job *j);
/* One that is done, or NULL. For the giver. */
struct packcrew_job *packcrew_fetch(struct packcrew *c,
    struct packcrew_line *l);
/* Gives a job back, done or not; waits for the thread that is at it. For the giver. */
void packcrew_recall(struct packcrew *c, struct packcrew_job *j);

#endif
