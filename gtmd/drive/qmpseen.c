/* gtmd/drive/qmpseen.c - see qmpseen.h.
 *
 * A disk is known by what it hangs on, which both places have alike, never by a
 * node's number. What is not said stays zero: QEMU leaves out what does not
 * apply.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpseen.h"

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"

const char *
qmpseen_command(enum qmpseen_question q)
{
	static const char *const names[] = {
		[QMPSEEN_STATUS] = "query-status",
		[QMPSEEN_MIGRATE] = "query-migrate",
		[QMPSEEN_JOBS] = "query-block-jobs",
		[QMPSEEN_DISKS] = "query-block",
		[QMPSEEN_EXPORTS] = "query-block-exports"
	};

	return names[q];
}

void
qmpseen_gone(struct qmpseen *s, const char *why)
{
	*s = (struct qmpseen){ .state = QMPSEEN_GONE };
	(void)snprintf(s->why, sizeof(s->why), "%s", why);
	(void)snprintf(s->word, sizeof(s->word), "gone");
}

/* "" stands for none. */
static const char *
text_of(const struct json *object, const char *key)
{
	const char *text = json_get_text(json_find(object, key));

	return text != NULL ? text : "";
}

static uint64_t
count_of(const struct json *object, const char *key)
{
	int64_t n = json_get_int(json_find(object, key));

	return n > 0 ? (uint64_t)n : 0;
}

static int
copy(char to[QMPSEEN_NAME], const char *name, struct err *e)
{
	size_t len = strlen(name);

	if (len >= QMPSEEN_NAME)
		return err_set(e, ERR_RANGE, "a name of QEMU's is too long: "
		    "%.100s", name);
	memcpy(to, name, len + 1);
	return 0;
}

static int
take_status(struct qmpseen *s, const struct json *j, struct err *e)
{
	static const struct {
		const char	*word;
		enum qmpseen_state state;
	} words[] = {
		{ "running", QMPSEEN_RUNS }, { "inmigrate", QMPSEEN_WAITS },
		{ "finish-migrate", QMPSEEN_LEAVES },
		{ "postmigrate", QMPSEEN_LEFT }
	};
	const char *word = text_of(j, "status");

	if (*word == '\0')
		return err_set(e, ERR_PARSE, "QEMU tells no status");
	(void)snprintf(s->word, sizeof(s->word), "%s", word);
	s->state = QMPSEEN_STANDS;
	for (size_t i = 0; i < OBJ_COUNT(words); i++)
		if (strcmp(word, words[i].word) == 0)
			s->state = words[i].state;
	return 0;
}

/* What is none of the others is under way. */
static enum qmpseen_move
move_of(const char *word)
{
	static const struct {
		const char	*word;
		enum qmpseen_move move;
	} words[] = {
		{ "", QMPSEEN_NONE }, { "none", QMPSEEN_NONE },
		{ "pre-switchover", QMPSEEN_AT_SWITCH },
		{ "completed", QMPSEEN_MOVED }, { "failed", QMPSEEN_FAILED },
		{ "cancelled", QMPSEEN_CANCELLED }
	};

	for (size_t i = 0; i < OBJ_COUNT(words); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].move;
	return QMPSEEN_MOVING;
}

static int
take_migrate(struct qmpseen *s, const struct json *j)
{
	const struct json *ram = json_find(j, "ram");

	s->move = move_of(text_of(j, "status"));
	s->listens = json_find(j, "socket-address") != NULL;
	s->ram_total = count_of(ram, "total");
	s->ram_left = count_of(ram, "remaining");
	s->stood_ms = count_of(j, "downtime");
	(void)snprintf(s->why, sizeof(s->why), "%s", text_of(j, "error-desc"));
	return 0;
}

static int
too_many(struct err *e, const char *what)
{
	return err_set(e, ERR_RANGE, "the machine has more than %d %s",
	    QMPSEEN_MAX, what);
}

static int
take_jobs(struct qmpseen *s, const struct json *j, struct err *e)
{
	s->job_count = 0;
	for (size_t i = 0; i < json_count(j); i++) {
		const struct json *in = json_item(j, i);
		struct qmpseen_job *job = &s->jobs[s->job_count];

		if (s->job_count == QMPSEEN_MAX)
			return too_many(e, "jobs");
		if (copy(job->name, text_of(in, "device"), e) != 0)
			return e->code;
		job->ready = json_get_bool(json_find(in, "ready"));
		job->ended = strcmp(text_of(in, "status"), "concluded") == 0;
		job->failed = json_find(in, "error") != NULL;
		(void)snprintf(job->why, sizeof(job->why), "%s",
		    text_of(in, "error"));
		job->octets = count_of(in, "offset");
		job->total = count_of(in, "len");
		s->job_count++;
	}
	return 0;
}

