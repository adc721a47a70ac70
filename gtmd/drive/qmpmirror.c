/* gtmd/drive/qmpmirror.c - see qmpmirror.h.
 *
 * Mirrors are ended by cancelling them once they are ready and the machine
 * stands: both disks are the same then, and each QEMU keeps its own. To complete
 * one would turn the machine that is left to the other site's disk.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpmirror.h"

#include <string.h>

#include "core/base/obj.h"

static bool
is_ours(const struct qmpseen_job *job)
{
	return strncmp(job->name, QMPSEEN_OURS, sizeof(QMPSEEN_OURS) - 1) == 0;
}

const struct qmpseen_job *
qmpmirror_first(const struct qmpmove *m, enum qmpmirror_state state)
{
	const struct qmpseen *s = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; i < s->job_count; i++)
		if (is_ours(&s->jobs[i]) &&
		    s->jobs[i].ended == (state == QMPMIRROR_ENDED) &&
		    (state != QMPMIRROR_UNREADY || !s->jobs[i].ready))
			return &s->jobs[i];
	return NULL;
}

bool
qmpmirror_fit(const struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; i < from->disk_count; i++) {
		const struct qmpseen_disk *d = &from->disks[i];
		const struct qmpseen_disk *other =
		    qmpseen_disk(&m->at[QMPSTEP_TO], d->name);

		if (other != NULL && other->size == d->size)
			continue;
		if (other == NULL)
			qmpstep_end(step, ERR_CONFLICT, false,
			    "%s at %s has no disk %s",
			    qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO),
			    d->name + sizeof(QMPSEEN_OURS) - 1);
		else
			qmpstep_end(step, ERR_CONFLICT, false,
			    "disk %s of %s has %ju octets at %s and %ju at %s",
			    d->name + sizeof(QMPSEEN_OURS) - 1, qmpmove_host(m),
			    (uintmax_t)d->size, qmpmove_place(m, QMPSTEP_FROM),
			    (uintmax_t)other->size, qmpmove_place(m, QMPSTEP_TO));
		return false;
	}
	return true;
}

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
		qmpstep_end(step, ERR_IO, true,
		    "mirroring disk %s of %s to %s has ended: %s",
		    name, qmpmove_host(m), qmpmove_place(m, QMPSTEP_TO),
		    job->why[0] != '\0' ? job->why : "QEMU says no reason");
	else
		qmpstep_dismiss(step, job);
	return false;
}

/* Sets up what a disk lacks; false when it lacks nothing. */
static bool
mirror_disk(struct qmpmove *m, struct qmpstep *step, const struct qmpseen_disk *d)
{
	const struct qmpseen *to = &m->at[QMPSTEP_TO];
	const struct qmpseen_job *job = qmpseen_job(&m->at[QMPSTEP_FROM], d->name);

	if (job != NULL)
		return !is_good(m, step, job);
	if (qmpseen_exports(to, d->name)) {
		mirror(m, step, d);
	} else if (m->serves) {
		qmpstep_export(step, qmpseen_disk(to, d->name));
	} else {
		qmpstep_nbd(step, qmpmove_listens(&m->order->to->storage_listen,
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

bool
qmpmirror_prepare(struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	if (!qmpmirror_fit(m, step))
		return true;
	for (size_t i = 0; i < from->disk_count; i++)
		if (mirror_disk(m, step, &from->disks[i]))
			return true;
	if (qmpmirror_first(m, QMPMIRROR_UNREADY) == NULL)
		return false;
	qmpstep_wait(step, "disks are copied");
	add_up_mirrors(m, step);
	return true;
}

bool
qmpmirror_end(const struct qmpmove *m, struct qmpstep *step)
{
	const struct qmpseen *from = &m->at[QMPSTEP_FROM];

	for (size_t i = 0; qmpmove_has_storage(m) && i < from->disk_count; i++) {
		const struct qmpseen_job *job =
		    qmpseen_job(from, from->disks[i].name);

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
