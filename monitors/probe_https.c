/* monitors/probe_https.c - one probe: connect, shake hands, send, judge the reply,
 * and look how long the certificate is still good.
 *
 * Each monitor has a TLS client of its own, with the sessions of all its targets
 * (tlsclient.h). One whose files do not load makes its probes abstain, and the
 * log says why. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_https.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/sock.h"
#include "core/io/tlsclient.h"
#include "monitors/attempt.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

#define DAY_S	86400

struct spec {
	struct talk_spec *text;
	struct tlsclient *client;	/* NULL = cert, key or CA do not load */
	uint32_t	  warning_d;
};

struct probe {
	struct attempt	 attempt;
	int		 fd;		/* -1 = none */
	struct loop_io	*io;		/* until the talk has it */
	struct tlsclient_peer *tls;
};

static const struct spec *
spec_of(const struct probe *p)
{
	return p->attempt.job.spec;
}

/* As dial.c, with a reset. */
static void
hang_up(struct probe *p)
{
	static const struct linger at_once = { .l_onoff = 1 };

	loop_io_stop(&p->io);
	tlsclient_close(&p->tls);
	if (p->fd == -1)
		return;
	(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof(at_once));
	(void)close(p->fd);
	p->fd = -1;
}

static void
init(struct probe *p)
{
	p->fd = -1;
}

/* Time is over; or there was nothing to show or trust. */
static void
on_expire(struct probe *p, struct probe_result *r)
{
	if (spec_of(p)->client == NULL)
		*r = (struct probe_result){ .outcome = PROBE_ABSTAIN,
		    .code = PROBE_CREDENTIALS };
}

static ssize_t
as_errno(ssize_t n)
{
	if (n >= 0)
		return n;
	errno = n == TLS_BROKEN ? EPROTO : EAGAIN;
	return -1;
}

static ssize_t
send_octets(void *arg, const void *octets, size_t len)
{
	struct probe *p = arg;

	return as_errno(tlsclient_write(p->tls, octets, len));
}

static ssize_t
recv_octets(void *arg, void *octets, size_t cap)
{
	struct probe *p = arg;

	return as_errno(tlsclient_read(p->tls, octets, cap));
}

/* The certificate ends soon: told with each success. */
static void
note_expiry(struct probe *p)
{
	const struct spec *s = spec_of(p);
	int64_t until = tlsclient_expires_s(p->tls);
	int64_t left = until - clock_real(loop_clock(p->attempt.job.loop));

	if (s->warning_d == 0 || until == 0 ||
	    left >= (int64_t)s->warning_d * DAY_S)
		return;
	p->attempt.expiring = true;
	p->attempt.days_left = left < 0 ? -1 : (int32_t)(left / DAY_S);
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.ops = { send_octets, recv_octets },
	.hang_up = hang_up,
	.expire = on_expire,
	.init = init,
};

static void
end_broken(struct probe *p)
{
	struct probe_result r = { .outcome = PROBE_DOWN };
	int number;

	switch (tlsclient_trouble(p->tls, &number)) {
	case TLSCLIENT_ERRNO:
		attempt_end_errno(&p->attempt, number);
		return;
	case TLSCLIENT_CLOSED:
		r.code = PROBE_CLOSED;
		break;
	case TLSCLIENT_ALERT:
		r.code = PROBE_TLS;
		r.status = number;
		break;
	case TLSCLIENT_NOT_TLS:
		r.code = PROBE_TLS;
		break;
	case TLSCLIENT_EXPIRED:
		r.code = PROBE_EXPIRED;
		break;
	case TLSCLIENT_NAME:
		r.code = PROBE_NAME;
		break;
	case TLSCLIENT_UNTRUSTED:
		r.code = PROBE_UNTRUSTED;
		break;
	}
	attempt_end(&p->attempt, &r);
}

static void
shake_hands(struct probe *p)
{
	switch (tlsclient_connect(p->tls)) {
	case TLS_WANT_READ:
		loop_io_change(p->io, LOOP_READ);
		break;
	case TLS_WANT_WRITE:
		loop_io_change(p->io, LOOP_WRITE);
		break;
	case TLS_BROKEN:
		end_broken(p);
		break;
	default:
		note_expiry(p);
		attempt_talk(&p->attempt, spec_of(p)->text, p->fd, p->io,
		    LOOP_WRITE);
	}
}

/* Connecting has ended, or the handshake can go on. */
static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;
	int rc = p->tls == NULL ? sock_error(fd) : 0;

	assert(io == p->io);
	(void)events;
	if (rc != 0) {
		attempt_end_errno(&p->attempt, rc);
		return;
	}
	if (p->tls == NULL)
		p->tls = tlsclient_open(spec_of(p)->client, fd,
		    &p->attempt.job.to, loop_now_ns(p->attempt.job.loop));
	shake_hands(p);
}

static struct probe *
start(const struct probe_job *job)
{
	struct probe *p = attempt_start(job->engine, job);

	if (job->fault != 0)
		return p;
	if (spec_of(p)->client == NULL) {
		loop_timer_start_at(&p->attempt.deadline, p->attempt.start_ns);
		return p;
	}
	p->fd = sock_connect_marked(&job->to, SOCK_KIND_TCP, job->mark);
	if (p->fd != -1)
		p->io = loop_io_start(job->loop, p->fd, LOOP_WRITE, on_ready,
		    p);
	if (p->io == NULL)
		attempt_fail(&p->attempt, errno);
	return p;
}

static void *
engine_new(struct loop *l, struct err *e)
{
	(void)l;
	(void)e;
	return attempt_engine_new(&kind);
}

static void *
spec_new(const struct monitor *m)
{
	const struct monitor_https *h = (const struct monitor_https *)m;
	struct spec *s = mem_zalloc(1, sizeof(*s));
	struct tlsclient_config c = {
		.cert = h->cert, .key = h->key, .ciphers = h->cipherlist,
		.ca_file = h->ca_file, .name = h->sni_server_name,
		.verify = h->verify, .compatible = h->compatibility,
	};
	char quoted[ERR_TEXT_MAX + 16];
	struct err e;

	s->text = talk_spec_new(&h->text, true);
	s->warning_d = h->expiry_warning_d;
	s->client = tlsclient_new(&c, &e);
	if (s->client == NULL)
		log_at(LOG_ERROR, "monitor", m->obj.name, "credentials",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;
	void *text;

	*pspec = NULL;
	if (s == NULL)
		return;
	text = s->text;
	talk_spec_free(&text);
	tlsclient_free(&s->client);
	free(s);
}

const struct probe_type probe_https_type = {
	.object = &monitor_https_type,
	.engine_new = engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = attempt_stop,
};
