/* gtmd/migrate/migfold.c - see migfold.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migfold.h"

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"

#define BACKOFF_MAX_MS	60000

void
migfold_keep(char to[MIGEVENT_TEXT_MAX], const char *text)
{
	memset(to, 0, MIGEVENT_TEXT_MAX);
	(void)snprintf(to, MIGEVENT_TEXT_MAX, "%s", text);
}

void
migfold_enter(struct migfold *f, enum migstate_phase p)
{
	f->m->phase = p;
	f->m->phase_at_ms = f->at_ms;
}

/* --- small moves ---------------------------------------------------------- */

static enum migstate_place
origin(const struct migstate_host *h)
{
	return h->back ? MIGSTATE_TO : MIGSTATE_FROM;
}

static enum migstate_place
target(const struct migstate_host *h)
{
	return h->back ? MIGSTATE_FROM : MIGSTATE_TO;
}

static void
enter(struct migfold *f, struct migstate_host *h, enum migstate_host_phase p)
{
	h->phase = p;
	h->phase_at_ms = f->at_ms;
}

/* At rest, where it is. */
static void
settle(struct migfold *f, struct migstate_host *h)
{
	h->activity = MIGSTATE_IDLE;
	enter(f, h, h->place == MIGSTATE_TO ? MIGSTATE_HOST_THERE : MIGSTATE_HOST_WAITING);
}

/* At rest for good. Who failed after the move does not work where it is. */
static void
leave(struct migfold *f, struct migstate_host *h)
{
	h->able = h->place != MIGSTATE_UNKNOWN &&
	    !(h->phase == MIGSTATE_HOST_FAILED && h->place == target(h));
	h->skipping = false;
	h->activity = MIGSTATE_IDLE;
	enter(f, h, MIGSTATE_HOST_SKIPPED);
}

static void
fail(struct migfold *f, struct migstate_host *h)
{
	h->activity = MIGSTATE_IDLE;
	enter(f, h, MIGSTATE_HOST_FAILED);
	if (h->skipping)
		leave(f, h);
}

/* The step that comes next, at once. */
static void
ready(struct migfold *f, struct migstate_host *h, enum migevent_step s)
{
	h->activity = MIGSTATE_READY;
	h->step = s;
	h->tries = 0;
	h->not_before_ms = f->at_ms;
}

/* A while that doubles with each failure. */
static void
back_off(struct migfold *f, struct migstate_host *h, uint32_t failures)
{
	int64_t wait = failures < 6 ? INT64_C(1000) << failures : BACKOFF_MAX_MS;

	h->not_before_ms = f->at_ms + wait;
}

static bool
out_of_rounds(const struct migfold *f, const struct migstate_host *h)
{
	return h->hopeless || h->fails > f->m->spec->retries;
}

static void
forgive(struct migstate_host *h)
{
	h->fails = h->tries = 0;
	h->hopeless = false;
}

static void
unskip(struct migstate_host *h)
{
	h->skipping = h->able = false;
	migfold_keep(h->skip_why, "");
}

/* Its round was for the direction in which all goes now? */
static bool
still_wanted(const struct migfold *f, const struct migstate_host *h)
{
	return !f->m->aborting && migstate_goes_back(f->m) == h->back;
}

/* The round has come to nothing, and the host is where it was. */
static void
returned(struct migfold *f, struct migstate_host *h)
{
	h->place = origin(h);
	if (h->skipping) {
		leave(f, h);
		return;
	}
	if (!still_wanted(f, h))
		forgive(h);
	if (out_of_rounds(f, h)) {
		fail(f, h);
		return;
	}
	settle(f, h);
	back_off(f, h, h->fails);
}

/* What is left at its origin goes yet, so that it can come back there. */
static void
clear_up(struct migfold *f, struct migstate_host *h)
{
	settle(f, h);
	ready(f, h, MIGEVENT_FINISH);
}

/* It runs at its target, and has to be announced there. */
static void
arrived(struct migfold *f, struct migstate_host *h)
{
	h->place = target(h);
	unskip(h);			/* too late for it */
	if (!still_wanted(f, h) && !f->m->aborting) {
		forgive(h);
		clear_up(f, h);
		return;
	}
	enter(f, h, MIGSTATE_HOST_ANNOUNCING);
	ready(f, h, MIGEVENT_ANNOUNCE);
}

