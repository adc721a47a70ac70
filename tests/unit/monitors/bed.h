/* tests/unit/monitors/bed.h - a test bed for one probe type: a loop in virtual
 * time, a peer, and one probe at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_BED_H
#define TESTS_UNIT_MONITORS_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/io/loop.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "tests/unit/monitors/peer.h"

struct bed {
	const struct probe_type	*type;
	struct clock		 clk;
	struct loop		*loop;
	void			*engine;
	struct peer		 peer;
	struct monitor		*monitor;
	unsigned		 done;		/* calls of done */
	struct probe_result	 result;	/* of the newest */
};

void bed_open(struct bed *b, const struct probe_type *type);
void bed_close(struct bed *b);
/* As a fixture: closes *state. */
int bed_tear_down(void **state);
void bed_set(struct monitor *m, const char *name, const char *value);

/* A job of b's for a probe of so long; it tells b. */
struct probe_job bed_job(struct bed *b, void *spec, dur_ns timeout_ns);
/* One probe of 5 s, to its end. step: virtual time that passes between looks
 * at the sockets; 0 for peers that answer. */
void bed_probe(struct bed *b, dur_ns step);
void bed_expect(const struct bed *b, enum probe_outcome outcome,
    enum probe_code code);

/* ---- what every probe type owes ---- */

/* Each kind of refusal by its name. send is what makes a peer answer. */
void bed_refusals_are_told_apart(struct bed *b, const char *send);
/* Stopped at each stage, from before connecting on, it tells nobody. */
void bed_stop_is_silent(struct bed *b);

#endif
