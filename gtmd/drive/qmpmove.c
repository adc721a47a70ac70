/* gtmd/drive/qmpmove.c - see qmpmove.h.
 *
 * What a machine is told by is the state of both QEMUs; that of the move alone
 * may be of one that brought the machine here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpmove.h"

#include <string.h>

#include "core/base/obj.h"
#include "gtmd/drive/qmpmirror.h"

/* ---- what the picture says ---- */

/* It has changed sides: there is no way back but a move back. */
static bool
is_there(const struct qmpmove *m)
{
	enum qmpseen_state from = m->at[QMPSTEP_FROM].state;

	return m->at[QMPSTEP_TO].state == QMPSEEN_RUNS &&
	       (from == QMPSEEN_LEFT || from == QMPSEEN_GONE || from == QMPSEEN_WAITS);
}

static bool
is_moving(const struct qmpseen *s)
{
	return s->state == QMPSEEN_LEAVES ||
	       ((s->state == QMPSEEN_RUNS || s->state == QMPSEEN_STANDS) &&
		   (s->move == QMPSEEN_MOVING || s->move == QMPSEEN_AT_SWITCH));
}

static bool
exports_ours(const struct qmpseen *s)
{
	for (size_t i = 0; i < s->export_count; i++)
		if (strncmp(s->exports[i], QMPSEEN_OURS, sizeof(QMPSEEN_OURS) - 1) == 0)
			return true;
	return false;
}

/* Neither does not answer, nor is the machine anywhere else than it should be.
 * Ends, and false, when so. */
static bool
is_ready_to_go(const struct qmpmove *m, struct qmpstep *step)
{
	for (size_t i = 0; i < OBJ_COUNT(m->at); i++)
		if (m->at[i].state == QMPSEEN_GONE) {
			qmpstep_end(step, ERR_IO, true, "%s at %s: %s",
			    qmpmove_host(m),
			    qmpmove_place(m, (enum qmpstep_side)i), m->at[i].why);
			return false;
		}
	if (m->at[QMPSTEP_TO].state != QMPSEEN_WAITS) {
		qmpstep_end(step, ERR_CONFLICT, true,
		    "%s at %s is \"%s\" and does not "
		    "wait for a machine to come (-incoming defer)",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO),
		    m->at[QMPSTEP_TO].word);
		return false;
	}
	if (m->at[QMPSTEP_FROM].state == QMPSEEN_RUNS ||
	    m->at[QMPSTEP_FROM].state == QMPSEEN_LEAVES)
		return true;
	qmpstep_end(step, ERR_CONFLICT, true,
	    "%s at %s is \"%s\" and does not run", qmpmove_host(m),
	    qmpmove_place(m, QMPSTEP_FROM), m->at[QMPSTEP_FROM].word);
	return false;
}

/* ---- check ---- */

static void
next_check(struct qmpmove *m, struct qmpstep *step)
{
	if (is_there(m))
		qmpstep_end(step, 0, false, "%s runs at %s already",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO));
	else if (is_ready_to_go(m, step) &&
		 (!qmpmove_has_storage(m) || qmpmirror_fit(m, step)))
		qmpstep_end(step, 0, false,
		    "%s runs at %s, and %s waits for it with %zu disks",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM),
		    qmpmove_place(m, QMPSTEP_TO), m->at[QMPSTEP_TO].disk_count);
}

/* ---- storage ---- */

static void
next_storage(struct qmpmove *m, struct qmpstep *step)
{
	if (!qmpmove_has_storage(m))
		qmpstep_end(step, 0, false, "%s has its disks in common",
		    qmpmove_host(m));
	else if (is_there(m))
		qmpstep_end(step, 0, false, "%s runs at %s already",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO));
	else if (is_ready_to_go(m, step) && !qmpmirror_prepare(m, step))
		qmpstep_end(step, 0, false,
		    "%zu disks of %s are the same at %s",
		    m->at[QMPSTEP_FROM].disk_count, qmpmove_host(m),
		    qmpmove_place(m, QMPSTEP_TO));
}

/* ---- memory ---- */

/* Runs here, and nothing is under way. Mirrors that a move before this one has
 * let go, or that ended with the other QEMU, are made again. */
static void
begin_move(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];
	const struct qmpseen *to = &m->at[QMPSTEP_TO];

	if (m->started &&
	    (from->move == QMPSEEN_FAILED || from->move == QMPSEEN_CANCELLED))
		qmpstep_end(step, ERR_IO, true, "moving %s has %s: %s",
		    qmpmove_host(m),
		    from->move == QMPSEEN_FAILED ? "failed" : "been cancelled",
		    from->why[0] != '\0' ? from->why : "QEMU says no reason");
	else if (qmpmove_has_storage(m) && qmpmirror_prepare(m, step))
		return;
	else if (!to->listens && to->move == QMPSEEN_NONE)
		qmpstep_uri(step, QMPSTEP_TO, "migrate-incoming",
		    qmpmove_listens(
			&m->order->to->migrate_listen, &m->order->to->migrate));
	else if (!m->tuned) {
		qmpstep_prepare(step, qmpmirror_first(m, QMPMIRROR_LIVE) != NULL);
		m->tuned = true;
	} else if (!m->started) {
		qmpstep_uri(step, QMPSTEP_FROM, "migrate", &m->order->to->migrate);
		m->started = m->watched = true;
	} else
		qmpstep_wait(step, "the move begins");
}

