/* monitors/health.h - turns single probe outcomes into a debounced state.
 *
 * Pure logic: no sockets, no clock, no allocation. F5's rules: a success
 * brings it up; a failure (the target said no) takes it down at once, unless
 * ignore-down-response makes it count as silence; silence takes it down once
 * timeout has passed without a success. Ours on top: rise successes in a row
 * are needed to come up, fall > 0 lets that many attempts in a row without
 * success, of either kind, take it down, and what came down too often of late
 * stays down for a while although it is well again (damp.h). The scheduler feeds
 * it. Layer: monitors, may include core/base only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_HEALTH_H
#define MONITORS_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/damp.h"

enum health_state { HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN };

enum health_outcome {
	HEALTH_SUCCESS,
	HEALTH_FAILURE,		/* refused, reset, wrong answer */
	HEALTH_SILENCE,		/* no verdict within the probe's time */
};

struct health_policy {
	dur_ns	timeout_ns;	/* without success, before silence is down */
	uint8_t	rise;		/* successes in a row that bring it up; >= 1 */
	uint8_t	fall;		/* misses in a row that take it down; 0 = as
				 * F5: one failure, or silence until timeout */
	bool	ignore_down;	/* failures count as silence */
	struct damp_policy damp;
};

struct health {
	enum health_state state;	/* what is told */
	enum health_state found;	/* UP while state is DOWN: held */
	uint8_t		  good;		/* successes in a row, stops at 255 */
	uint8_t		  bad;		/* misses in a row, stops at 255 */
	uint64_t	  history;	/* newest outcome in bit 0, 1 = success */
	mono_ns		  last_good_ns;	/* last success, at first the start */
	struct damp	  damp;
};

/* state: HEALTH_UNKNOWN, or what is remembered from before. */
void health_init(struct health *h, enum health_state state, mono_ns now);

/* Records one outcome. Returns true when h->state changed. */
bool health_push(struct health *h, const struct health_policy *p,
    enum health_outcome outcome, mono_ns now);

/* Records that time has passed. Down needs a miss since the last success: if
 * nothing was asked (we were stopped, or short of descriptors), nothing was
 * refused. Returns true when h->state changed. */
bool health_expire(struct health *h, const struct health_policy *p,
    mono_ns now);

/* When silence will have lasted too long. */
mono_ns health_deadline(const struct health *h, const struct health_policy *p);

/* Is it well, and told to be down because it fell too often? */
bool health_is_held(const struct health *h);

/* "unknown", "up", "down" */
const char *health_name(enum health_state s);

#endif
