/* tests/unit/gtmd/migrate/migcase.h - one migration on the bench: a run of a few
 * hosts, what is seen, a clock; events are folded as the engine would.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MIGRATE_MIGCASE_H
#define TESTS_UNIT_GTMD_MIGRATE_MIGCASE_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/migrate/migcommand.h"
#include "gtmd/migrate/migstep.h"

#define MIGCASE_START_MS	INT64_C(1700000000000)

struct migcase {
	struct migstate	*m;
	struct migstep_seen seen;
	int64_t		 now_ms;
	char		 last[MIGEVENT_TEXT_MAX];	/* of the latest event */
	/* Told of each event from here on; NULL = nobody. */
	void		(*heard)(void *arg, const struct migstate *m,
			    const struct migevent *ev, uint64_t number);
	void		*arg;
};

/* A run of vm1, vm2 … of capacity 1, plan flip-at 50, both pools alive. */
struct migspec *migcase_spec(unsigned hosts);
/* Takes the spec and starts it. */
void migcase_init(struct migcase *c, struct migspec *spec);
void migcase_fini(struct migcase *c);

/* Puts the next event, if there is one, and returns its kind; -1 = none. */
int migcase_next(struct migcase *c);
/* All of them. */
void migcase_settle(struct migcase *c);
/* The wanted operation of this host ("" = none of a host) and step has ended so;
 * asserts that it is wanted. Then settles. */
void migcase_end(struct migcase *c, const char *host, enum migevent_step step, bool ok);
void migcase_fail_for_good(struct migcase *c, const char *host, enum migevent_step step);
/* The wanted commit is made. */
void migcase_commit(struct migcase *c);
/* Is an operation with this id wanted? */
bool migcase_wants(const struct migcase *c, const char *id);
/* Everything goes well, second by second, until this phase. */
void migcase_until(struct migcase *c, enum migstate_phase p);
/* Seconds go by; what is due happens, nothing ends. */
void migcase_wait(struct migcase *c, unsigned seconds);
/* A command that must be taken. */
void migcase_say(struct migcase *c, enum migcommand_verb v);
/* The same of one host. */
void migcase_say_of(struct migcase *c, enum migcommand_verb v, const char *host);
void migcase_refused_of(struct migcase *c, enum migcommand_verb v, const char *host);
/* A command that must be refused; its sentence is then in c->last. */
void migcase_refused(struct migcase *c, enum migcommand_verb v);

#endif