/* The machine stands, all of it but the end is there: disks are let go, and on
 * it goes. Without the other side it would stand for long: it runs on here. */
static void
switch_over(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *to = &m->at[QMPSTEP_TO];

	if (to->state == QMPSEEN_GONE)
		qmpstep_plain(step, QMPSTEP_FROM, "migrate_cancel");
	else if (!qmpmirror_end(m, step))
		return;
	else if (exports_ours(to))
		qmpstep_plain(step, QMPSTEP_TO, "nbd-server-stop");
	else
		qmpstep_go_on(step);
}

/* Ten seconds: a service manager starts it sooner. */
#define ROUNDS_MISSED_MAX	40

/* What was on its way when the way broke does not come, and the QEMU that it was
 * for ends; the one that waits now knows nothing of it. Whoever saw the machine
 * leave, a moment ago, knows that it ran nowhere else: it goes on here. */
static void
miss(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *to = &m->at[QMPSTEP_TO];
	bool waits = to->state == QMPSEEN_WAITS;

	if (waits && (to->listens || to->move != QMPSEEN_NONE)) {
		qmpstep_wait(step, "the rest of the memory arrives");
	} else if (waits && m->watched) {
		m->fetched = true;
		qmpstep_plain(step, QMPSTEP_FROM, "cont");
	} else if (!waits && m->watched && m->missed < ROUNDS_MISSED_MAX) {
		m->missed++;
		qmpstep_wait(step, "the other QEMU does not answer");
	} else {
		qmpstep_end(step, ERR_IO, true,
		    "%s has left %s, and at %s it is \"%s\"",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM),
		    qmpmove_place(m, QMPSTEP_TO), to->word);
	}
}

/* It has left here. */
static void
arrive(struct qmpmove *m, struct qmpstep *step)
{
	switch (m->at[QMPSTEP_TO].state) {
	case QMPSEEN_RUNS:
		qmpstep_end(step, 0, false, "%s runs at %s; it stood still for %ju ms",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO),
		    (uintmax_t)m->at[QMPSTEP_FROM].stood_ms);
		return;
	case QMPSEEN_WAITS:
	case QMPSEEN_GONE:
		miss(m, step);
		return;
	case QMPSEEN_STANDS:
		qmpstep_plain(step, QMPSTEP_TO, "cont");
		return;
	case QMPSEEN_LEAVES:
	case QMPSEEN_LEFT:
		qmpstep_end(step, ERR_IO, true,
		    "%s has left %s, and at %s it is \"%s\"",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM),
		    qmpmove_place(m, QMPSTEP_TO), m->at[QMPSTEP_TO].word);
		return;
	}
}

static void
next_memory(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	if (from->state == QMPSEEN_LEFT) {
		arrive(m, step);
	} else if (is_there(m)) {
		qmpstep_end(step, 0, false, "%s runs at %s already",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO));
	} else if (m->fetched) {
		qmpstep_end(step, ERR_IO, true,
		    "%s did not arrive at %s, and goes on at %s",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO),
		    qmpmove_place(m, QMPSTEP_FROM));
	} else if (is_moving(from)) {
		m->started = m->watched = true;
		if (from->move == QMPSEEN_AT_SWITCH) {
			switch_over(m, step);
			return;
		}
		qmpstep_wait(step, "memory is copied");
		step->total = from->ram_total;
		step->octets = from->ram_total > from->ram_left
				   ? from->ram_total - from->ram_left
				   : 0;
	} else if (m->started && from->state == QMPSEEN_RUNS &&
		   (from->move == QMPSEEN_FAILED || from->move == QMPSEEN_CANCELLED)) {
		begin_move(m, step);
	} else if (is_ready_to_go(m, step)) {
		begin_move(m, step);
	}
}

/* ---- verify, cancel, finish ---- */

static void
next_verify(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];
	const struct qmpseen *to = &m->at[QMPSTEP_TO];

	if (is_there(m))
		qmpstep_end(step, 0, false, "%s runs at %s", qmpmove_host(m),
		    qmpmove_place(m, QMPSTEP_TO));
	else if (to->state == QMPSEEN_GONE)
		qmpstep_end(step, ERR_IO, true, "%s at %s: %s", qmpmove_host(m),
		    qmpmove_place(m, QMPSTEP_TO), to->why);
	else
		qmpstep_end(step, ERR_CONFLICT, true,
		    "%s is \"%s\" at %s and \"%s\" at %s",
		    qmpmove_host(m), from->word, qmpmove_place(m, QMPSTEP_FROM),
		    to->word, qmpmove_place(m, QMPSTEP_TO));
}

