/* gtmd/drive/qmpmove.c - see qmpmove.h.
 *
 * QEMU's mirrors are ended by cancelling them once they are ready and the
 * machine stands: both disks are the same then, and each QEMU keeps its own. To
 * complete one would turn the machine that is left to the other site's disk.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpmove.h"

#include <string.h>

#include "core/base/obj.h"

/* ---- what the picture says ---- */

static const char *
host(const struct qmpmove *m)
{
	return m->order->host->name;
}

static const char *
place(const struct qmpmove *m, enum qmpstep_side side)
{
	return side == QMPSTEP_FROM ? m->order->from->name :
	    m->order->to->name;
}

/* It has changed sides: there is no way back but a move back. */
static bool
is_there(const struct qmpmove *m)
{
	enum qmpseen_state from = m->at[QMPSTEP_FROM].state;

	return m->at[QMPSTEP_TO].state == QMPSEEN_RUNS &&
	    (from == QMPSEEN_LEFT || from == QMPSEEN_GONE ||
	    from == QMPSEEN_WAITS);
}

static bool
is_moving(const struct qmpseen *s)
{
	return s->state == QMPSEEN_LEAVES ||
	    ((s->state == QMPSEEN_RUNS || s->state == QMPSEEN_STANDS) &&
	    (s->move == QMPSEEN_MOVING || s->move == QMPSEEN_AT_SWITCH));
}

static bool
is_ours(const struct qmpseen_job *job)
{
	return strncmp(job->name, QMPSEEN_OURS, sizeof(QMPSEEN_OURS) - 1) == 0;
}

enum state { LIVE, UNREADY, ENDED };

/* Of ours the first that is in that state. */
static const struct qmpseen_job *
first_mirror(const struct qmpmove *m, enum state state)
{
	const struct qmpseen *s = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; i < s->job_count; i++)
		if (is_ours(&s->jobs[i]) && s->jobs[i].ended ==
		    (state == ENDED) && (state != UNREADY ||
		    !s->jobs[i].ready))
			return &s->jobs[i];
	return NULL;
}

static bool
exports_ours(const struct qmpseen *s)
{
	for (size_t i = 0; i < s->export_count; i++)
		if (strncmp(s->exports[i], QMPSEEN_OURS,
		    sizeof(QMPSEEN_OURS) - 1) == 0)
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
			qmpstep_end(step, ERR_IO, true, "%s at %s: %s", host(m),
			    place(m, (enum qmpstep_side)i), m->at[i].why);
			return false;
		}
	if (m->at[QMPSTEP_TO].state != QMPSEEN_WAITS) {
		qmpstep_end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not "
		    "wait for a machine to come (-incoming defer)", host(m),
		    place(m, QMPSTEP_TO), m->at[QMPSTEP_TO].word);
		return false;
	}
	if (m->at[QMPSTEP_FROM].state == QMPSEEN_RUNS ||
	    m->at[QMPSTEP_FROM].state == QMPSEEN_LEAVES)
		return true;
	qmpstep_end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not run",
	    host(m), place(m, QMPSTEP_FROM), m->at[QMPSTEP_FROM].word);
	return false;
}

/* ---- check ---- */

static bool
disks_fit(const struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; i < from->disk_count; i++) {
		const struct qmpseen_disk *d = &from->disks[i];
		const struct qmpseen_disk *other =
		    qmpseen_disk(&m->at[QMPSTEP_TO], d->name);

		if (other != NULL && other->size == d->size)
			continue;
		if (other == NULL)
			qmpstep_end(step, ERR_CONFLICT, false, "%s at %s has no disk "
			    "%s", host(m), place(m, QMPSTEP_TO), d->name +
			    sizeof(QMPSEEN_OURS) - 1);
		else
			qmpstep_end(step, ERR_CONFLICT, false, "disk %s of %s has %ju "
			    "octets at %s and %ju at %s", d->name +
			    sizeof(QMPSEEN_OURS) - 1, host(m),
			    (uintmax_t)d->size, place(m, QMPSTEP_FROM),
			    (uintmax_t)other->size, place(m, QMPSTEP_TO));
		return false;
	}
	return true;
}

