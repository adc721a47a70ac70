/* tests/unit/gtmd/migrate/migworld.h - a world in which a migration runs, with
 * virtual time: machines that really are somewhere, drivers that fail, hang and
 * lose their answers, pools that live and die, commits that are refused, an
 * operator, and an engine that is killed after any record.
 *
 * What must always hold is asserted here, from the world's own truth.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MIGRATE_MIGWORLD_H
#define TESTS_UNIT_GTMD_MIGRATE_MIGWORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migcommand.h"
#include "gtmd/migrate/migstep.h"

#define MIGWORLD_HOSTS	8
#define MIGWORLD_JOBS	64

/* Per mille of what can go wrong. All zero is fair weather. */
struct migworld_weather {
	unsigned	 fail;		/* an operation fails, may be tried again */
	unsigned	 hopeless;	/* it fails for good */
	unsigned	 hang;		/* it never ends */
	unsigned	 lost;		/* memory has moved, and says that it failed */
	unsigned	 crash;		/* the engine, after a record */
	unsigned	 refuse;	/* a commit */
	unsigned	 die;		/* a site's members, or a host, in a turn */
	unsigned	 guard;		/* a guard changes its mind, in a turn */
	unsigned	 skew;		/* the wall clock is set, in a turn */
	unsigned	 word;		/* the operator says something, in a turn */
	unsigned	 hand;		/* somebody else sets the pools, in a turn */
};

/* An operation that is under way out there, whoever asked for it. */
struct migworld_job {
	bool		 used;
	bool		 watched;	/* the engine listens */
	struct migstep_op op;
	int64_t		 ends_ms;	/* INT64_MAX: never */
};

struct migworld {
	uint64_t	 random;
	int64_t		 now_ms, skew_ms;	/* true; of the wall clock */
	struct migworld_weather weather;
	struct migstate	*m;
	struct migspec	*spec;		/* as started; before */
	char		**lines;	/* the record, as it is on disk */
	size_t		 line_count, line_room;
	bool		 to_place[MIGWORLD_HOSTS];	/* truth: at the new site */
	bool		 left[MIGWORLD_HOSTS];	/* skipped, and where it was then */
	bool		 left_at[MIGWORLD_HOSTS];
	struct migtraffic_setting pools;		/* truth */
	uint32_t	 from_live, to_live;
	bool		 known;
	bool		 dead[MIGWORLD_HOSTS];
	enum migevent_verdict verdict;
	bool		 calm;
	int64_t		 calm_since_ms;
	bool		 relay_open;	/* truth */
	enum migstep_relay relay;	/* what became of asking for it */
	bool		 relay_asked;	/* to be open */
	struct migworld_job jobs[MIGWORLD_JOBS];
	char		**ids;		/* each id ever asked for, and its meaning */
	size_t		 id_count, id_room;
	uint32_t	 applied;	/* latest decision that was committed */
	/* For the account at the end of all runs. */
	unsigned	 kinds[MIGEVENT_KIND_COUNT];
	unsigned	 crashes, rescues, unknown, hands;
};

/* A migration of a few hosts, drawn by the seed, and started. */
void migworld_init(struct migworld *w, uint64_t seed);
void migworld_fini(struct migworld *w);

/* A number below n. */
unsigned migworld_draw(struct migworld *w, unsigned n);
/* Time passes: what ends ends, the engine takes its turn, and all that must hold
 * is asserted. */
void migworld_turn(struct migworld *w, int64_t pass_ms);
/* An operator's word; of one host, share draws it. ret as migcommand_event. */
int migworld_say(struct migworld *w, enum migcommand_verb v, int32_t share, bool force);
/* What must hold of a migration that has ended. */
void migworld_check_end(const struct migworld *w);

#endif
