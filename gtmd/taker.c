/* gtmd/taker.c - see taker.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/taker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/parcel.h"
#include "core/model/statefile.h"
#include "core/model/statelock.h"
#include "gtmd/counts.h"
#include "gtmd/handover.h"

#define ANSWER_MS	10000
#define DEATH_MS	2000	/* between a process's last word and its end */
#define LOOK_MS		10
#define COUNTS_MS	2000	/* its threads end in a tenth of that */

struct taker {
	unsigned	 magic;
#define TAKER_MAGIC	0x7a4e4001u
	char		*state_dir;
	int		 fd;
	pid_t		 holder;
	int		 holder_fd;	/* readable when it has ended */
	int		 control_fd, next_fd, records_fd; /* -1 = given away */
	struct inherit	 sockets;
	struct loop_io	*io;
	const struct plan *plan;
};

/* ---- asking ---- */

/* The directory's owner may do as he likes in it; nobody else may pretend to be
 * a gtmd there. */
static int
check_holder(const struct taker *t, struct err *e)
{
	struct stat st;
	uid_t uid;
	pid_t pid;

	if (parcel_peer(t->fd, &pid, &uid) == -1 ||
	    stat(t->state_dir, &st) == -1)
		return err_sys(e, errno, "%s", t->state_dir);
	if (uid != 0 && uid != geteuid() && uid != st.st_uid)
		return err_set(e, ERR_DENIED, "%s: user %ld listens there",
		    t->state_dir, (long)uid);
	return 0;
}

static void
take_grant(struct taker *t, const struct handover_in *m)
{
	struct handover_grant grant;

	memcpy(&grant, m->body.text, sizeof(grant));
	t->holder = grant.pid;
	t->holder_fd = (int)syscall(SYS_pidfd_open, t->holder, 0);
	t->control_fd = m->parcel.fds[HANDOVER_CONTROL];
	t->next_fd = m->parcel.fds[HANDOVER_NEXT];
	t->records_fd = m->parcel.fds[HANDOVER_RECORDS];
}

/* Everything up to GRANT; HANDOVER_CLOSED when the holder dies. */
static int
receive_goods(struct taker *t, struct err *e)
{
	struct handover_in m;
	int rc;

	while ((rc = handover_receive(t->fd, &m, ANSWER_MS, e)) == 0) {
		if (m.kind == HANDOVER_SOCKETS) {
			rc = handover_read_sockets(&m, &t->sockets, e);
			if (rc != 0)
				return rc;
		} else if (m.kind == HANDOVER_GRANT &&
		    m.parcel.fd_count == HANDOVER_GRANT_FDS &&
		    m.len == sizeof(struct handover_grant)) {
			take_grant(t, &m);
			return 0;
		} else {
			parcel_close_fds(&m.parcel);
			return err_set(e, ERR_PARSE, "a message of kind %d is "
			    "not due", (int)m.kind);
		}
	}
	return rc;
}

static int
ask(struct taker *t, const char *control_path, struct err *e)
{
	const struct handover_out hello = { .kind = HANDOVER_HELLO,
	    .body = control_path, .len = strlen(control_path) };
	int rc = check_holder(t, e);

	if (rc == 0 && hello.len > HANDOVER_BODY_MAX)
		rc = err_set(e, ERR_RANGE, "control socket: the path is too "
		    "long");
	/* A word that says no may wait there although nobody reads any more. */
	if (rc == 0 && handover_send(t->fd, &hello, e) != 0)
		rc = handover_receive(t->fd, &(struct handover_in){ .len = 0 },
		    0, e);
	return rc != 0 ? rc : receive_goods(t, e);
}

/* It died while we asked. Its files close one after the other, and the lock may
 * be the last of them. */
static int
await_lock(const char *state_dir, struct err *e)
{
	int fd = statelock_open(state_dir, e);

	for (int i = 0; fd == ERR_BUSY && i < DEATH_MS / LOOK_MS; i++) {
		(void)poll(NULL, 0, LOOK_MS);
		fd = statelock_open(state_dir, e);
	}
	if (fd < 0)
		return fd;
	(void)close(fd);
	return 0;
}

int
taker_ask(const char *state_dir, const char *control_path,
    struct taker **pt, struct err *e)
{
	char *path = handover_path(state_dir);
	int fd = parcel_connect(path), rc;
	struct taker *t;

	*pt = NULL;
	if (fd == -1) {
		rc = errno == ENOENT || errno == ECONNREFUSED ? 0 :
		    err_sys(e, errno, "%s", path);
		free(path);
		return rc;
	}
	free(path);
	t = mem_zalloc(1, sizeof(*t));
	t->magic = TAKER_MAGIC;
	t->state_dir = mem_strdup(state_dir);
	t->fd = fd;
	t->holder_fd = t->control_fd = t->next_fd = t->records_fd = -1;
	rc = ask(t, control_path, e);
	if (rc == 0)
		*pt = t;
	else
		taker_free(&t);
	return rc == HANDOVER_CLOSED ? await_lock(state_dir, e) : rc;
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

void
taker_free(struct taker **pt)
{
	struct taker *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, TAKER_MAGIC);
	loop_io_stop(&t->io);
	close_fd(&t->fd);
	close_fd(&t->holder_fd);
	close_fd(&t->control_fd);
	close_fd(&t->next_fd);
	close_fd(&t->records_fd);
	inherit_close(&t->sockets);
	inherit_fini(&t->sockets);
	free(t->state_dir);
	t->magic = 0;
	free(t);
}

