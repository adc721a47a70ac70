/* gtmd/giver.c - see giver.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/giver.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/notify.h"
#include "core/io/parcel.h"
#include "gtmd/handover.h"
#include "gtmd/query/cookie.h"
#include "gtmd/serve/inherit.h"

#define HELLO_MS	5000
#define LOADING_MS	120000	/* a million names load in seconds */
#define TAKING_MS	10000

enum step { STEP_IDLE, STEP_HELLO, STEP_GRANTED, STEP_YIELDED, STEP_LEFT };

struct giver {
	unsigned	 magic;
#define GIVER_MAGIC	0x61fe4001u
	struct giver_config config;
	char		*path;
	int		 fd;		/* listens, -1 = no more */
	struct loop_io	*io;
	enum step	 step;
	int		 lock_fd;	/* borrowed, from STEP_GRANTED on */
	int		 heir;		/* -1 = none */
	pid_t		 heir_pid;
	struct loop_io	*heir_io;
	struct loop_timer patience;
};

bool
giver_lends(const struct giver *g)
{
	return g->step == STEP_GRANTED || g->step == STEP_YIELDED;
}

static void
drop_heir(struct giver *g)
{
	loop_io_stop(&g->heir_io);
	loop_timer_stop(&g->patience);
	if (g->heir != -1)
		(void)close(g->heir);
	g->heir = -1;
}

/* The heir won't come. The daemon goes on. */
static void
give_up(struct giver *g, const char *cause)
{
	char quoted[ERR_TEXT_MAX];
	bool lent = giver_lends(g);

	log_at(LOG_WARNING, "gtmd", "service", "not-replaced",
	    "by=%ld cause=%s", (long)g->heir_pid,
	    log_quote(cause, quoted, sizeof(quoted)));
	drop_heir(g);
	g->step = STEP_IDLE;
	if (lent)
		g->config.host->regain(g->config.arg);
}

void
giver_abort(struct giver *g, const char *why)
{
	OBJ_CHECK(g, GIVER_MAGIC);
	if (g->step == STEP_IDLE || g->step == STEP_LEFT)
		return;
	handover_refuse(g->heir, why);
	give_up(g, why);
}

static void
on_impatience(struct loop_timer *t, void *arg)
{
	(void)t;
	giver_abort(arg, "it took too long");
}

/* ---- the steps ---- */

static int
send_goods(struct giver *g, struct err *e)
{
	const struct giver_config *c = &g->config;
	struct handover_grant grant = { .pid = (int32_t)getpid() };
	int fds[HANDOVER_GRANT_FDS];
	const struct handover_out m = { .kind = HANDOVER_GRANT,
	    .body = &grant, .len = sizeof(grant), .fds = fds,
	    .fd_count = OBJ_COUNT(fds) };
	struct inherit sockets = { 0 };
	int rc;

	fds[HANDOVER_CONTROL] = c->host->control(c->arg);
	fds[HANDOVER_NEXT] = g->fd;
	fds[HANDOVER_RECORDS] = c->host->records(c->arg);
	c->host->sockets(c->arg, &sockets);
	rc = handover_send_sockets(g->heir, &sockets, e);
	inherit_fini(&sockets);
	return rc == 0 ? handover_send(g->heir, &m, e) : rc;
}

static int
on_hello(struct giver *g, const struct handover_in *m, struct err *e)
{
	const struct giver_config *c = &g->config;
	int lock;

	if (strcmp(m->body.text, c->control_path) != 0)
		return err_set(e, ERR_CONFLICT, "control socket: process %ld "
		    "has it at %s, not at %s", (long)getpid(), c->control_path,
		    m->body.text);
	if (c->host->control(c->arg) == -1)
		return err_set(e, ERR_UNSUPPORTED, "process %ld has no control "
		    "socket to hand over", (long)getpid());
	lock = c->host->lend(c->arg, e);
	if (lock < 0)
		return lock;
	g->lock_fd = lock;
	g->step = STEP_GRANTED;
	loop_timer_start(&g->patience, LOADING_MS, 0);
	log_at(LOG_NOTICE, "gtmd", "service", "lent", "to=%ld",
	    (long)g->heir_pid);
	return send_goods(g, e);
}

/* What the daemon tells, as an unnamed file; -1 with errno. */
static int
told_file(const struct giver *g, const char *name,
    void (*tell)(void *arg, struct strbuf *to))
{
	struct strbuf b;
	int fd;

	strbuf_init(&b);
	tell(g->config.arg, &b);
	fd = parcel_file(name, b.text, b.len);
	strbuf_fini(&b);
	return fd;
}

static int
on_loaded(struct giver *g, struct err *e)
{
	const struct giver_config *c = &g->config;
	const struct cookie_secrets *secrets = c->host->secrets(c->arg);
	int fds[HANDOVER_YIELD_FDS], rc;
	const struct handover_out m = { .kind = HANDOVER_YIELD,
	    .body = secrets, .len = sizeof(*secrets), .fds = fds,
	    .fd_count = OBJ_COUNT(fds) };

	fds[HANDOVER_LOCK] = g->lock_fd;
	fds[HANDOVER_STATES] = told_file(g, "states", c->host->states);
	fds[HANDOVER_MEASURED] = told_file(g, "measured", c->host->measured);
	if (fds[HANDOVER_STATES] == -1 || fds[HANDOVER_MEASURED] == -1)
		rc = err_sys(e, errno, "unnamed file");
	else
		rc = handover_send(g->heir, &m, e);
	for (int i = HANDOVER_STATES; i <= HANDOVER_MEASURED; i++)
		if (fds[i] != -1)
			(void)close(fds[i]);
	g->step = STEP_YIELDED;
	loop_timer_start(&g->patience, TAKING_MS, 0);
	return rc;
}

