/* gtmd/migrate/migshow.h - the state of a migration as JSON, for statistics pages,
 * and how long it may still take. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSHOW_H
#define GTMD_MIGRATE_MIGSHOW_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migstate.h"

struct json;

/* What an operation under way has told last. */
struct migshow_progress {
	uint64_t	 octets, total;		/* total 0 = not known */
	uint64_t	 rate_bps;		/* octets a second of late; 0 = not known */
	const char	*note;			/* borrowed; NULL = none */
};

/* progress[host], or NULL. For the caller to free:
 * { phase, paused, share, … hosts: [ { name, phase, place, … } ] } */
struct json *migshow_json(const struct migstate *m,
    const struct migshow_progress *progress, int64_t now_ms);

/* What was measured last, as "measured": { at, served, effective, … }; null where
 * nothing was. */
void migshow_put_sample(struct json *j, const struct migevent_sample *s, int64_t at_ms);

/* Seconds until all hosts are where they go, by what the hosts before them took
 * or by the rate of now; -1 = cannot be said. */
int64_t migshow_eta_s(const struct migstate *m,
    const struct migshow_progress *progress, int64_t now_ms);

/* One line for people: "moving: 2 of 3 hosts there, share 66 %". */
void migshow_line(const struct migstate *m, char text[MIGEVENT_TEXT_MAX]);

#endif
