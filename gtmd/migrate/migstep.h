/* gtmd/migrate/migstep.h - what comes next in a migration: the next event to put
 * on record, and which operations should be under way.
 *
 * The whole of the engine's mind; the engine has the hands. It asks until there
 * is no next event, and makes each durable before the state counts:
 *
 *	while (migstep_next(m, &seen, now_ms, &ev))
 *		journal it, migstate_fold(m, &ev);
 *	start what migstep_wants and is not under way; stop what it wants no more
 *
 * It does so at each change of what it sees, when an operation ends
 * (migstep_ended), after a command (migcommand.h), and once a second for what
 * time alone brings. After a crash it folds the journal and does just the same:
 * all operations are idempotent by their id. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSTEP_H
#define GTMD_MIGRATE_MIGSTEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migstate.h"
#include "gtmd/migrate/migtraffic.h"

/* What is seen from outside; nothing of it is on record. */
struct migstep_seen {
	struct migtraffic_view traffic;	/* hold is filled from verdict, by_hand from
					 * differs */
	enum migevent_verdict verdict;	/* of the guards now (migguard.h) */
	const char	*verdict_why;	/* borrowed; NULL = "" */
	/* How the pools and the wide IP are not what users were told last, as a
	 * sentence; NULL = they are. Borrowed. Not looked at while a commit is
	 * still to be made. */
	const char	*differs;
	/* When the latest answer that named the pool that users have left runs
	 * out in caches (the ledger): 0 = it says nothing, then told_at and TTL
	 * are what counts. */
	int64_t		 caches_until_ms;
	/* Somebody counts the late connections at the old site, and they have been
	 * at or below the threshold since then without a break; 0 = they are not.
	 * Where nobody counts, time alone says that there are few. */
	bool		 late_counted;
	int64_t		 calm_since_ms;
	/* What became of asking for the relay as migrelay_wanted has it now, and in
	 * which words; borrowed, NULL = "". */
	enum migstep_relay { MIGSTEP_RELAY_ASKED, MIGSTEP_RELAY_DONE,
	    MIGSTEP_RELAY_FAILED } relay;
	const char	*relay_text;
};

#define MIGSTEP_ID_MAX	640

enum migstep_kind {
	MIGSTEP_PREPARE,	/* readiness of everything */
	MIGSTEP_HOST,		/* a step of a host */
	MIGSTEP_COMMIT		/* setting, as one change of the configuration */
};

/* An operation that should be under way. */
struct migstep_op {
	enum migstep_kind kind;
	char		 id[MIGSTEP_ID_MAX];	/* NAME/run/host/step/attempt; with
					 * "back-" before a step that goes home;
					 * NAME/run/commit/number */
	int		 host;		/* index, or MIGEVENT_NO_HOST */
	enum migevent_step step;
	/* The step goes home: the driver's from is the new site. Of CANCEL: what
	 * it cancels goes home. */
	bool		 back;
	uint32_t	 attempt;	/* or number of the decision */
	int64_t		 deadline_ms;	/* wall clock; 0 = none */
	uint64_t	 without[MIGSPEC_HOSTS_MAX / 64];	/* PREPARE: a bit for each
					 * host that is left out */
	struct migtraffic_setting setting;	/* COMMIT */
};

/* Hosts that are checked at a time while all is prepared; each has the time of a step. */
#define MIGSTEP_CHECKS_AT_ONCE	8

/* No more than this are wanted at once. */
#define MIGSTEP_OPS_MAX	(MIGSPEC_HOSTS_MAX + 2)

/* False when there is nothing to put on record now. ev is to be migevent_fini'd. */
bool migstep_next(const struct migstate *m, const struct migstep_seen *seen,
    int64_t now_ms, struct migevent *ev);

/* Fills ops and returns how many; a function of m alone. There is room for two more
 * than there are hosts, which is MIGSTEP_OPS_MAX at most. */
size_t migstep_wants(const struct migstate *m, struct migstep_op *ops);

/* How an operation ended. A COMMIT that failed is no event: it is wanted still,
 * and asked again after a while by the engine. */
struct migstep_end {
	bool		 ok;
	bool		 retry;		/* of a failure: may go well another time */
	const char	*text;		/* a sentence; NULL = none */
	uint64_t	 octets, wire_octets;	/* moved; 0 = not known */
};
/* The event that says so. False when the operation is no longer of interest,
 * because the state went on meanwhile: then nothing is put on record. */
bool migstep_ended(const struct migstate *m, const struct migstep_op *op,
    const struct migstep_end *end, int64_t now_ms, struct migevent *ev);

/* Is a sample due, when the latest was at last_ms (0 = none)? Every two seconds
 * at first, then ever more rarely: some four thousand in a month. */
bool migstep_sample_due(const struct migstate *m, int64_t last_ms, int64_t now_ms);

#endif
