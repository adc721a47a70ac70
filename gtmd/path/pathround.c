/* gtmd/path/pathround.c - see pathround.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathround.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "gtmd/path/pathattempt.h"

#define WAIT_MS	50	/* for the budget */

struct pathround {
	struct pathround_config c;
	struct pathattempt *attempt;	/* under way; NULL = between two */
	struct loop_timer next;
	uint32_t	 left;		/* protocols that are still to be tried */
	uint32_t	 sent, answered;	/* by the protocol of the moment */
	uint64_t	 sum_us;
	bool		 hops;		/* the second part */
	uint32_t	 near, far;	/* not far enough; far enough */
	uint32_t	 tries;		/* at the distance between them */
	struct pathround_result result;
};

static void
round_free(struct pathround *r)
{
	loop_timer_stop(&r->next);
	pathattempt_stop(&r->attempt);
	free(r);
}

void
pathround_stop(struct pathround **pr)
{
	struct pathround *r = *pr;

	*pr = NULL;
	if (r != NULL)
		round_free(r);
}

static void
finish(struct pathround *r)
{
	struct pathround_result result = r->result;
	struct pathround_config c = r->c;

	round_free(r);
	c.done(c.arg, &result);
}

/* The first of those left. False: none is. */
static bool
next_protocol(struct pathround *r)
{
	for (int i = 0; i < PATHSETTINGS_PROTOCOLS; i++) {
		if ((r->left >> i & 1) == 0)
			continue;
		r->left &= ~(UINT32_C(1) << i);
		r->result.protocol = (enum pathsettings_protocol)i;
		r->sent = r->answered = 0;
		r->sum_us = 0;
		return true;
	}
	return false;
}

static uint32_t
middle(const struct pathround *r)
{
	return r->near + (r->far - r->near) / 2;
}

static void
tally_up(struct pathround *r)
{
	r->result.answered = true;
	r->result.rtt_us = (uint32_t)(r->sum_us / r->answered);
	r->result.completion = r->answered * 100 / r->sent;
	r->hops = r->c.count_hops;
	r->near = 0;
	r->far = PATHROUND_HOPS_MAX;
	r->tries = 0;
}

/* Is there another packet to send? */
static bool
has_more(struct pathround *r)
{
	if (!r->hops && r->sent == r->c.samples) {
		if (r->answered > 0)
			tally_up(r);
		else if (!next_protocol(r))
			return false;
	}
	if (r->result.answered && !r->hops)
		return false;
	if (r->hops && r->far - r->near <= 1) {
		r->result.counted = true;
		r->result.hops = r->far;
		return false;
	}
	return true;
}

static void
note_sample(struct pathround *r, bool answered, uint32_t rtt_us)
{
	r->sent++;
	r->answered += answered;
	r->sum_us += answered ? rtt_us : 0;
}

static void
note_distance(struct pathround *r, bool answered)
{
	r->tries++;
	if (answered)
		r->far = middle(r);
	else if (r->tries == r->c.hops_samples)
		r->near = middle(r);
	else
		return;
	r->tries = 0;
}

static void
note(struct pathround *r, bool answered, uint32_t rtt_us)
{
	if (r->hops)
		note_distance(r, answered);
	else
		note_sample(r, answered, rtt_us);
}

static void
on_attempt(void *arg, bool answered, uint32_t rtt_us)
{
	struct pathround *r = arg;

	r->attempt = NULL;
	note(r, answered, rtt_us);
	loop_timer_start(&r->next, PATHROUND_GAP_MS, 0);
}

static void
send_next(struct pathround *r)
{
	struct pathattempt_job job = {
		.protocol = r->result.protocol, .to = r->c.to,
		.timeout_ms = PATHROUND_TIMEOUT_MS,
		.done = on_attempt, .arg = r,
	};

	if (r->hops) {
		job.ttl = (uint8_t)middle(r);
		job.timeout_ms = r->c.hops_timeout_ms;
		job.packet_len = r->c.hops_len;
	}
	r->attempt = pathattempt_start(r->c.engine, &job);
	/* What this host cannot send arrives nowhere. */
	if (r->attempt == NULL)
		on_attempt(r, false, 0);
}

static void
on_next(struct loop_timer *t, void *arg)
{
	struct pathround *r = arg;

	(void)t;
	if (!has_more(r))
		finish(r);
	else if (pathattempt_may_send(r->c.engine))
		send_next(r);
	else
		loop_timer_start(&r->next, WAIT_MS, 0);
}

struct pathround *
pathround_start(const struct pathround_config *c)
{
	struct pathround *r = mem_zalloc(1, sizeof(*r));

	assert(c->protocols != 0 && c->samples > 0 && c->hops_samples > 0);
	r->c = *c;
	r->left = c->protocols;
	(void)next_protocol(r);
	loop_timer_init(&r->next, c->engine->loop, on_next, r);
	loop_timer_start(&r->next, 0, 0);
	return r;
}
