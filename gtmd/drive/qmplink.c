/* gtmd/drive/qmplink.c - see qmplink.h.
 *
 * A QEMU that has one client greets no other: then nothing comes, until our
 * patience ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmplink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/model/json.h"
#include "gtmd/drive/qmpwire.h"

struct qmplink {
	unsigned	 magic;
#define QMPLINK_MAGIC	0x6c1f9d04u
	struct loop	*loop;
	struct qmplink_owner owner;
	int		 fd;		/* -1: could not connect, or lost */
	struct err	 refused;	/* why it could not */
	struct loop_io	*io;
	struct loop_timer timer;	/* patience, or to tell of errno */
	struct qmpwire	 wire;
	enum { GREETS, AGREES, IDLE, ASKED } state;
	int64_t		 id;		/* of the newest command */
	char		*out;		/* what of it has not been sent */
	size_t		 out_at, out_len;
	bool		 busy, dead;	/* in a callback; stopped in there */
};

static void
hang_up(struct qmplink *k)
{
	loop_io_stop(&k->io);
	loop_timer_stop(&k->timer);
	if (k->fd != -1)
		(void)close(k->fd);
	k->fd = -1;
}

/* The owner stops k, whose text why may be. */
static void
lose(struct qmplink *k, const char *why)
{
	char own[ERR_TEXT_MAX];

	(void)snprintf(own, sizeof(own), "%s", why);
	hang_up(k);
	k->owner.lost(k->owner.arg, own);
}

/* ---- out ---- */

/* False with errno when the connection is gone. */
static bool
flush(struct qmplink *k)
{
	while (k->out_at < k->out_len) {
		ssize_t n = send(k->fd, k->out + k->out_at,
		    k->out_len - k->out_at, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			return false;
		if (n == -1)
			break;
		k->out_at += (size_t)n;
	}
	loop_io_change(k->io, LOOP_READ |
	    (k->out_at < k->out_len ? LOOP_WRITE : 0));
	return true;
}

/* A failure is seen when the loop looks next. */
static void
post(struct qmplink *k, const char *command, struct json **parguments)
{
	free(k->out);
	k->out = qmpwire_command(command, parguments, ++k->id);
	k->out_len = strlen(k->out);
	k->out_at = 0;
	loop_timer_start(&k->timer, QMPLINK_PATIENCE_MS, 0);
	(void)flush(k);
}

void
qmplink_send(struct qmplink *k, const char *command, struct json **parguments)
{
	OBJ_CHECK(k, QMPLINK_MAGIC);
	assert(k->state == IDLE && k->fd != -1);
	k->state = ASKED;
	post(k, command, parguments);
}

/* ---- in ---- */

static void
greeted(struct qmplink *k)
{
	struct json *none = NULL;

	k->state = AGREES;
	post(k, "qmp_capabilities", &none);
}

static void
answered(struct qmplink *k, const struct qmpwire_msg *m)
{
	bool first = k->state == AGREES;

	k->state = IDLE;
	loop_timer_stop(&k->timer);
	if (first && m->kind == QMPWIRE_ERROR)
		lose(k, m->text);
	else if (first)
		k->owner.ready(k->owner.arg);
	else
		k->owner.answer(k->owner.arg, m);
}

static void
take(struct qmplink *k, const struct qmpwire_msg *m)
{
	bool asked = k->state == AGREES || k->state == ASKED;

	switch (m->kind) {
	case QMPWIRE_GREETING:
		if (k->state == GREETS)
			greeted(k);
		else
			lose(k, "QEMU greets twice");
		return;
	case QMPWIRE_EVENT:
		if (k->state != GREETS)
			k->owner.event(k->owner.arg, m);
		return;
	case QMPWIRE_RETURN:
	case QMPWIRE_ERROR:
		if (asked && m->id == k->id)
			answered(k, m);
		else
			lose(k, "QEMU answers what was not asked");
		return;
	}
}

static void
bury(struct qmplink *k)
{
	qmpwire_fini(&k->wire);
	free(k->out);
	k->magic = 0;
	free(k);
}

/* All messages that have come, unless one of them is the end of k. */
static void
take_all(struct qmplink *k)
{
	struct qmpwire_msg m;
	struct err e;
	int rc = 0;

	k->busy = true;
	while (k->fd != -1 && (rc = qmpwire_next(&k->wire, &m, &e)) == 1) {
		take(k, &m);
		json_free(&m.whole);
	}
	k->busy = false;
	if (k->dead)
		bury(k);
	else if (k->fd != -1 && rc < 0)
		lose(k, e.text);
}

static void
receive(struct qmplink *k)
{
	char octets[16384];
	ssize_t n = read(k->fd, octets, sizeof(octets));

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		qmpwire_feed(&k->wire, octets, (size_t)n);
		take_all(k);
	} else {
		lose(k, n == 0 ? "QEMU has closed the connection" :
		    strerrordesc_np(errno));
	}
}

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct qmplink *k = arg;

	OBJ_CHECK(k, QMPLINK_MAGIC);
	assert(io == k->io && fd == k->fd);
	if ((events & LOOP_WRITE) != 0 && !flush(k))
		lose(k, strerrordesc_np(errno));
	else if ((events & LOOP_READ) != 0)
		receive(k);
}

static void
on_timer(struct loop_timer *t, void *arg)
{
	struct qmplink *k = arg;

	OBJ_CHECK(k, QMPLINK_MAGIC);
	assert(t == &k->timer);
	if (k->fd == -1)
		lose(k, k->refused.text);
	else
		lose(k, k->state == GREETS ? "QEMU does not greet: somebody "
		    "else may hold its socket" : "QEMU does not answer");
}

/* ---- life ---- */

struct qmplink *
qmplink_start(struct loop *l, const char *path,
    const struct qmplink_owner *owner)
{
	struct qmplink *k = mem_zalloc(1, sizeof(*k));

	k->magic = QMPLINK_MAGIC;
	k->loop = l;
	k->owner = *owner;
	k->state = GREETS;
	qmpwire_init(&k->wire);
	loop_timer_init(&k->timer, l, on_timer, k);
	k->fd = unixsock_connect(path, SOCK_STREAM | SOCK_NONBLOCK);
	if (k->fd != -1)
		k->io = loop_io_start(l, k->fd, LOOP_READ, on_io, k);
	if (k->io == NULL) {
		(void)err_sys(&k->refused, errno, "%s", path);
		hang_up(k);
	}
	loop_timer_start(&k->timer, k->fd != -1 ? QMPLINK_PATIENCE_MS : 0, 0);
	return k;
}

void
qmplink_stop(struct qmplink **kp)
{
	struct qmplink *k = *kp;

	*kp = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, QMPLINK_MAGIC);
	hang_up(k);
	k->dead = true;
	if (!k->busy)
		bury(k);
}
