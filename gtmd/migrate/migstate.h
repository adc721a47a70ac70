/* gtmd/migrate/migstate.h - the state of a migration: the fold of the events on
 * its record, in their order, and of nothing else.
 *
 * Where each host is, what it is at, what users are told and why. Whoever folds
 * the same events has the same state: the process that wrote them, the one after
 * a crash, and the page that tells the story afterwards. An event that does not
 * fit the state is refused, and changes nothing. Which event comes next is
 * migstep's. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSTATE_H
#define GTMD_MIGRATE_MIGSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migspec.h"

#define MIGSTATE_PHASES(X) \
	X(PLANNED,	"planned")	/* nothing on record yet */ \
	X(PREPARING,	"preparing") \
	X(MOVING,	"moving") \
	X(DRAINING,	"draining")	/* all there; caches run out */ \
	X(RELAYING,	"relaying")	/* until late connections are few */ \
	X(DONE,		"done")		/* may be closed, or still rolled back */ \
	X(CLOSED,	"closed")	/* final, as the next two */ \
	X(ROLLING_BACK,	"rolling-back") \
	X(ROLLED_BACK,	"rolled-back") \
	X(ABORTED,	"aborted")

enum migstate_phase {
#define X(phase, word) MIGSTATE_##phase,
	MIGSTATE_PHASES(X)
#undef X
};

/* A host's: WAITING is at the old site and nothing runs, THERE is at the new one
 * and has been verified; what lies between goes in the direction host.back. */
#define MIGSTATE_HOST_PHASES(X) \
	X(WAITING,	"waiting") \
	X(STORAGE,	"storage") \
	X(MEMORY,	"memory") \
	X(ANNOUNCING,	"announcing") \
	X(VERIFYING,	"verifying") \
	X(THERE,	"there") \
	X(FAILED,	"failed")	/* until resume, roll-back or abort */ \
	X(SKIPPED,	"skipped")	/* left where it is: none of the plan */

enum migstate_host_phase {
#define X(phase, word) MIGSTATE_HOST_##phase,
	MIGSTATE_HOST_PHASES(X)
#undef X
};

/* Where a host runs, as far as is on record. */
enum migstate_place { MIGSTATE_FROM, MIGSTATE_TO, MIGSTATE_UNKNOWN };

/* The relay of late connections, as far as is on record. */
#define MIGSTATE_RELAYS(X) \
	X(SHUT,		"shut")		/* as before, or again */ \
	X(BEGUN,	"opening")	/* it may be open, and is to be shut in the end */ \
	X(OPEN,		"open")

enum migstate_relay {
#define X(state, word) MIGSTATE_RELAY_##state,
	MIGSTATE_RELAYS(X)
#undef X
};

/* A step of a host: none; next to be begun; under way. */
enum migstate_activity { MIGSTATE_IDLE, MIGSTATE_READY, MIGSTATE_RUNNING };

struct migstate_host {
	enum migstate_host_phase phase;
	enum migstate_place place;
	bool		 back;		/* direction of its latest round */
	enum migstate_activity activity;
	enum migevent_step step;	/* unless idle */
	int64_t		 step_at_ms;	/* began, while running */
	int64_t		 not_before_ms;	/* READY and IDLE: earliest beginning */
	uint32_t	 attempts[MIGEVENT_STEP_COUNT][2];	/* begun, [back] */
	uint32_t	 fails;		/* of this round, since it was last begun
					 * by an operator's word */
	uint32_t	 tries;		/* of this very step that failed in a row */
	bool		 hopeless;	/* failed for good: no retry */
	bool		 skipping;	/* SKIPPED as soon as it is where it was */
	bool		 able;		/* of SKIPPED: it works where it is */
	int64_t		 phase_at_ms;	/* since when this phase */
	uint64_t	 octets[2], wire_octets[2];	/* moved, [back] */
	char		 why[MIGEVENT_TEXT_MAX];	/* latest failure; "" none */
	char		 skip_why[MIGEVENT_TEXT_MAX];	/* while SKIPPED or skipping */
};

struct migstate {
	unsigned	 magic;
#define MIGSTATE_MAGIC	0x316a7e01u
	struct migspec	*spec;		/* owned; NULL while PLANNED */
	uint16_t	*turn;		/* order of going there */
	struct migstate_host *host;	/* spec->host_count */