void
taker_refuse(struct taker *t, const char *why)
{
	handover_refuse(t->fd, why);
}

pid_t
taker_holder(const struct taker *t)
{
	return t->holder;
}

struct inherit *
taker_sockets(struct taker *t)
{
	return &t->sockets;
}

static int
give_away(int *fd)
{
	int was = *fd;

	*fd = -1;
	return was;
}

int
taker_control(struct taker *t)
{
	return give_away(&t->control_fd);
}

int
taker_next(struct taker *t)
{
	return give_away(&t->next_fd);
}

int
taker_records(struct taker *t)
{
	return give_away(&t->records_fd);
}

/* ---- taking ---- */

/* It closed without a word. Has it ended? */
static int
await_death(const struct taker *t, struct err *e)
{
	struct pollfd p = { .fd = t->holder_fd, .events = POLLIN };
	bool dead = t->holder_fd == -1 ? kill(t->holder, 0) == -1 &&
	    errno == ESRCH : poll(&p, 1, DEATH_MS) == 1;

	return dead ? 0 : err_set(e, ERR_BUSY, "process %ld is silent, but "
	    "has not ended", (long)t->holder);
}

/* From the dead. */
static int
take_lock(const struct taker *t, struct taker_estate *out, struct err *e)
{
	int rc = await_death(t, e);

	if (rc == 0)
		rc = statelock_open(t->state_dir, e);
	if (rc < 0)
		return rc;
	out->lock_fd = rc;
	return 0;
}

static int
read_text(int fd, struct strbuf *to, struct err *e)
{
	char *text;
	size_t len;
	int rc = statefile_read_fd(fd, "hand-over", &text, &len, e);

	if (rc != 0)
		return rc;
	strbuf_add_len(to, text, len);
	free(text);
	return 0;
}

int
taker_ready(struct taker *t, struct taker_estate *out, struct err *e)
{
	const struct handover_out ready = { .kind = HANDOVER_READY };
	struct handover_in m;
	int rc;

	OBJ_CHECK(t, TAKER_MAGIC);
	out->lock_fd = -1;
	out->secrets.count = 0;
	/* What it said before it closed is still to be read. */
	(void)handover_send(t->fd, &ready, NULL);
	rc = handover_expect(t->fd, &m, HANDOVER_YIELD, HANDOVER_YIELD_FDS, e);
	if (rc == HANDOVER_CLOSED)
		return take_lock(t, out, e);
	if (rc != 0)
		return rc;
	if (m.len == sizeof(out->secrets))
		memcpy(&out->secrets, m.body.text, m.len);
	rc = read_text(m.parcel.fds[HANDOVER_STATES], &out->states, e);
	if (rc == 0)
		rc = read_text(m.parcel.fds[HANDOVER_MEASURED], &out->measured,
		    e);
	if (rc == 0) {
		out->lock_fd = m.parcel.fds[HANDOVER_LOCK];
		m.parcel.fds[HANDOVER_LOCK] = -1;
	}
	parcel_close_fds(&m.parcel);
	return rc;
}

int
taker_confirm(struct taker *t, struct err *e)
{
	const struct handover_out taken = { .kind = HANDOVER_TAKEN };
	struct handover_in m;
	int rc;

	OBJ_CHECK(t, TAKER_MAGIC);
	(void)handover_send(t->fd, &taken, NULL);
	rc = handover_expect(t->fd, &m, HANDOVER_LEFT, 0, e);
	return rc == HANDOVER_CLOSED ? await_death(t, e) : rc;
}

/* ---- counts ---- */

static int
add_counts(struct taker *t, struct handover_in *m, struct err *e)
{
	struct strbuf text;
	int rc;

	if (m->kind != HANDOVER_COUNTS || m->parcel.fd_count != 1) {
		parcel_close_fds(&m->parcel);
		return err_set(e, ERR_PARSE, "a message of kind %d is not due",
		    (int)m->kind);
	}
	strbuf_init(&text);
	rc = read_text(m->parcel.fds[0], &text, e);
	if (rc == 0)
		rc = counts_take(t->plan, text.text, text.len, e);
	strbuf_fini(&text);
	parcel_close_fds(&m->parcel);
	return rc;
}

/* One message. Not 0: no more will come. */
static int
hear(struct taker *t, int timeout_ms)
{
	char quoted[ERR_TEXT_MAX];
	struct handover_in m;
	struct err e = { 0 };
	int rc = handover_receive(t->fd, &m, timeout_ms, &e);

	if (rc == 0)
		rc = add_counts(t, &m, &e);
	if (rc < 0)
		log_at(LOG_WARNING, "gtmd", "service", "counts-lost",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	return rc;
}

static void
on_counts(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct taker *t = arg;

	(void)io;
	(void)fd;
	(void)events;
	OBJ_CHECK(t, TAKER_MAGIC);
	if (hear(t, 0) != 0)
		loop_io_stop(&t->io);
}

void
taker_hear_counts(struct taker *t, struct loop *loop,
    const struct plan *plan)
{
	OBJ_CHECK(t, TAKER_MAGIC);
	t->plan = plan;
	if (hear(t, COUNTS_MS) == 0)
		t->io = loop_io_start(loop, t->fd, LOOP_READ, on_counts, t);
}
