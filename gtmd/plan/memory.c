/* gtmd/plan/memory.c - what is known survives a restart. See the header.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/memory.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/statefile.h"
#include "gtmd/plan/memory_text.h"
#include "gtmd/plan/plan_hold.h"
#include "monitors/lastknown.h"
#include "monitors/sched.h"
#include "monitors/sched_states.h"

/* A change is on disk after a second; where there is so much to write that it
 * takes long, no more than a twentieth of the time goes into it. */
#define WAIT_MS		1000
#define SHARE		20

/* A file of states that found no room is tried again. */
#define RETRY_MS	10000

struct memory {
	unsigned	 magic;
#define MEMORY_MAGIC	0x3e302190u
	char		*path;
	struct lastknown *last;
	struct loop	*loop;
	struct sched	*sched;
	struct plan	*plan;
	struct loop_timer timer, retry;
	uint64_t	 wait_ms;
	bool		 failed;	/* the last save: told once */
	bool		 left;		/* another process saves */
};

static void
on_timer(struct loop_timer *t, void *arg)
{
	struct memory *m = arg;
	struct err e;

	(void)t;
	(void)memory_save(m, &e);
}

static void
on_retry(struct loop_timer *t, void *arg)
{
	struct memory *m = arg;

	(void)t;
	if (lastknown_retry(m->last))
		sched_states_keep(m->sched, m->last);
}

struct memory *
memory_new(const char *dir, struct loop *loop, struct sched *sched)
{
	struct memory *m = mem_zalloc(1, sizeof(*m));
	char *states = mem_printf("%s/states", dir);

	m->magic = MEMORY_MAGIC;
	m->path = mem_printf("%s/memory", dir);
	m->last = lastknown_new(states);
	free(states);
	m->loop = loop;
	m->sched = sched;
	m->wait_ms = WAIT_MS;
	loop_timer_init(&m->retry, loop, on_retry, m);
	loop_timer_init(&m->timer, loop, on_timer, m);
	return m;
}

void
memory_free(struct memory **pm)
{
	struct memory *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MEMORY_MAGIC);
	loop_timer_stop(&m->timer);
	loop_timer_stop(&m->retry);
	sched_states_keep(m->sched, NULL);
	lastknown_free(&m->last);
	m->magic = 0;
	free(m->path);
	free(m);
}

static void
recall_monitor(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	sched_states_seed(((struct memory *)arg)->sched, monitor, to, state);
}

static void
recall_held(void *arg, const char *type, const char *pool, const char *member)
{
	plan_hold(((struct memory *)arg)->plan, type, pool, member);
}

void
memory_recall(struct memory *m, struct plan *plan)
{
	const struct memory_text_sink sink = { recall_monitor, recall_held, m };
	char *text = NULL, quoted[ERR_TEXT_MAX];
	struct err e;
	size_t len;
	int rc;

	OBJ_CHECK(m, MEMORY_MAGIC);
	m->plan = plan;
	sched_states_keep(m->sched, m->last);
	rc = statefile_read(m->path, &text, &len, &e);
	if (rc == 0)
		rc = memory_text_read(text, len, &sink, &e);
	free(text);
	if (rc != 0 && rc != ERR_NOTFOUND)
		log_at(LOG_WARNING, "gtmd", m->path, "forgotten", "cause=%s",
		    log_quote(e.text, quoted, sizeof(quoted)));
}

void
memory_own(struct memory *m)
{
	OBJ_CHECK(m, MEMORY_MAGIC);
	lastknown_own(m->last);
	sched_states_keep(m->sched, m->last);
	loop_timer_start(&m->retry, RETRY_MS, RETRY_MS);
}

void
memory_settle(struct memory *m)
{
	OBJ_CHECK(m, MEMORY_MAGIC);
	lastknown_settle(m->last);
}

void
memory_note(void *memory)
{
	struct memory *m = memory;

	OBJ_CHECK(m, MEMORY_MAGIC);
	if (!m->left && !loop_timer_running(&m->timer))
		loop_timer_start(&m->timer, m->wait_ms, 0);
}

static void
save_monitor(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	memory_text_monitor(arg, monitor, to, state);
}

static void
save_held(void *arg, const char *type, const char *pool, const char *member)
{
	memory_text_held(arg, type, pool, member);
}

static void
tell_result(struct memory *m, int rc, const struct err *e)
{
	char quoted[ERR_TEXT_MAX];

	if (rc != 0 && !m->failed)
		log_at(LOG_ERROR, "gtmd", m->path, "not-saved", "cause=%s",
		    log_quote(e->text, quoted, sizeof(quoted)));
	if (rc == 0 && m->failed)
		log_at(LOG_NOTICE, "gtmd", m->path, "saved-again", "%s", "");
	m->failed = rc != 0;
}

static void
write_holds(const struct memory *m, struct memory_text *t)
{
	if (m->plan != NULL)
		plan_hold_each(m->plan, save_held, t);
}

void
memory_tell(const struct memory *m, struct strbuf *text)
{
	struct memory_text t;

	memory_text_init(&t);
	sched_states_each(m->sched, save_monitor, &t);
	write_holds(m, &t);
	memory_text_end(&t);
	strbuf_add_len(text, t.text.text, t.text.len);
	memory_text_fini(&t);
}

void
memory_leave(struct memory *m)
{
	OBJ_CHECK(m, MEMORY_MAGIC);
	m->left = true;
	loop_timer_stop(&m->timer);
	loop_timer_stop(&m->retry);
	sched_states_keep(m->sched, NULL);
	lastknown_leave(m->last);
}

static void
hear_monitor(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	sched_states_recall(((struct memory *)arg)->sched, monitor, to, state);
}

/* Holds came with the file and nobody has ended one since. One that began since
 * begins here, too, when the member is told to be down. */
int
memory_hear(struct memory *m, const char *text, size_t len, struct err *e)
{
	const struct memory_text_sink sink = { .monitor = hear_monitor,
	    .arg = m };

	OBJ_CHECK(m, MEMORY_MAGIC);
	return memory_text_read(text, len, &sink, e);
}

int
memory_save(struct memory *m, struct err *e)
{
	const struct clock *clk = loop_clock(m->loop);
	mono_ns start = clock_mono(clk);
	struct memory_text t;
	uint64_t took_ms;
	int rc;

	OBJ_CHECK(m, MEMORY_MAGIC);
	loop_timer_stop(&m->timer);
	memory_text_init(&t);
	write_holds(m, &t);
	memory_text_end(&t);
	rc = statefile_write(m->path, t.text.text, t.text.len, e);
	memory_text_fini(&t);
	tell_result(m, rc, e);
	took_ms = (clock_mono(clk) - start) / CLOCK_MS;
	m->wait_ms = took_ms * SHARE > WAIT_MS ? took_ms * SHARE : WAIT_MS;
	/* What cannot be saved now may be later: a full disk is weather. */
	if (rc != 0)
		loop_timer_start(&m->timer, m->wait_ms, 0);
	return rc;
}