	enum migstate_phase phase;
	int64_t		 phase_at_ms;
	int64_t		 begun_ms, at_ms;	/* first and latest record; never
					 * goes back, whatever the clock does */
	uint64_t	 events;	/* folded */
	bool		 aborting;	/* phase is what it was until ABORTED */
	bool		 abort_force;
	bool		 closing, close_force;
	bool		 paused;
	bool		 pause_failed;	/* by a host's failure: until none has failed */
	char		 pause_why[MIGEVENT_TEXT_MAX];
	char		 end_why[MIGEVENT_TEXT_MAX];	/* of abort, roll-back */
	char		 held[MIGEVENT_TEXT_MAX];	/* why the share stays; "" */
	enum migevent_verdict verdict;	/* of the guards */
	char		 guard_why[MIGEVENT_TEXT_MAX];

	/* Preparation: companions and drivers have said yes. */
	bool		 checked;
	enum migstate_activity check_activity;
	int64_t		 check_at_ms, check_not_before_ms;
	int64_t		 check_since_ms;	/* its time-out counts from here */
	uint32_t	 check_attempts;
	char		 check_why[MIGEVENT_TEXT_MAX];

	/* What users are told: decided, then set. Between the two it is one or the
	 * other. */
	uint32_t	 decisions, settled;	/* numbers of the latest of each */
	struct migevent_traffic decided, told;
	int64_t		 told_at_ms;	/* when share or rescue last changed */
	int64_t		 low_since_ms;	/* TTL lowered since; 0 = is not */
	uint32_t	 top_share;	/* highest share ever decided */
	/* Others have changed what was told: what was decided is to be set again. */
	bool		 diverged;
	uint32_t	 corrections;	/* so often */
	char		 corrected[MIGEVENT_TEXT_MAX];	/* what it was the last time */

	enum migstate_relay relay;
	int64_t		 relay_at_ms;	/* since when */

	/* An operator's word on the share, the latest: the share itself with the
	 * plan manual, the least share with others. */
	bool		 advanced;
	bool		 advance_force;	/* whatever the ceiling is */
	uint32_t	 advance_share;
};

/* A migration that has not begun. */
struct migstate *migstate_new(void);
void migstate_free(struct migstate **pm);

/*
 * migstate_fold - one more event.
 *
 * Takes ev->spec when it is BEGUN. ret 0, or ERR_CONFLICT with a sentence when
 * the event does not fit: then m is what it was, and ev keeps its spec.
 */
int migstate_fold(struct migstate *m, struct migevent *ev, struct err *e);
/* Would it be folded? Costs a copy of all hosts. */
int migstate_fits(const struct migstate *m, const struct migevent *ev, struct err *e);

/* The words of pages and records. */
const char *migstate_phase_name(enum migstate_phase p);
const char *migstate_host_phase_name(enum migstate_host_phase p);
const char *migstate_place_name(enum migstate_place p);	/* "from", "to" … */
const char *migstate_relay_name(enum migstate_relay r);

/* Closed, rolled back or aborted: nothing comes any more. */
bool migstate_final(const struct migstate *m);
/* Begun and not final: its objects must not change. */
bool migstate_under_way(const struct migstate *m);
/* Do all hosts go, or have they gone, home? */
bool migstate_goes_back(const struct migstate *m);
/* Hosts with a step that runs or is to be begun: what concurrency counts, and
 * what an end waits for. */
size_t migstate_busy(const struct migstate *m);
/* Hosts at a place. */
size_t migstate_at(const struct migstate *m, enum migstate_place place);
/* Hosts of the plan, skipped ones apart, that are anywhere but there. */
size_t migstate_away(const struct migstate *m, enum migstate_place place);
size_t migstate_skipped(const struct migstate *m);
/* Is all that was decided what users are told, as far as we know? */
bool migstate_settled(const struct migstate *m);
/* Capacity of the hosts that work at a site: until they have left it, and again
 * when they have been looked at. dead[i]: known not to work; may be NULL. */
uint64_t migstate_capacity(const struct migstate *m, enum migstate_place site,
    const bool *dead);
/* The same of the plan's hosts alone; and the capacity of all of those, wherever they
 * are, more than 0: what the plan's per cent are of. */
uint64_t migstate_part(const struct migstate *m, enum migstate_place site,
    const bool *dead);
uint64_t migstate_whole(const struct migstate *m);
#endif