static bool
has_storage(const struct qmpmove *m)
{
	return m->order->host->storage_octets != 0;
}

static void
next_check(struct qmpmove *m, struct qmpstep *step)
{
	if (is_there(m))
		qmpstep_end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPSTEP_TO));
	else if (is_ready_to_go(m, step) &&
	    (!has_storage(m) || disks_fit(m, step)))
		qmpstep_end(step, 0, false, "%s runs at %s, and %s waits for it with "
		    "%zu disks", host(m), place(m, QMPSTEP_FROM),
		    place(m, QMPSTEP_TO), m->at[QMPSTEP_TO].disk_count);
}

static const struct addrport *
listens_at(const struct addrport *own, const struct addrport *outside)
{
	return own->port != 0 ? own : outside;
}

/* ---- storage ---- */

static bool
was_asked(const struct qmpmove *m, const char *name)
{
	for (size_t i = 0; i < m->mirror_count; i++)
		if (strcmp(m->mirrors[i], name) == 0)
			return true;
	return false;
}

static void
mirror(struct qmpmove *m, struct qmpstep *step, const struct qmpseen_disk *d)
{
	if (m->mirror_count < OBJ_COUNT(m->mirrors))
		memcpy(m->mirrors[m->mirror_count++], d->name, QMPSEEN_NAME);
	qmpstep_mirror(step, d, &m->order->to->storage);
}

/* A mirror that leads to nothing any more, as the other QEMU is not the one that
 * it was, does not know that before the next write. Is it good? Else goes. */
static bool
is_good(struct qmpmove *m, struct qmpstep *step, const struct qmpseen_job *job)
{
	const char *name = job->name + sizeof(QMPSEEN_OURS) - 1;

	if (!job->ended && qmpseen_exports(&m->at[QMPSTEP_TO], job->name))
		return true;
	if (!job->ended)
		qmpstep_let_go(step, job, true);
	else if (was_asked(m, job->name))
		qmpstep_end(step, ERR_IO, true, "mirroring disk %s of %s to %s "
		    "has ended: %s", name, host(m), place(m, QMPSTEP_TO),
		    job->why[0] != '\0' ? job->why : "QEMU says no reason");
	else
		qmpstep_dismiss(step, job);
	return false;
}

/* Sets up what a disk lacks; false when it lacks nothing. */
static bool
mirror_disk(struct qmpmove *m, struct qmpstep *step,
    const struct qmpseen_disk *d)
{
	const struct qmpseen *to = &m->at[QMPSTEP_TO];
	const struct qmpseen_job *job = qmpseen_job(&m->at[QMPSTEP_FROM],
	    d->name);

	if (job != NULL)
		return !is_good(m, step, job);
	if (qmpseen_exports(to, d->name)) {
		mirror(m, step, d);
	} else if (m->serves) {
		qmpstep_export(step, qmpseen_disk(to, d->name));
	} else {
		qmpstep_nbd(step, listens_at(&m->order->to->storage_listen,
		    &m->order->to->storage));
		m->serves = true;
	}
	return true;
}

static void
add_up_mirrors(const struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *s = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; i < s->job_count; i++)
		if (is_ours(&s->jobs[i]) && !s->jobs[i].ended) {
			step->octets += s->jobs[i].octets;
			step->total += s->jobs[i].total;
		}
}

/* Until each disk has its mirror, and all are the same; then false. */
static bool
mirror_disks(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	if (!disks_fit(m, step))
		return true;
	for (size_t i = 0; i < from->disk_count; i++)
		if (mirror_disk(m, step, &from->disks[i]))
			return true;
	if (first_mirror(m, UNREADY) == NULL)
		return false;
	qmpstep_wait(step, "disks are copied");
	add_up_mirrors(m, step);
	return true;
}

