/* gtmd/drive/qmpmove.c - see qmpmove.h.
 *
 * QEMU's mirrors are ended by cancelling them once they are ready and the
 * machine stands: both disks are the same then, and each QEMU keeps its own. To
 * complete one would turn the machine that is left to the other site's disk.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpmove.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/json.h"

/* ---- steps ---- */

static void
send_to(struct qmpmove_step *step, enum qmpmove_side side,
    const char *command, struct json *arguments)
{
	*step = (struct qmpmove_step){ .what = QMPMOVE_SEND, .side = side,
	    .command = command, .arguments = arguments };
}

static void __attribute__((format(printf, 4, 5)))
end(struct qmpmove_step *step, int code, bool retry, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*step = (struct qmpmove_step){ .what = QMPMOVE_END, .retry = retry };
	(void)err_set(&step->e, code, "%s", text);
}

static void
wait_for(struct qmpmove_step *step, const char *what)
{
	*step = (struct qmpmove_step){ .what = QMPMOVE_WAIT };
	(void)err_set(&step->e, 0, "%s", what);
}

/* ---- what the picture says ---- */

static const char *
host(const struct qmpmove *m)
{
	return m->order->host->name;
}

static const char *
place(const struct qmpmove *m, enum qmpmove_side side)
{
	return side == QMPMOVE_FROM ? m->order->from->name :
	    m->order->to->name;
}

/* It has changed sides: there is no way back but a move back. */
static bool
is_there(const struct qmpmove *m)
{
	enum qmpseen_state from = m->at[QMPMOVE_FROM].state;

	return m->at[QMPMOVE_TO].state == QMPSEEN_RUNS &&
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

static const struct qmpseen_job *
first_mirror(const struct qmpmove *m, bool unready_only)
{
	const struct qmpseen *s = &m->at[QMPMOVE_FROM];

	for (size_t i = 0; i < s->job_count; i++)
		if (is_ours(&s->jobs[i]) &&
		    (!unready_only || !s->jobs[i].ready))
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
is_ready_to_go(const struct qmpmove *m, struct qmpmove_step *step)
{
	for (size_t i = 0; i < OBJ_COUNT(m->at); i++)
		if (m->at[i].state == QMPSEEN_GONE) {
			end(step, ERR_IO, true, "%s at %s: %s", host(m),
			    place(m, (enum qmpmove_side)i), m->at[i].why);
			return false;
		}
	if (m->at[QMPMOVE_TO].state != QMPSEEN_WAITS) {
		end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not "
		    "wait for a machine to come (-incoming defer)", host(m),
		    place(m, QMPMOVE_TO), m->at[QMPMOVE_TO].word);
		return false;
	}
	if (m->at[QMPMOVE_FROM].state == QMPSEEN_RUNS ||
	    m->at[QMPMOVE_FROM].state == QMPSEEN_LEAVES)
		return true;
	end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not run",
	    host(m), place(m, QMPMOVE_FROM), m->at[QMPMOVE_FROM].word);
	return false;
}

/* ---- check ---- */

static bool
disks_fit(const struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];

	for (size_t i = 0; i < from->disk_count; i++) {
		const struct qmpseen_disk *d = &from->disks[i];
		const struct qmpseen_disk *other =
		    qmpseen_disk(&m->at[QMPMOVE_TO], d->name);

		if (other != NULL && other->size == d->size)
			continue;
		if (other == NULL)
			end(step, ERR_CONFLICT, false, "%s at %s has no disk "
			    "%s", host(m), place(m, QMPMOVE_TO), d->name +
			    sizeof(QMPSEEN_OURS) - 1);
		else
			end(step, ERR_CONFLICT, false, "disk %s of %s has %ju "
			    "octets at %s and %ju at %s", d->name +
			    sizeof(QMPSEEN_OURS) - 1, host(m),
			    (uintmax_t)d->size, place(m, QMPMOVE_FROM),
			    (uintmax_t)other->size, place(m, QMPMOVE_TO));
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
next_check(struct qmpmove *m, struct qmpmove_step *step)
{
	if (is_there(m))
		end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPMOVE_TO));
	else if (is_ready_to_go(m, step) &&
	    (!has_storage(m) || disks_fit(m, step)))
		end(step, 0, false, "%s runs at %s, and %s waits for it with "
		    "%zu disks", host(m), place(m, QMPMOVE_FROM),
		    place(m, QMPMOVE_TO), m->at[QMPMOVE_TO].disk_count);
}

/* ---- addresses ---- */

