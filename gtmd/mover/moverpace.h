/* gtmd/mover/moverpace.h - how far an operation has come, and how fast: what a driver
 * tells now and then, as it is shown.
 *
 * Pure. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPACE_H
#define GTMD_MOVER_MOVERPACE_H

#include <stdint.h>

#include "core/base/clock.h"
#include "gtmd/migrate/migshow.h"

#define MOVERPACE_NOTE_MAX	200

/* All zero: nothing has been told. Stays where it is: progress may point to note. */
struct moverpace {
	struct migshow_progress progress;
	char		 note[MOVERPACE_NOTE_MAX];
	mono_ns		 rated_at;	/* progress.rate_bps is of then */
	uint64_t	 rated;		/* octets by then */
};

/* So many octets of so many, so far. The rate is of the last whole second or more;
 * octets that fell are those of another beginning. */
void moverpace_tell(struct moverpace *p, mono_ns now, uint64_t octets,
    uint64_t total);
/* In words; copied, as much as there is room for. */
void moverpace_note(struct moverpace *p, const char *note);

#endif