/* Nobody can say where it is: given up first, then looked for. */
static void
search(struct migfold *f, struct migstate_host *h)
{
	enter(f, h, MIGSTATE_HOST_MEMORY);
	ready(f, h, MIGEVENT_CANCEL);
}

/* --- steps ---------------------------------------------------------------- */

static struct migstate_host *
host_of(const struct migfold *f)
{
	return &f->m->host[f->ev->host];
}

/* May a host at rest begin a round in this direction? */
static bool
may_set_out(const struct migfold *f, const struct migstate_host *h)
{
	if (f->ev->step != MIGEVENT_STORAGE || h->activity != MIGSTATE_IDLE ||
	    f->m->aborting)
		return false;
	return f->ev->back ?
	    f->m->phase == MIGSTATE_ROLLING_BACK && h->phase == MIGSTATE_HOST_THERE :
	    f->m->phase == MIGSTATE_MOVING && h->phase == MIGSTATE_HOST_WAITING;
}

int
migfold_begun(struct migfold *f)
{
	struct migstate_host *h = host_of(f);
	const struct migevent *ev = f->ev;
	bool out = may_set_out(f, h);

	if (!out && (h->activity != MIGSTATE_READY || h->step != ev->step ||
	    h->back != ev->back))
		return err_set(f->e, ERR_CONFLICT, "%s is not what comes next for %s",
		    migevent_step_name(ev->step), f->m->spec->hosts[ev->host].name);
	if (ev->attempt != h->attempts[ev->step][ev->back] + 1)
		return err_set(f->e, ERR_CONFLICT, "%s of %s: attempt %u does not follow %u",
		    migevent_step_name(ev->step), f->m->spec->hosts[ev->host].name,
		    ev->attempt, h->attempts[ev->step][ev->back]);
	if (out) {
		h->back = ev->back;
		h->tries = 0;
		enter(f, h, MIGSTATE_HOST_STORAGE);
	}
	h->attempts[ev->step][ev->back]++;
	h->step = ev->step;
	h->activity = MIGSTATE_RUNNING;
	h->step_at_ms = f->at_ms;
	return 0;
}

static int
check_running(struct migfold *f, const struct migstate_host *h)
{
	const struct migevent *ev = f->ev;

	if (h->activity == MIGSTATE_RUNNING && h->step == ev->step && h->back == ev->back &&
	    h->attempts[ev->step][ev->back] == ev->attempt)
		return 0;
	return err_set(f->e, ERR_CONFLICT, "%s %u of %s does not run",
	    migevent_step_name(ev->step), ev->attempt, f->m->spec->hosts[ev->host].name);
}

int
migfold_done(struct migfold *f)
{
	struct migstate_host *h = host_of(f);

	if (check_running(f, h) != 0)
		return ERR_CONFLICT;
	h->octets[h->back] += f->ev->octets;
	h->wire_octets[h->back] += f->ev->wire_octets;
	switch (f->ev->step) {
	case MIGEVENT_STORAGE:
		enter(f, h, MIGSTATE_HOST_MEMORY);
		ready(f, h, MIGEVENT_MEMORY);
		break;
	case MIGEVENT_MEMORY:
	case MIGEVENT_LOCATE:
		arrived(f, h);
		break;
	case MIGEVENT_ANNOUNCE:
		enter(f, h, MIGSTATE_HOST_VERIFYING);
		ready(f, h, MIGEVENT_VERIFY);
		break;
	case MIGEVENT_VERIFY:
		forgive(h);
		migfold_keep(h->why, "");
		clear_up(f, h);
		break;
	case MIGEVENT_CANCEL:
		returned(f, h);
		break;
	case MIGEVENT_FINISH:
	case MIGEVENT_PREPARE:
		h->activity = MIGSTATE_IDLE;
		break;
	}
	return 0;
}

/* A step that is tried a few times. True when it is to be given up. */
static bool
given_up(struct migfold *f, struct migstate_host *h)
{
	if (!f->ev->retry || h->tries >= MIGFOLD_TRIES)
		return true;
	h->activity = MIGSTATE_READY;
	back_off(f, h, h->tries);
	return false;
}

/* What counts as a failure of the round. */
static void
blame(struct migfold *f, struct migstate_host *h)
{
	h->fails++;
	h->hopeless = h->hopeless || !f->ev->retry;
}