/* "tcp:10.0.0.1:8000", "nbd://[2001:db8::1]:10809/name". */
static void
format_target(char *to, size_t cap, const char *scheme,
    const struct addrport *ap)
{
	char text[ADDR_TEXT_MAX] = "";
	bool six = ap->addr.family == AF_INET6;

	if (ap->addr.family != 0)
		(void)addr_format(&ap->addr, text);
	(void)snprintf(to, cap, "%s%s%s%s:%u", scheme, six ? "[" : "", text,
	    six ? "]" : "", (unsigned)ap->port);
}

static const struct addrport *
listens_at(const struct addrport *own, const struct addrport *outside)
{
	return own->port != 0 ? own : outside;
}

/* ---- storage ---- */

static void
send_nbd_start(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct addrport *ap = listens_at(&m->order->to->storage_listen,
	    &m->order->to->storage);
	struct json *arguments = json_new_object(), *addr = json_new_object();
	struct json *data = json_new_object();
	char text[ADDR_TEXT_MAX] = "", port[8];

	if (ap->addr.family != 0)
		(void)addr_format(&ap->addr, text);
	(void)snprintf(port, sizeof(port), "%u", (unsigned)ap->port);
	json_put_text(data, "host", text);
	json_put_text(data, "port", port);
	json_put_text(addr, "type", "inet");
	json_put(addr, "data", &data);
	json_put(arguments, "addr", &addr);
	m->serves = true;
	send_to(step, QMPMOVE_TO, "nbd-server-start", arguments);
	step->may_fail = true;	/* it runs already */
}

static void
send_export(struct qmpmove_step *step, const struct qmpseen_disk *d)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "type", "nbd");
	json_put_text(arguments, "id", d->name);
	json_put_text(arguments, "node-name", d->node);
	json_put_text(arguments, "name", d->name);
	json_put_bool(arguments, "writable", true);
	send_to(step, QMPMOVE_TO, "block-export-add", arguments);
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
send_mirror(struct qmpmove *m, struct qmpmove_step *step,
    const struct qmpseen_disk *d)
{
	struct json *arguments = json_new_object();
	char base[ADDR_TEXT_MAX + 16], target[sizeof(base) + QMPSEEN_NAME];

	format_target(base, sizeof(base), "nbd://", &m->order->to->storage);
	(void)snprintf(target, sizeof(target), "%s/%s", base, d->name);
	json_put_text(arguments, "job-id", d->name);
	json_put_text(arguments, "device", d->node);
	json_put_text(arguments, "target", target);
	json_put_text(arguments, "format", "raw");
	json_put_text(arguments, "mode", "existing");
	json_put_text(arguments, "sync", "full");
	if (m->mirror_count < OBJ_COUNT(m->mirrors))
		memcpy(m->mirrors[m->mirror_count++], d->name, QMPSEEN_NAME);
	send_to(step, QMPMOVE_FROM, "drive-mirror", arguments);
}

/* Sets up what a disk lacks; false when it lacks nothing. */
static bool
mirror_disk(struct qmpmove *m, struct qmpmove_step *step,
    const struct qmpseen_disk *d)
{
	const struct qmpseen *to = &m->at[QMPMOVE_TO];

	if (qmpseen_job(&m->at[QMPMOVE_FROM], d->name) != NULL)
		return false;
	if (was_asked(m, d->name))
		end(step, ERR_IO, true, "mirroring disk %s of %s to %s has "
		    "ended: %s", d->name + sizeof(QMPSEEN_OURS) - 1, host(m),
		    place(m, QMPMOVE_TO), m->trouble[0] != '\0' ? m->trouble :
		    "QEMU says no reason");
	else if (qmpseen_exports(to, d->name))
		send_mirror(m, step, d);
	else if (!m->serves)
		send_nbd_start(m, step);
	else
		send_export(step, qmpseen_disk(to, d->name));
	return true;
}

static void
add_up_mirrors(const struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *s = &m->at[QMPMOVE_FROM];

	for (size_t i = 0; i < s->job_count; i++)
		if (is_ours(&s->jobs[i])) {
			step->octets += s->jobs[i].octets;
			step->total += s->jobs[i].total;
		}
}

static void
next_storage(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];

	if (!has_storage(m)) {
		end(step, 0, false, "%s has its disks in common", host(m));
		return;
	}
	if (is_there(m)) {
		end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPMOVE_TO));
		return;
	}
	if (!is_ready_to_go(m, step) || !disks_fit(m, step))
		return;
	for (size_t i = 0; i < from->disk_count; i++)
		if (mirror_disk(m, step, &from->disks[i]))
			return;
	if (first_mirror(m, true) != NULL) {
		wait_for(step, "disks are copied");
		add_up_mirrors(m, step);
	} else {
		end(step, 0, false, "%zu disks of %s are the same at %s",
		    from->disk_count, host(m), place(m, QMPMOVE_TO));
	}
}

/* ---- memory ---- */

