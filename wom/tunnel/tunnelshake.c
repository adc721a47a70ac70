/* wom/tunnel/tunnelshake.c - see tunnelshake.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunnelshake.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "wom/tunnel/tunnelwire.h"

struct tunnelshake {
	unsigned	 magic;
#define TUNNELSHAKE_MAGIC 0x7e154acau
	struct tunnelshake_config config;
	struct tunnelwire *wire;
	struct loop_io	*io;
	struct loop_timer patience;
	bool		 connecting;
};

static void
finish(struct tunnelshake *s, enum tunneltls_refusal refusal, const char *why)
{
	struct tunnelshake_config c = s->config;
	struct tunnelshake_end end = { .refusal = refusal, .why = why };

	loop_io_stop(&s->io);
	loop_timer_stop(&s->patience);
	if (refusal == TUNNELTLS_NONE) {
		end.wire = s->wire;
		s->wire = NULL;
	}
	c.done(c.arg, s, &end);
	tunnelshake_free(&s);
}

static void
on_late(struct loop_timer *t, void *arg)
{
	struct tunnelshake *s = arg;

	(void)t;
	finish(s, TUNNELTLS_SILENT, s->connecting ?
	    "nobody answers" : tunneltls_refusal_texts[TUNNELTLS_SILENT]);
}

static void
shake(struct tunnelshake *s)
{
	int rc = tunnelwire_shake(s->wire);
	struct err e = { .code = 0 };
	enum tunneltls_refusal refusal;

	switch (rc) {
	case TLS_WANT_READ:
		loop_io_change(s->io, LOOP_READ);
		break;
	case TLS_WANT_WRITE:
		loop_io_change(s->io, LOOP_WRITE);
		break;
	case 1:
		finish(s, TUNNELTLS_NONE, "");
		break;
	default:
		refusal = tunnelwire_refusal(s->wire, &e);
		finish(s, refusal, e.text);
	}
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct tunnelshake *s = arg;
	int rc;

	(void)io;
	(void)events;
	if (s->connecting) {
		rc = sock_connected(fd);
		if (rc == EINPROGRESS)
			return;
		if (rc != 0) {
			finish(s, TUNNELTLS_CLOSED, strerror(rc));
			return;
		}
		s->connecting = false;
	}
	shake(s);
}

struct tunnelshake *
tunnelshake_new(const struct tunnelshake_config *c)
{
	struct tunnelshake *s = mem_zalloc(1, sizeof(*s));

	s->magic = TUNNELSHAKE_MAGIC;
	s->config = *c;
	s->wire = tunnelwire_new(c->tls, c->fd, &c->remote);
	s->connecting = tunnelwire_is_ours(s->wire);
	loop_timer_init(&s->patience, c->loop, on_late, s);
	s->io = loop_io_start(c->loop, c->fd,
	    s->connecting ? LOOP_WRITE : LOOP_READ, on_ready, s);
	/* The kernel refuses a watch where memory is short: time runs out then. */
	loop_timer_start_at(&s->patience, loop_now_ns(c->loop) +
	    (s->io != NULL ? tunneltls_handshake_ns(c->tls) : 0));
	return s;
}

void
tunnelshake_free(struct tunnelshake **ps)
{
	struct tunnelshake *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, TUNNELSHAKE_MAGIC);
	loop_io_stop(&s->io);
	loop_timer_stop(&s->patience);
	tunnelwire_free(&s->wire);
	s->magic = 0;
	free(s);
}

const struct addrport *
tunnelshake_remote(const struct tunnelshake *s)
{
	return &s->config.remote;
}