int
migfold_failed(struct migfold *f)
{
	struct migstate_host *h = host_of(f);

	if (check_running(f, h) != 0)
		return ERR_CONFLICT;
	migfold_keep(h->why, f->ev->text);
	h->octets[h->back] += f->ev->octets;
	h->wire_octets[h->back] += f->ev->wire_octets;
	h->tries++;
	switch (f->ev->step) {
	case MIGEVENT_STORAGE:
	case MIGEVENT_MEMORY:
		blame(f, h);
		ready(f, h, MIGEVENT_CANCEL);
		break;
	case MIGEVENT_ANNOUNCE:
	case MIGEVENT_VERIFY:
		blame(f, h);
		h->activity = MIGSTATE_READY;
		back_off(f, h, h->tries);
		if (out_of_rounds(f, h))
			fail(f, h);
		break;
	case MIGEVENT_FINISH:
		if (given_up(f, h))
			h->activity = MIGSTATE_IDLE;
		break;
	case MIGEVENT_CANCEL:
		if (given_up(f, h) && h->phase == MIGSTATE_HOST_STORAGE)
			returned(f, h);	/* it has never left */
		else if (h->activity == MIGSTATE_RUNNING)
			ready(f, h, MIGEVENT_LOCATE);
		break;
	case MIGEVENT_LOCATE:
		if (given_up(f, h)) {
			h->place = MIGSTATE_UNKNOWN;
			fail(f, h);
		}
		break;
	case MIGEVENT_PREPARE:
		break;
	}
	return 0;
}

/* --- what happens to all -------------------------------------------------- */

void
migfold_again(struct migfold *f, struct migstate_host *h)
{
	if (h->activity != MIGSTATE_IDLE)
		h->not_before_ms = f->at_ms;
	if (h->phase != MIGSTATE_HOST_FAILED)
		return;
	forgive(h);
	if (h->place == MIGSTATE_UNKNOWN)
		search(f, h);
	else if (h->place == target(h))
		arrived(f, h);
	else
		settle(f, h);
	h->not_before_ms = f->at_ms;
}

/* A move that has not come to its moment of change is given up. False when
 * there is none. */
static bool
give_up(struct migfold *f, struct migstate_host *h)
{
	if (h->activity == MIGSTATE_IDLE ||
	    (h->step != MIGEVENT_STORAGE && h->step != MIGEVENT_MEMORY))
		return false;
	if (h->activity == MIGSTATE_READY)
		enter(f, h, MIGSTATE_HOST_STORAGE);	/* it has never left */
	ready(f, h, MIGEVENT_CANCEL);
	return true;
}

void
migfold_turn(struct migfold *f, struct migstate_host *h)
{
	bool moved = h->phase == MIGSTATE_HOST_ANNOUNCING ||
	    h->phase == MIGSTATE_HOST_VERIFYING;
	bool failed = h->phase == MIGSTATE_HOST_FAILED;

	forgive(h);
	if (give_up(f, h))
		return;
	if (failed && h->place == MIGSTATE_UNKNOWN)
		search(f, h);
	else if (moved || (failed && h->place == target(h)))
		clear_up(f, h);
	else if (failed)
		settle(f, h);
	h->not_before_ms = f->at_ms;
}

void
migfold_halt(struct migfold *f, struct migstate_host *h)
{
	if (h->phase != MIGSTATE_HOST_FAILED)
		forgive(h);
	(void)give_up(f, h);
	h->not_before_ms = f->at_ms;
}

/* --- one that is left out ------------------------------------------------- */

void
migfold_skip(struct migfold *f)
{
	struct migstate_host *h = host_of(f);

	migfold_keep(h->skip_why, f->ev->text[0] != '\0' ? f->ev->text : h->why);
	h->skipping = true;
	if (h->activity == MIGSTATE_IDLE)
		leave(f, h);
	else
		(void)give_up(f, h);
}

void
migfold_retry(struct migfold *f)
{
	struct migstate_host *h = host_of(f);
	bool left = h->phase == MIGSTATE_HOST_SKIPPED, able = h->able;

	unskip(h);
	forgive(h);
	if (left && able)
		settle(f, h);
	else if (left)
		fail(f, h);
	migfold_again(f, h);
	h->not_before_ms = f->at_ms;
}