static void
send_capabilities(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct { const char *name; bool on; } rows[] = {
		{ "events", true },
		{ "pause-before-switchover", first_mirror(m, false) != NULL }
	};
	struct json *arguments = json_new_object(), *list = json_new_array();

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct json *row = json_new_object();

		json_put_text(row, "capability", rows[i].name);
		json_put_bool(row, "state", rows[i].on);
		json_add(list, &row);
	}
	json_put(arguments, "capabilities", &list);
	m->tuned = true;
	send_to(step, QMPMOVE_FROM, "migrate-set-capabilities", arguments);
}

static void
send_uri(struct qmpmove_step *step, enum qmpmove_side side,
    const char *command, const struct addrport *ap)
{
	struct json *arguments = json_new_object();
	char uri[ADDR_TEXT_MAX + 16];

	format_target(uri, sizeof(uri), "tcp:", ap);
	json_put_text(arguments, "uri", uri);
	send_to(step, side, command, arguments);
}

/* Runs here, and nothing is under way. */
static void
begin_move(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];
	const struct qmpseen *to = &m->at[QMPMOVE_TO];

	if (m->started && (from->move == QMPSEEN_FAILED ||
	    from->move == QMPSEEN_CANCELLED))
		end(step, ERR_IO, true, "moving %s has %s: %s", host(m),
		    from->move == QMPSEEN_FAILED ? "failed" : "been cancelled",
		    from->why[0] != '\0' ? from->why : "QEMU says no reason");
	else if (has_storage(m) && first_mirror(m, false) == NULL)
		end(step, ERR_CONFLICT, true, "the disks of %s are not "
		    "mirrored to %s: storage comes before memory", host(m),
		    place(m, QMPMOVE_TO));
	else if (first_mirror(m, true) != NULL)
		wait_for(step, "disks are copied");
	else if (!to->listens && to->move == QMPSEEN_NONE)
		send_uri(step, QMPMOVE_TO, "migrate-incoming",
		    listens_at(&m->order->to->migrate_listen,
		    &m->order->to->migrate));
	else if (!m->tuned)
		send_capabilities(m, step);
	else if (!m->started) {
		m->started = true;
		send_uri(step, QMPMOVE_FROM, "migrate",
		    &m->order->to->migrate);
	} else
		wait_for(step, "the move begins");
}

static void
send_job(struct qmpmove_step *step, const struct qmpseen_job *job, bool force)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "device", job->name);
	if (force)
		json_put_bool(arguments, "force", true);
	send_to(step, QMPMOVE_FROM, "block-job-cancel", arguments);
	step->may_fail = true;	/* it has ended in the meantime */
}

static void
send_plain(struct qmpmove_step *step, enum qmpmove_side side,
    const char *command)
{
	send_to(step, side, command, NULL);
	step->may_fail = true;	/* what it is for may have come already */
}

/* The machine stands, all of it but the end is there: disks are let go, and on
 * it goes. Without the other side it would stand for long: it runs on here. */
static void
switch_over(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *to = &m->at[QMPMOVE_TO];
	const struct qmpseen_job *job = first_mirror(m, false);

	if (to->state == QMPSEEN_GONE) {
		m->started = true;
		send_plain(step, QMPMOVE_FROM, "migrate_cancel");
	} else if (job != NULL) {
		send_job(step, job, false);
	} else if (exports_ours(to)) {
		send_plain(step, QMPMOVE_TO, "nbd-server-stop");
	} else {
		struct json *arguments = json_new_object();

		json_put_text(arguments, "state", "pre-switchover");
		send_to(step, QMPMOVE_FROM, "migrate-continue", arguments);
		step->may_fail = true;
	}
}

/* It has left here. */
static void
arrive(struct qmpmove *m, struct qmpmove_step *step)
{
	switch (m->at[QMPMOVE_TO].state) {
	case QMPSEEN_RUNS:
		end(step, 0, false, "%s runs at %s; it stood still for %ju ms",
		    host(m), place(m, QMPMOVE_TO),
		    (uintmax_t)m->at[QMPMOVE_FROM].stood_ms);
		return;
	case QMPSEEN_WAITS:
		wait_for(step, "the rest of the memory arrives");
		return;
	case QMPSEEN_STANDS:
		send_plain(step, QMPMOVE_TO, "cont");
		return;
	case QMPSEEN_GONE:
	case QMPSEEN_LEAVES:
	case QMPSEEN_LEFT:
		end(step, ERR_IO, true, "%s has left %s, and at %s it is "
		    "\"%s\"", host(m), place(m, QMPMOVE_FROM),
		    place(m, QMPMOVE_TO), m->at[QMPMOVE_TO].word);
		return;
	}
}

