/* tests/unit/gtmd/plan/expect.h - what a wide IP ought to answer: the rules of
 * docs/notes/gtm-rules.md, written down a second time as slow and obvious as
 * they can be, from a setup alone. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_EXPECT_H
#define TESTS_UNIT_GTMD_PLAN_EXPECT_H

#include <netinet/in.h>

#include "core/base/addr.h"
#include "tests/unit/gtmd/plan/setup.h"

enum expect_how {
	EXPECT_PREFERRED, EXPECT_ALTERNATE, EXPECT_FALLBACK, EXPECT_LAST_RESORT,
	EXPECT_HOWS,
	EXPECT_KEPT,		/* what the client was told before */
	EXPECT_NOTHING,		/* no pool answers */
};

struct expect_query {
	struct sockaddr_in resolver;
	struct addr_prefix client;	/* EDNS client subnet; family 0: none */
};

/* One answer that may come. */
struct expect_answer {
	char		 text[900];	/* as stage_format() has it, without OPT */
	enum expect_how	 how;
	unsigned	 pool, place;	/* who is first in it */
	bool		 remembered;	/* persistence keeps this */
	/* The share of each place in what this pool answers this way; 0 all
	 * over where the method does not go by shares. */
	double		 share[SETUP_MEMBERS];
};

struct expect {
	struct expect_answer answers[SETUP_EDGES * SETUP_MEMBERS];
	size_t		 count;
	double		 share[SETUP_POOLS + 1];	/* likewise of each pool */
	bool		 by_subnet;	/* the client subnet had a say */
};

#define EXPECT_CLIENTS	64

/* All that there is to know of the past. */
struct expect_past {
	uint64_t	 chosen;	/* choices made among the pools */
	uint64_t	 answered[SETUP_POOLS + 1][EXPECT_HOWS];
	struct {
		uint32_t net, expires_s;
		unsigned pool, place;
	} kept[EXPECT_CLIENTS];
	size_t		 kept_count;
	uint32_t	 now_s;
};

/* Whoever is over a limit, and was it, is so until a tenth below. To be called
 * after each change of a measurement. */
void expect_limits(struct setup *s);

/* All that may be answered now. */
void expect_of(const struct setup *s, const struct expect_past *past,
    const struct expect_query *q, struct expect *out);

/* This was answered. */
void expect_was(const struct setup *s, struct expect_past *past,
    const struct expect_query *q, const struct expect_answer *a);

#endif