static void
next_cancel(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];
	const struct qmpseen_job *job = qmpmirror_first(m, QMPMIRROR_LIVE);
	const struct qmpseen_job *ended = qmpmirror_first(m, QMPMIRROR_ENDED);

	if (is_there(m) || from->state == QMPSEEN_LEFT)
		qmpstep_end(step, ERR_CONFLICT, false,
		    "%s has left %s: there is nothing to cancel any more",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM));
	else if (from->state == QMPSEEN_GONE)
		qmpstep_end(step, ERR_IO, true, "%s at %s: %s", qmpmove_host(m),
		    qmpmove_place(m, QMPSTEP_FROM), from->why);
	else if (is_moving(from))
		qmpstep_plain(step, QMPSTEP_FROM, "migrate_cancel");
	else if (job != NULL)
		qmpstep_let_go(step, job, true);
	else if (ended != NULL)
		qmpstep_dismiss(step, ended);
	else if (exports_ours(&m->at[QMPSTEP_TO]))
		qmpstep_plain(step, QMPSTEP_TO, "nbd-server-stop");
	else if (from->state == QMPSEEN_RUNS)
		qmpstep_end(step, 0, false, "%s runs at %s, and nothing is under way",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM));
	else
		qmpstep_end(step, ERR_CONFLICT, true,
		    "%s at %s is \"%s\" and does not run",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM), from->word);
}

/* What is left of it here is the only one, unless it runs there. */
static void
next_finish(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	if (!is_there(m))
		next_verify(m, step);
	else if (from->state == QMPSEEN_LEFT)
		qmpstep_plain(step, QMPSTEP_FROM, "quit");
	else
		qmpstep_end(step, 0, false, "nothing is left of %s at %s",
		    qmpmove_host(m), qmpmove_place(m, QMPSTEP_FROM));
}

/* ---- all of them ---- */

void
qmpmove_next(struct qmpmove *m, struct qmpstep *step)
{
	static void (*const next[])(
	    struct qmpmove *, struct qmpstep *) = { [DRIVER_CHECK] = next_check,
		[DRIVER_STORAGE] = next_storage,
		[DRIVER_MEMORY] = next_memory,
		[DRIVER_VERIFY] = next_verify,
		[DRIVER_CANCEL] = next_cancel,
		[DRIVER_FINISH] = next_finish };

	if (m->order->dry_run && m->order->action != DRIVER_VERIFY)
		next_check(m, step);
	else
		next[m->order->action](m, step);
}

bool
qmpmove_question(const struct qmpmove *m, size_t i, enum qmpstep_side *side,
    enum qmpseen_question *q)
{
	static const struct {
		enum qmpstep_side side;
		enum qmpseen_question q;
	} rows[] = {
		{ QMPSTEP_FROM, QMPSEEN_STATUS },
		{ QMPSTEP_FROM, QMPSEEN_MIGRATE },
		{ QMPSTEP_FROM, QMPSEEN_JOBS },
		{ QMPSTEP_TO, QMPSEEN_STATUS },
		{ QMPSTEP_TO, QMPSEEN_MIGRATE },
		{ QMPSTEP_TO, QMPSEEN_EXPORTS },
		/* Only where disks are looked at. */
		{ QMPSTEP_FROM, QMPSEEN_DISKS },
		{ QMPSTEP_TO, QMPSEEN_DISKS },
	};
	static const size_t counts[] = {
		[DRIVER_CHECK] = 8, [DRIVER_STORAGE] = 8, [DRIVER_MEMORY] = 8,
		[DRIVER_VERIFY] = 6, [DRIVER_CANCEL] = 6, [DRIVER_FINISH] = 6
	};

	if (i >= (m->order->dry_run ? OBJ_COUNT(rows) : counts[m->order->action]))
		return false;
	*side = rows[i].side;
	*q = rows[i].q;
	return true;
}

void
qmpmove_forget(struct qmpmove *m)
{
	m->serves = m->tuned = m->started = false;
	m->mirror_count = 0;
}

bool
qmpmove_event(const char *name)
{
	static const char *const heard[] = { "BLOCK_EXPORT_DELETED",
		"BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED", "BLOCK_JOB_ERROR",
		"BLOCK_JOB_READY", "JOB_STATUS_CHANGE", "MIGRATION", "RESUME",
		"STOP", "SHUTDOWN" };
	for (size_t i = 0; i < OBJ_COUNT(heard); i++)
		if (strcmp(name, heard[i]) == 0)
			return true;
	return false;
}

static int
need_address(const struct driver_place *p, const struct addrport *ap,
    const char *what, struct err *e)
{
	return ap->port != 0 && ap->addr.family != 0
		   ? 0
		   : err_set(e, ERR_RANGE,
			 "hypervisor %s: %s: needs an address and a port",
			 p->name, what);
}

int
qmpmove_init(struct qmpmove *m, const struct driver_order *order, struct err *e)
{
	const struct driver_place *to = order->to;
	int rc = need_address(to, &to->migrate, "migrate-address", e);

	*m = (struct qmpmove){ .order = order };
	for (size_t i = 0; i < OBJ_COUNT(m->at); i++)
		qmpseen_gone(&m->at[i], "not asked yet");
	return rc != 0 || !qmpmove_has_storage(m)
		   ? rc
		   : need_address(to, &to->storage, "storage-address", e);
}
