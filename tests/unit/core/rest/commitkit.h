/* tests/unit/core/rest/commitkit.h - changes as requests make them, over the
 * store of storekit.h and a clock that the test moves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_REST_COMMITKIT_H
#define TESTS_UNIT_CORE_REST_COMMITKIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/rest/restcommit.h"
#include "core/rest/restreply.h"
#include "tests/unit/core/rest/restkit.h"

/* Between setup and teardown. */
extern struct store *commitkit_store;
extern struct restcommit *commitkit;
extern struct restevents *commitkit_events;
extern struct restreply commitkit_reply;	/* to what was asked last */
extern enum restpeer_role commitkit_role;	/* of who asks; admin at first */
extern const char *commitkit_audit;		/* path */
/* Set before commitkit_start: changes share syncs. What was told last then: up
 * to which commit, how often, and the code of the error or 0. */
extern bool commitkit_grouped;
extern struct commitkit_settled {
	uint64_t	 upto;
	unsigned	 times;
	int		 code;
} commitkit_settled;

int commitkit_setup(void **state);
int commitkit_teardown(void **state);

/* Ends, and starts over the same files. */
void commitkit_stop(void);
void commitkit_start(void);
void commitkit_restart(void);
/* The loop's turns while commits wait for the disk. */
void commitkit_settle(void);

/* PATCH of a site's note, made when it is not there; query "" or
 * "?confirm-within=5". The status, 200 when r was told none. */
int commitkit_set(const char *site, const char *note, const char *query);
/* DELETE of a site. */
int commitkit_delete(const char *site);
/* POST to one of restundo's and restconfirm's. */
typedef void commitkit_fn(struct restcommit *c, const struct restrequest *q,
    struct restreply *r);
int commitkit_post(commitkit_fn *fn, const char *body);

void commitkit_expect(const char *site, const char *note);
/* The message, or "". */
const char *commitkit_said(void);

void commitkit_pass(dur_ns by);
/* Between stop and start: the wall clock is set. */
void commitkit_set_clock(real_s now);

/* The audit file, for the caller to free. */
char *commitkit_read_audit(void);
/* How often does it stand in the audit file? */
unsigned commitkit_audited(const char *text);

#endif