static void
next_memory(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];

	if (from->state == QMPSEEN_LEFT) {
		arrive(m, step);
	} else if (is_there(m)) {
		end(step, 0, false, "%s runs at %s already", host(m),
		    place(m, QMPMOVE_TO));
	} else if (is_moving(from)) {
		m->started = true;
		if (from->move == QMPSEEN_AT_SWITCH) {
			switch_over(m, step);
			return;
		}
		wait_for(step, "memory is copied");
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
next_verify(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];
	const struct qmpseen *to = &m->at[QMPMOVE_TO];

	if (is_there(m))
		end(step, 0, false, "%s runs at %s", host(m),
		    place(m, QMPMOVE_TO));
	else if (to->state == QMPSEEN_GONE)
		end(step, ERR_IO, true, "%s at %s: %s", host(m),
		    place(m, QMPMOVE_TO), to->why);
	else
		end(step, ERR_CONFLICT, true, "%s is \"%s\" at %s and \"%s\" "
		    "at %s", host(m), from->word, place(m, QMPMOVE_FROM),
		    to->word, place(m, QMPMOVE_TO));
}

static void
next_cancel(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];
	const struct qmpseen_job *job = first_mirror(m, false);

	if (is_there(m) || from->state == QMPSEEN_LEFT)
		end(step, ERR_CONFLICT, false, "%s has left %s: there is "
		    "nothing to cancel any more", host(m),
		    place(m, QMPMOVE_FROM));
	else if (from->state == QMPSEEN_GONE)
		end(step, ERR_IO, true, "%s at %s: %s", host(m),
		    place(m, QMPMOVE_FROM), from->why);
	else if (is_moving(from))
		send_plain(step, QMPMOVE_FROM, "migrate_cancel");
	else if (job != NULL)
		send_job(step, job, true);
	else if (exports_ours(&m->at[QMPMOVE_TO]))
		send_plain(step, QMPMOVE_TO, "nbd-server-stop");
	else if (from->state == QMPSEEN_RUNS)
		end(step, 0, false, "%s runs at %s, and nothing is under way",
		    host(m), place(m, QMPMOVE_FROM));
	else
		end(step, ERR_CONFLICT, true, "%s at %s is \"%s\" and does not "
		    "run", host(m), place(m, QMPMOVE_FROM), from->word);
}

/* What is left of it here is the only one, unless it runs there. */
static void
next_finish(struct qmpmove *m, struct qmpmove_step *step)
{
	const struct qmpseen *from = &m->at[QMPMOVE_FROM];

	if (!is_there(m))
		next_verify(m, step);
	else if (from->state == QMPSEEN_LEFT)
		send_plain(step, QMPMOVE_FROM, "quit");
	else
		end(step, 0, false, "nothing is left of %s at %s", host(m),
		    place(m, QMPMOVE_FROM));
}

/* ---- all of them ---- */

void
qmpmove_next(struct qmpmove *m, struct qmpmove_step *step)
{
	static void (*const next[])(struct qmpmove *, struct qmpmove_step *) = {
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
qmpmove_question(const struct qmpmove *m, size_t i, enum qmpmove_side *side,
    enum qmpseen_question *q)
{
	static const struct {
		enum qmpmove_side side;
		enum qmpseen_question q;
	} rows[] = {
		{ QMPMOVE_FROM, QMPSEEN_STATUS },
		{ QMPMOVE_FROM, QMPSEEN_MIGRATE },
		{ QMPMOVE_FROM, QMPSEEN_JOBS },
		{ QMPMOVE_TO, QMPSEEN_STATUS },
		{ QMPMOVE_TO, QMPSEEN_MIGRATE },
		{ QMPMOVE_TO, QMPSEEN_EXPORTS },
		/* Only where disks are looked at. */
		{ QMPMOVE_FROM, QMPSEEN_DISKS },
		{ QMPMOVE_TO, QMPSEEN_DISKS },
	};
	enum driver_action a = m->order->action;
	bool disks = m->order->dry_run || a == DRIVER_CHECK ||
	    a == DRIVER_STORAGE;

	if (i >= OBJ_COUNT(rows) || (rows[i].q == QMPSEEN_DISKS && !disks))
		return false;
	*side = rows[i].side;
	*q = rows[i].q;
	return true;
}

bool
qmpmove_event(struct qmpmove *m, const char *name, const struct json *data)
{
	static const char *const heard[] = { "BLOCK_EXPORT_DELETED",
	    "BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED", "BLOCK_JOB_ERROR",
	    "BLOCK_JOB_READY", "MIGRATION", "RESUME", "STOP", "SHUTDOWN" };
	const char *why = json_get_text(json_find(data, "error"));

	if (why != NULL)
		(void)snprintf(m->trouble, sizeof(m->trouble), "%s", why);
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