static void
next_storage(struct qmpmove *m, struct qmpstep *step)
{
	if (!has_storage(m))
		qmpstep_end(step, 0, false, "%s has its disks in common",
		    host(m));
	else if (is_there(m))
		qmpstep_end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPSTEP_TO));
	else if (is_ready_to_go(m, step) && !mirror_disks(m, step))
		qmpstep_end(step, 0, false, "%zu disks of %s are the same at "
		    "%s", m->at[QMPSTEP_FROM].disk_count, host(m),
		    place(m, QMPSTEP_TO));
}

/* ---- memory ---- */

/* Runs here, and nothing is under way. Mirrors that a move before this one has
 * let go, or that ended with the other QEMU, are made again. */
static void
begin_move(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];
	const struct qmpseen *to = &m->at[QMPSTEP_TO];

	if (m->started && (from->move == QMPSEEN_FAILED ||
	    from->move == QMPSEEN_CANCELLED))
		qmpstep_end(step, ERR_IO, true, "moving %s has %s: %s", host(m),
		    from->move == QMPSEEN_FAILED ? "failed" : "been cancelled",
		    from->why[0] != '\0' ? from->why : "QEMU says no reason");
	else if (has_storage(m) && mirror_disks(m, step))
		return;
	else if (!to->listens && to->move == QMPSEEN_NONE)
		qmpstep_uri(step, QMPSTEP_TO, "migrate-incoming",
		    listens_at(&m->order->to->migrate_listen,
		    &m->order->to->migrate));
	else if (!m->tuned) {
		qmpstep_prepare(step, first_mirror(m, LIVE) != NULL);
		m->tuned = true;
	} else if (!m->started) {
		qmpstep_uri(step, QMPSTEP_FROM, "migrate",
		    &m->order->to->migrate);
		m->started = true;
	} else
		qmpstep_wait(step, "the move begins");
}

/* Each disk is the same at the other side, or this lets go of the first that has
 * to be; a mirror that has failed, or of which nothing is known, is neither. */
static bool
disks_are_same(const struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; has_storage(m) && i < from->disk_count; i++) {
		const struct qmpseen_job *job = qmpseen_job(from,
		    from->disks[i].name);

		if (job != NULL && job->ended && !job->failed)
			continue;
		if (job != NULL && !job->ended &&
		    qmpseen_exports(&m->at[QMPSTEP_TO], job->name))
			qmpstep_let_go(step, job, false);
		else
			qmpstep_plain(step, QMPSTEP_FROM, "migrate_cancel");
		return false;
	}
	return true;
}

/* The machine stands, all of it but the end is there: disks are let go, and on
 * it goes. Without the other side it would stand for long: it runs on here. */
static void
switch_over(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *to = &m->at[QMPSTEP_TO];

	if (to->state == QMPSEEN_GONE)
		qmpstep_plain(step, QMPSTEP_FROM, "migrate_cancel");
	else if (!disks_are_same(m, step))
		return;
	else if (exports_ours(to))
		qmpstep_plain(step, QMPSTEP_TO, "nbd-server-stop");
	else
		qmpstep_go_on(step);
}