/* No way back behind this. */
static int
on_taken(struct giver *g, struct err *e)
{
	const struct handover_out m = { .kind = HANDOVER_LEFT };
	char text[32];
	int rc = handover_send(g->heir, &m, e);

	if (rc != 0)
		return rc;
	g->step = STEP_LEFT;
	loop_timer_stop(&g->patience);
	loop_io_stop(&g->io);
	(void)close(g->fd);
	g->fd = -1;
	log_at(LOG_NOTICE, "gtmd", "service", "replaced", "by=%ld",
	    (long)g->heir_pid);
	(void)snprintf(text, sizeof(text), "MAINPID=%ld", (long)g->heir_pid);
	notify_send(text);
	g->config.host->left(g->config.arg);
	return 0;
}

static int
take_step(struct giver *g, const struct handover_in *m, struct err *e)
{
	if (g->step == STEP_HELLO && m->kind == HANDOVER_HELLO)
		return on_hello(g, m, e);
	if (g->step == STEP_GRANTED && m->kind == HANDOVER_READY)
		return on_loaded(g, e);
	if (g->step == STEP_YIELDED && m->kind == HANDOVER_TAKEN)
		return on_taken(g, e);
	return err_set(e, ERR_PARSE, "a message of kind %d is not due",
	    (int)m->kind);
}

static void
on_heir(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct giver *g = arg;
	struct handover_in m;
	struct err e = { 0 };
	int rc;

	(void)io;
	(void)events;
	OBJ_CHECK(g, GIVER_MAGIC);
	rc = handover_receive(fd, &m, 0, &e);
	if (rc == 0)
		parcel_close_fds(&m.parcel);	/* none is due */
	if (g->step == STEP_LEFT) {
		if (rc != 0)
			drop_heir(g);
		return;
	}
	if (rc == HANDOVER_CLOSED) {
		give_up(g, "it has ended");
		return;
	}
	if (rc == ERR_DENIED) {
		give_up(g, e.text);
		return;
	}
	if (rc == 0)
		rc = take_step(g, &m, &e);
	if (rc != 0)
		giver_abort(g, e.text);
}

/* ---- who comes ---- */

static bool
may_come(struct giver *g, int fd)
{
	uid_t uid;
	pid_t pid;
	char why[80];

	if (parcel_peer(fd, &pid, &uid) == -1)
		return false;
	if (uid != 0 && uid != geteuid()) {
		log_at(LOG_WARNING, "gtmd", "service", "stranger",
		    "pid=%ld uid=%ld", (long)pid, (long)uid);
		return false;
	}
	if (g->step != STEP_IDLE) {
		(void)snprintf(why, sizeof(why), "process %ld is taking over "
		    "already", (long)g->heir_pid);
		handover_refuse(fd, why);
		return false;
	}
	g->heir_pid = pid;
	return true;
}

static void
on_call(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct giver *g = arg;
	int heir = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)io;
	(void)events;
	OBJ_CHECK(g, GIVER_MAGIC);
	if (heir == -1)
		return;
	if (!may_come(g, heir)) {
		(void)close(heir);
		return;
	}
	g->heir = heir;
	g->heir_io = loop_io_start(g->config.loop, heir, LOOP_READ, on_heir,
	    g);
	if (g->heir_io == NULL) {
		drop_heir(g);
		return;
	}
	g->step = STEP_HELLO;
	loop_timer_start(&g->patience, HELLO_MS, 0);
}

/* ---- birth and end ---- */

struct giver *
giver_new(const struct giver_config *c, struct err *e)
{
	struct giver *g = mem_zalloc(1, sizeof(*g));

	g->magic = GIVER_MAGIC;
	g->config = *c;
	g->path = handover_path(c->state_dir);
	g->heir = -1;
	loop_timer_init(&g->patience, c->loop, on_impatience, g);
	g->fd = c->listening > 0 ? c->listening : parcel_listen(g->path, e);
	if (g->fd >= 0) {
		g->io = loop_io_start(c->loop, g->fd, LOOP_READ, on_call, g);
		if (g->io == NULL)
			(void)err_sys(e, errno, "%s", g->path);
	}
	if (g->io == NULL)
		giver_free(&g);
	return g;
}

void
giver_free(struct giver **pg)
{
	struct giver *g = *pg;

	if (g == NULL)
		return;
	giver_abort(g, "the process ends");
	*pg = NULL;
	drop_heir(g);
	loop_io_stop(&g->io);
	if (g->fd >= 0) {
		(void)close(g->fd);
		(void)unlink(g->path);
	}
	free(g->path);
	g->magic = 0;
	free(g);
}

void
giver_send_counts(struct giver *g, const char *text)
{
	struct err e;

	OBJ_CHECK(g, GIVER_MAGIC);
	assert(g->step == STEP_LEFT);
	if (g->heir != -1 &&
	    handover_send_text(g->heir, HANDOVER_COUNTS, text, &e) != 0)
		log_at(LOG_WARNING, "gtmd", "service", "counts-lost", "%s",
		    "");
}
