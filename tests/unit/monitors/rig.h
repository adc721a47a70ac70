/* tests/unit/monitors/rig.h - a scheduler in virtual time, with a board, whose
 * probes are those of fakeprobe.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_RIG_H
#define TESTS_UNIT_MONITORS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/object.h"
#include "monitors/board.h"
#include "monitors/monitor.h"
#include "monitors/sched.h"
#include "monitors/watch.h"
#include "tests/unit/monitors/fakeprobe.h"

struct rig {
	struct clock	 clk;
	struct loop	*loop;
	struct board	*board;
	struct sched	*sched;
	struct monitor	*monitor;	/* tcp, at its defaults */
	unsigned	 calls;		/* of rig_on_change */
};

/* limit: probes in flight, as in struct sched_config. */
void rig_open(struct rig *r, size_t limit);
void rig_close(struct rig *r);

/* The same as fixtures of a test, with one rig for all. */
extern struct rig rig;
int rig_set_up(void **state);
int rig_tear_down(void **state);

/* Is a watch_fn: counts. */
void rig_on_change(struct watch *w, void *arg);
/* Watches 10.0.0.1:port through the rig's monitor. */
struct watch *rig_watch(struct rig *r, uint16_t port);
void rig_run(struct rig *r, dur_ns by);
/* The rig's monitor becomes another object, with a value changed unless name
 * is NULL. */
void rig_change(struct rig *r, const char *name, const char *value);

#endif
