/* core/rest/restlate.c - see restlate.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restlate.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/filesync.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restaudit.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/restconfirm.h"
#include "core/rest/resthistory.h"
#include "core/rest/restrecovery.h"
#include "core/rest/restreply.h"

struct restlate_one {
	uint64_t	 commit;
	char		*line;		/* of the audit file */
	struct json	*told;		/* the event, or NULL */
};

void
restlate_add(struct restlate *l, uint64_t commit, char **line,
    struct json **told)
{
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(l->v[0]));
	l->v[l->count++] = (struct restlate_one){ commit, *line, *told };
	l->octets += strlen(*line) + 1;
	*line = NULL;
	*told = NULL;
}

/* The first so many have been dealt with. */
static void
forget(struct restlate *l, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		l->octets -= strlen(l->v[i].line) + 1;
		free(l->v[i].line);
		json_free(&l->v[i].told);
	}
	l->count -= count;
	if (count > 0)
		memmove(l->v, l->v + count, l->count * sizeof(l->v[0]));
}

static void
append(struct restcommit *c, const char *line)
{
	struct err e = { 0 };

	if (restaudit_append(c->audit, line, &e) != 0)
		log_at(LOG_ERROR, "rest", "audit", "late", "%s", e.text);
}

static void
finish(struct restcommit *c, uint64_t upto)
{
	struct restlate *l = &c->late;
	size_t n = 0;

	for (; n < l->count && l->v[n].commit <= upto; n++) {
		append(c, l->v[n].line);
		restcommit_event(c, &l->v[n].told);
	}
	forget(l, n);
}

/* ---- changes that are gone ---- */

/* What was asked for, and that it was refused. */
static void
append_refusal(struct restcommit *c, const char *line, const struct err *e)
{
	struct json *j = json_parse(line, strlen(line), NULL);
	char *text;

	json_remove(j, "change");
	json_remove(j, "changes");
	json_put_int(j, "result", restreply_status_of(e->code));
	json_put_text(j, "message", e->text);
	json_put_int(j, "serial", (int64_t)store_serial(c->config.store));
	text = json_line(j);
	append(c, text);
	free(text);
	json_free(&j);
}

/* Numbers that were given are not given again: somebody may have seen them. */
static void
read_history_anew(struct restcommit *c)
{
	uint64_t last = resthistory_next(c->history) - 1;
	struct resthistory *was = c->history;
	struct err e = { 0 };

	c->history = resthistory_new();
	if (restrecovery_run(c, c->history, &e) != 0) {
		log_at(LOG_ERROR, "rest", "changes", "unread", "%s", e.text);
		resthistory_free(&c->history);
		c->history = was;
	} else {
		resthistory_free(&was);
	}
	resthistory_take(c->history, last);
}

static void
lose(struct restcommit *c, const struct err *e)
{
	log_at(LOG_ERROR, "rest", "changes", "lost", "count=%zu %s",
	    c->late.count, e->text);
	read_history_anew(c);
	for (size_t i = 0; i < c->late.count; i++)
		append_refusal(c, c->late.v[i].line, e);
	forget(&c->late, c->late.count);
	restconfirm_watch(c);
}

/* ---- between the store and the thread ---- */

static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	struct restcommit *c = arg;

	if (e != NULL)
		lose(c, e);
	else
		finish(c, upto);
	c->config.settled(c->config.arg, upto, e);
}

static void
on_start(void *arg, int fd)
{
	filesync_start(((struct restcommit *)arg)->late.sync, fd);
}

static void
on_wait(void *arg)
{
	filesync_wait(((struct restcommit *)arg)->late.sync);
}

static void
on_synced(void *arg, int sys_errno)
{
	store_synced(((struct restcommit *)arg)->config.store, sys_errno);
}

int
restlate_open(struct restcommit *c, struct err *e)
{
	const struct store_syncer y = { .start = on_start, .wait = on_wait,
	    .settled = on_settled, .arg = c };

	c->late.sync = filesync_new(c->config.loop, on_synced, c, e);
	if (c->late.sync == NULL)
		return e->code;
	store_syncer(c->config.store, &y);
	return 0;
}

void
restlate_close(struct restcommit *c)
{
	if (c->late.sync == NULL)
		return;
	store_syncer(c->config.store, NULL);
	filesync_free(&c->late.sync);
	free(c->late.v);
	c->late.v = NULL;
}