/* It has left here. */
static void
arrive(struct qmpmove *m, struct qmpstep *step)
{
	switch (m->at[QMPSTEP_TO].state) {
	case QMPSEEN_RUNS:
		qmpstep_end(step, 0, false, "%s runs at %s; it stood still for %ju ms",
		    host(m), place(m, QMPSTEP_TO),
		    (uintmax_t)m->at[QMPSTEP_FROM].stood_ms);
		return;
	case QMPSEEN_WAITS:
		qmpstep_wait(step, "the rest of the memory arrives");
		return;
	case QMPSEEN_STANDS:
		qmpstep_plain(step, QMPSTEP_TO, "cont");
		return;
	case QMPSEEN_GONE:
	case QMPSEEN_LEAVES:
	case QMPSEEN_LEFT:
		qmpstep_end(step, ERR_IO, true, "%s has left %s, and at %s it is "
		    "\"%s\"", host(m), place(m, QMPSTEP_FROM),
		    place(m, QMPSTEP_TO), m->at[QMPSTEP_TO].word);
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
		qmpstep_end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPSTEP_TO));
	} else if (is_moving(from)) {
		m->started = true;
		if (from->move == QMPSEEN_AT_SWITCH) {
			switch_over(m, step);
			return;
		}
		qmpstep_wait(step, "memory is copied");
		step->total = from->ram_total;
		step->octets = from->ram_total > from->ram_left ?
		    from->ram_total - from->ram_left : 0;
	} else if (m->started && from->state == QMPSEEN_RUNS &&
	    (from->move == QMPSEEN_FAILED ||
	    from->move == QMPSEEN_CANCELLED)) {
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
		qmpstep_end(step, 0, false, "%s runs at %s", host(m),
		    place(m, QMPSTEP_TO));
	else if (to->state == QMPSEEN_GONE)
		qmpstep_end(step, ERR_IO, true, "%s at %s: %s", host(m),
		    place(m, QMPSTEP_TO), to->why);
	else
		qmpstep_end(step, ERR_CONFLICT, true, "%s is \"%s\" at %s and \"%s\" "
		    "at %s", host(m), from->word, place(m, QMPSTEP_FROM),
		    to->word, place(m, QMPSTEP_TO));
}

static void
next_cancel(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];
	const struct qmpseen_job *job = first_mirror(m, LIVE);
	const struct qmpseen_job *ended = first_mirror(m, ENDED);

	if (is_there(m) || from->state == QMPSEEN_LEFT)
		qmpstep_end(step, ERR_CONFLICT, false, "%s has left %s: there is "
		    "nothing to cancel any more", host(m),
		    place(m, QMPSTEP_FROM));
	else if (from->state == QMPSEEN_GONE)
		qmpstep_end(step, ERR_IO, true, "%s at %s: %s", host(m),
		    place(m, QMPSTEP_FROM), from->why);
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
		    host(m), place(m, QMPSTEP_FROM));
	else
		qmpstep_end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not "
		    "run", host(m), place(m, QMPSTEP_FROM), from->word);
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
		qmpstep_end(step, 0, false, "nothing is left of %s at %s", host(m),
		    place(m, QMPSTEP_FROM));
}

/* ---- all of them ---- */

void
qmpmove_next(struct qmpmove *m, struct qmpstep *step)
{
	static void (*const next[])(struct qmpmove *, struct qmpstep *) = {
		[DRIVER_CHECK] = next_check, [DRIVER_STORAGE] = next_storage,
		[DRIVER_MEMORY] = next_memory, [DRIVER_VERIFY] = next_verify,
		[DRIVER_CANCEL] = next_cancel, [DRIVER_FINISH] = next_finish
	};

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

	if (i >= (m->order->dry_run ? OBJ_COUNT(rows) :
	    counts[m->order->action]))
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
	return ap->port != 0 && ap->addr.family != 0 ? 0 :
	    err_set(e, ERR_RANGE, "hypervisor %s: %s: needs an address and a "
	    "port", p->name, what);
}

int
qmpmove_init(struct qmpmove *m, const struct driver_order *order,
    struct err *e)
{
	const struct driver_place *to = order->to;
	int rc = need_address(to, &to->migrate, "migrate-address", e);

	*m = (struct qmpmove){ .order = order };
	for (size_t i = 0; i < OBJ_COUNT(m->at); i++)
		qmpseen_gone(&m->at[i], "not asked yet");
	return rc != 0 || !has_storage(m) ? rc : need_address(to,
	    &to->storage, "storage-address", e);
}
