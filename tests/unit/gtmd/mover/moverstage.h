/* tests/unit/gtmd/mover/moverstage.h - what a migration stands on, for tests of its
 * parts: a configuration on disk that can be changed, the running graph over it, a
 * loop whose time the test moves. Nobody is probed: members without monitors answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MOVER_MOVERSTAGE_H
#define TESTS_UNIT_GTMD_MOVER_MOVERSTAGE_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverop.h"
#include "tests/unit/core/base/tempdir.h"

struct diag;
struct migspec;
struct restcommit;
struct restevents;
struct widetable;

struct moverstage {
	struct tempdir	 dir;
	char		 audit[96];	/* path */
	struct clock	 clk;
	struct loop	*loop;
	struct store	*store;
	struct widetable *wides;
	struct plan	*plan;
	struct restevents *events;
	struct restcommit *changes;
	struct moverclock clock;
	/* Without drivers, which are the test's. */
	struct moverop_means means;
};

/* Sites a and b with pools p (15 s) and q (30 s, disabled) of www.example.com in
 * ratio 7:3, hypervisors l and r of these lines, and the migration m of these. */
#define MOVERSTAGE_TEXT(l, r, m)					\
	"gtm datacenter a { }\ngtm datacenter b { }\n"			\
	"gtm server s { datacenter a product generic-host virtual-servers { " \
	"v { destination 10.0.0.1:80 } w { destination 10.0.0.2:80 } } }\n" \
	"gtm pool a p { ttl 15 members { s:v { } } }\n"			\
	MOVERSTAGE_Q("disabled", "")					\
	"gtm wideip a www.example.com { pool-lb-mode ratio pools { "	\
	"p { order 0 ratio 7 } q { order 1 ratio 3 } } }\n"		\
	"gtm hypervisor l { datacenter a " l " }\n"			\
	"gtm hypervisor r { datacenter b " r " }\n"			\
	MOVERSTAGE_M(m)
#define MOVERSTAGE_Q(pool, member)					\
	"gtm pool a q { " pool " ttl 30 members { s:w { " member " } } }\n"
#define MOVERSTAGE_M(rows)						\
	"gtm migration m { wideip a www.example.com from-pool p to-pool q " \
	"from-hypervisor l to-hypervisor r " rows " }\n"

/* Loads the text, which must be in order. */
void moverstage_open(struct moverstage *t, const char *text);
void moverstage_close(struct moverstage *t);

/* A path in the stage's folder. Good until a few more were asked for. */
const char *moverstage_file(const struct moverstage *t, const char *name);
/* These objects are committed, in the place of those of their names. */
void moverstage_put(struct moverstage *t, const char *text);
/* What the migration /Common/m is at this moment, as its run of that number. */
struct migspec *moverstage_spec(const struct moverstage *t, uint32_t run);
/* Time goes by, and what happens meanwhile happens. */
void moverstage_pass(struct moverstage *t, dur_ns by);

/* Until it is so; a condition that stays false fails the test. */
#define MOVERSTAGE_UNTIL(t, so) do {					\
	for (int i_ = 0; !(so); i_++) {					\
		if (i_ == 200000)					\
			fail_msg("%s:%d: never: %s", __FILE__, __LINE__, #so); \
		moverstage_pass((t), CLOCK_MS / 2);			\
	}								\
} while (0)

#endif
