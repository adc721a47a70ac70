/* tests/unit/gtmd/drive/fakeqemu.c - see fakeqemu.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/drive/fakeqemu.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define ROUNDS	3		/* ticks that a copy takes */

static bool
is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

void
fakeqemu_init(struct fakepair *p, bool storage)
{
	*p = (struct fakepair){ .storage = storage };
	p->q[0] = (struct fakeqemu){ .status = "running", .migrate = "" };
	fakeqemu_restart(p, 1);
}

void
fakeqemu_restart(struct fakepair *p, size_t side)
{
	p->q[side] = (struct fakeqemu){ .status = "inmigrate", .migrate = "" };
}

static void
check(const struct fakepair *p)
{
	assert(p->q[0].gone || p->q[1].gone || !is(p->q[0].status, "running") ||
	    !is(p->q[1].status, "running"));
}

/* ---- questions ---- */

static struct json *
answer(struct strbuf *b)
{
	struct json *j = json_parse(b->text, b->len, NULL);

	assert(j != NULL);
	strbuf_fini(b);
	return j;
}

static struct json *
tell_list(const struct fakeqemu *q, const char *what)
{
	struct strbuf b;
	bool any = false;

	strbuf_init(&b);
	strbuf_add(&b, "[");
	for (int i = 0; i < FAKEQEMU_DISKS; i++) {
		bool disks = is(what, "query-block");
		bool jobs = is(what, "query-block-jobs");

		if (!(disks || (jobs ? q->jobs[i].on : q->exports[i])))
			continue;
		strbuf_add(&b, any ? "," : "");
		any = true;
		if (disks)
			strbuf_printf(&b, "{\"device\":\"d%d\",\"inserted\":{"
			    "\"node-name\":\"#block%d\",\"ro\":false,\"image\":"
			    "{\"virtual-size\":512}}}", i, i);
		else if (jobs)
			strbuf_printf(&b, "{\"device\":\"gtm-d%d\",\"ready\":%s"
			    ",\"len\":%d,\"offset\":%u,\"status\":\"%s\"%s}",
			    i, q->jobs[i].left == 0 && !q->jobs[i].ended ?
			    "true" : "false", ROUNDS, ROUNDS - q->jobs[i].left,
			    q->jobs[i].ended ? "concluded" : "running",
			    q->jobs[i].failed ? ",\"error\":\"No space\"" :
			    "");
		else
			strbuf_printf(&b, "{\"id\":\"gtm-d%d\"}", i);
	}
	strbuf_add(&b, "]");
	return answer(&b);
}

static struct json *
tell_migrate(const struct fakeqemu *q)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "{%s%s%s%s\"downtime\":5,\"ram\":{\"total\":%d,"
	    "\"remaining\":%u}}", *q->migrate != '\0' ? "\"status\":\"" : "",
	    q->migrate, *q->migrate != '\0' ? "\"," : "",
	    q->listens ? "\"socket-address\":[]," : "", ROUNDS,
	    q->memory_left);
	return answer(&b);
}

static struct json *
tell_status(const struct fakeqemu *q)
{
	struct json *j = json_new_object();

	json_put_text(j, "status", q->status);
	return j;
}

/* ---- commands; NULL: done ---- */

static size_t
disk_of(const struct json *arguments, const char *key)
{
	const char *name = json_get_text(json_find(arguments, key));

	assert(name != NULL && strncmp(name, "gtm-d", 5) == 0);
	return (size_t)(name[5] - '0');
}

static bool
moves(const struct fakeqemu *q)
{
	return is(q->migrate, "active") || is(q->migrate, "pre-switchover");
}

static const char *
do_nbd_start(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	assert(json_find(json_find(a, "addr"), "data") != NULL && !p->q->gone);
	if (q->nbd)
		return "NBD server already running";
	q->nbd = true;
	return NULL;
}

static const char *
do_nbd_stop(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)p;
	(void)a;
	if (!q->nbd)
		return "NBD server not running";
	q->nbd = false;
	memset(q->exports, 0, sizeof(q->exports));
	return NULL;
}

static const char *
do_export(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	size_t i = disk_of(a, "id");

	(void)p;
	if (!q->nbd)
		return "NBD server not running";
	if (q->exports[i])
		return "Block export id is already in use";
	q->exports[i] = true;
	return NULL;
}

static const char *
do_mirror(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	size_t i = disk_of(a, "job-id");

	if (q->jobs[i].on)
		return "Need a root block node";
	if (p->q[1].gone || !p->q[1].exports[i])
		return "Failed to connect";
	memset(&q->jobs[i], 0, sizeof(q->jobs[i]));
	q->jobs[i].on = true;
	q->jobs[i].left = ROUNDS;
	p->same[i] = false;
	return NULL;
}

/* What is let go while the machine stands is the same from then on. */
static const char *
do_job_cancel(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	size_t i = disk_of(a, "device");
	bool force = json_get_bool(json_find(a, "force"));

	if (!q->jobs[i].on || q->jobs[i].ended)
		return "Block job not found";
	q->jobs[i].ended = true;
	q->jobs[i].failed = force;
	p->same[i] = q->jobs[i].left == 0 && is(q->status, "finish-migrate") &&
	    !force && !q->jobs[i].stale;
	return NULL;
}

static const char *
do_dismiss(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	size_t i = disk_of(a, "id");

	(void)p;
	if (!q->jobs[i].ended)
		return "Job in state 'running' cannot accept command";
	q->jobs[i].on = q->jobs[i].ended = false;
	return NULL;
}