/* Ids of QEMU have letters, digits and . _ - in them, and begin with a letter.
 * Two of one name are told. */
static int
name_disk(struct qmpseen *s, struct qmpseen_disk *d, const char *hangs_on,
    struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	int n = snprintf(d->name, sizeof(d->name), QMPSEEN_OURS "%s", hangs_on);

	if (n < 0 || (size_t)n >= sizeof(d->name))
		return err_set(e, ERR_RANGE, "the name of a disk is too long: "
		    "%.100s", hangs_on);
	for (char *c = d->name; *c != '\0'; c++)
		if (strchr(letters, *c) == NULL)
			*c = '_';
	if (qmpseen_disk(s, d->name) != NULL)
		return err_set(e, ERR_CONFLICT, "two disks have the name %s",
		    hangs_on);
	return 0;
}

static int
take_disk(struct qmpseen *s, const struct json *in, struct err *e)
{
	const struct json *medium = json_find(in, "inserted");
	const char *device = text_of(in, "device"), *qdev = text_of(in, "qdev");
	struct qmpseen_disk *d = &s->disks[s->disk_count];

	if (medium == NULL || json_get_bool(json_find(medium, "ro")))
		return 0;
	if (s->disk_count == QMPSEEN_MAX)
		return too_many(e, "disks");
	if (copy(d->node, text_of(medium, "node-name"), e) != 0)
		return e->code;
	if (*device == '\0')
		device = *qdev != '\0' ? qdev : d->node;
	if (name_disk(s, d, device, e) != 0)
		return e->code;
	d->size = count_of(json_find(medium, "image"), "virtual-size");
	s->disk_count++;
	return 0;
}

static int
take_disks(struct qmpseen *s, const struct json *j, struct err *e)
{
	int rc = 0;

	s->disk_count = 0;
	for (size_t i = 0; rc == 0 && i < json_count(j); i++)
		rc = take_disk(s, json_item(j, i), e);
	return rc;
}

static int
take_exports(struct qmpseen *s, const struct json *j, struct err *e)
{
	s->export_count = 0;
	for (size_t i = 0; i < json_count(j); i++) {
		const char *id = text_of(json_item(j, i), "id");

		if (s->export_count == QMPSEEN_MAX)
			return too_many(e, "exports");
		if (copy(s->exports[s->export_count++], id, e) != 0)
			return e->code;
	}
	return 0;
}

int
qmpseen_take(struct qmpseen *s, enum qmpseen_question q,
    const struct json *answer, struct err *e)
{
	bool list = q == QMPSEEN_JOBS || q == QMPSEEN_DISKS ||
	    q == QMPSEEN_EXPORTS;

	if (json_kind_of(answer) != (list ? JSON_KIND_ARRAY : JSON_KIND_OBJECT))
		return err_set(e, ERR_PARSE, "QEMU's answer to %s has not its "
		    "form", qmpseen_command(q));
	switch (q) {
	case QMPSEEN_STATUS:
		return take_status(s, answer, e);
	case QMPSEEN_MIGRATE:
		return take_migrate(s, answer);
	case QMPSEEN_JOBS:
		return take_jobs(s, answer, e);
	case QMPSEEN_DISKS:
		return take_disks(s, answer, e);
	case QMPSEEN_EXPORTS:
		return take_exports(s, answer, e);
	}
	return 0;
}

const struct qmpseen_disk *
qmpseen_disk(const struct qmpseen *s, const char *name)
{
	for (size_t i = 0; i < s->disk_count; i++)
		if (strcmp(s->disks[i].name, name) == 0)
			return &s->disks[i];
	return NULL;
}

const struct qmpseen_job *
qmpseen_job(const struct qmpseen *s, const char *name)
{
	for (size_t i = 0; i < s->job_count; i++)
		if (strcmp(s->jobs[i].name, name) == 0)
			return &s->jobs[i];
	return NULL;
}

bool
qmpseen_exports(const struct qmpseen *s, const char *name)
{
	for (size_t i = 0; i < s->export_count; i++)
		if (strcmp(s->exports[i], name) == 0)
			return true;
	return false;
}