static const char *
do_incoming(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)p;
	assert(json_get_text(json_find(a, "uri")) != NULL);
	if (q->listens || *q->migrate != '\0')
		return "The incoming migration has already been started";
	q->listens = true;
	return NULL;
}

static const char *
do_capabilities(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	const struct json *list = json_find(a, "capabilities");

	(void)p;
	if (moves(q))
		return "There's a migration process in progress";
	q->stops = json_get_bool(json_find(json_item(list, 1), "state"));
	return NULL;
}

static const char *
do_migrate(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	assert(json_get_text(json_find(a, "uri")) != NULL);
	if (moves(q))
		return "There's a migration process in progress";
	if (!is(q->status, "running"))
		return "Can't migrate";
	q->migrate = p->refuses || p->q[1].gone || !p->q[1].listens ? "failed" :
	    "active";
	p->refuses = false;
	q->memory_left = ROUNDS;
	q->goes_on = false;
	return NULL;
}

static const char *
do_continue(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)p;
	(void)a;
	if (!is(q->migrate, "pre-switchover"))
		return "Migration not in expected state";
	q->goes_on = true;
	return NULL;
}

/* Whoever it moves to loses the stream, and ends. */
static const char *
do_migrate_cancel(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)a;
	if (!moves(q))
		return NULL;
	fakeqemu_die(p, 1);
	q->migrate = "cancelled";
	return NULL;
}

static const char *
do_cont(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)a;
	assert(is(q->status, "paused") || (q == &p->q[0] &&
	    is(q->status, "postmigrate") && is(p->q[1].migrate, "")));
	q->status = "running";
	return NULL;
}

static const char *
do_quit(struct fakepair *p, struct fakeqemu *q, const struct json *a)
{
	(void)a;
	assert(is(q->status, "postmigrate") && !p->q[1].gone &&
	    is(p->q[1].status, "running"));
	q->gone = true;
	return NULL;
}

struct json *
fakeqemu_do(struct fakepair *p, size_t side, const char *command,
    const struct json *arguments, const char **wrong)
{
	static const struct {
		const char *name;
		const char *(*run)(struct fakepair *, struct fakeqemu *,
		    const struct json *);
		size_t	    side;
	} rows[] = {
		{ "nbd-server-start", do_nbd_start, 1 },
		{ "nbd-server-stop", do_nbd_stop, 1 },
		{ "block-export-add", do_export, 1 },
		{ "drive-mirror", do_mirror, 0 },
		{ "block-job-cancel", do_job_cancel, 0 },
		{ "job-dismiss", do_dismiss, 0 },
		{ "migrate-incoming", do_incoming, 1 },
		{ "migrate-set-capabilities", do_capabilities, 0 },
		{ "migrate", do_migrate, 0 },
		{ "migrate-continue", do_continue, 0 },
		{ "migrate_cancel", do_migrate_cancel, 0 },
		{ "cont", do_cont, 1 }, { "cont", do_cont, 0 },
		{ "quit", do_quit, 0 }
	};
	struct fakeqemu *q = &p->q[side];

	assert(!q->gone);
	*wrong = NULL;
	if (is(command, "query-status"))
		return tell_status(q);
	if (is(command, "query-migrate"))
		return tell_migrate(q);
	if (strncmp(command, "query-block", 11) == 0)
		return tell_list(q, command);
	*wrong = "The command has not been found";
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (is(rows[i].name, command) && rows[i].side == side) {
			*wrong = p->refused != NULL && is(p->refused, command) ?
			    "Not today" : rows[i].run(p, q, arguments);
		}
	assert(*wrong == NULL || strcmp(*wrong, "The command has not been found") != 0);
	p->commands++;
	check(p);
	return *wrong == NULL ? json_new_object() : NULL;
}

/* ---- time ---- */

static void
arrive(struct fakepair *p)
{
	struct fakeqemu *q = &p->q[0];

	for (size_t i = 0; i < FAKEQEMU_DISKS; i++)
		assert((!q->jobs[i].on || q->jobs[i].ended) &&
		    (!p->storage || p->same[i]));
	q->migrate = "completed";
	q->status = "postmigrate";
	if (p->loses) {
		p->loses = false;
		fakeqemu_die(p, 1);
		return;
	}
	p->q[1].migrate = "completed";
	p->q[1].listens = false;
	p->q[1].status = p->q[1].paused ? "paused" : "running";
	check(p);
}

void
fakeqemu_tick(struct fakepair *p)
{
	struct fakeqemu *q = &p->q[0];

	if (q->gone)
		return;
	for (size_t i = 0; i < FAKEQEMU_DISKS; i++)
		if (q->jobs[i].on && q->jobs[i].left > 0)
			q->jobs[i].left--;
	if (is(q->migrate, "pre-switchover") && q->goes_on) {
		arrive(p);
	} else if (is(q->migrate, "active") && q->memory_left > 0) {
		q->memory_left--;
	} else if (is(q->migrate, "active") && q->stops) {
		q->status = "finish-migrate";
		q->migrate = "pre-switchover";
	} else if (is(q->migrate, "active")) {
		arrive(p);
	}
}

void
fakeqemu_die(struct fakepair *p, size_t side)
{
	struct fakeqemu *q = &p->q[0];

	p->q[side].gone = true;
	if (side == 0)
		return;
	for (size_t i = 0; i < FAKEQEMU_DISKS; i++)
		q->jobs[i].stale = q->jobs[i].on;
	if (moves(q)) {
		q->migrate = "failed";
		q->status = "running";
	}
}
