/* monitors/probe_grpc_health.c - one probe: a call of grpc.health.v1.Health/Check
 * over HTTP/2, in the clear or over TLS; SERVING means up.
 *
 * HTTP/2 is libcurl's (fetch.h), a connection for each call; what libcurl costs
 * beside plain probes is told in docs/notes/health-cost.md.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_grpc_health.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/wire/wbuf.h"
#include "monitors/fetch.h"
#include "monitors/grpchealth.h"
#include "monitors/monitor_grpc_health.h"

struct spec {
	struct fetch_spec fetch;	/* texts are owned here */
	uint8_t		 request[GRPCHEALTH_REQUEST_MAX];
	char		*host, *ca_file;
};

struct probe {
	struct probe_job job;
	struct fetch	*fetch;
	mono_ns		 start_ns;
	int		 status;	/* grpc-status; -1 = none */
	size_t		 len;
	uint8_t		 reply[GRPCHEALTH_REPLY_MAX];
};

/* ---- what comes ---- */

static void
on_line(void *arg, const char *octets, size_t len)
{
	struct probe *p = arg;

	(void)grpchealth_status(octets, len, &p->status);
}

/* No more than the fetch's limit comes. */
static void
on_data(void *arg, const void *octets, size_t len)
{
	struct probe *p = arg;

	memcpy(p->reply + p->len, octets, len);
	p->len += len;
}

/* The call has ended as HTTP has it. */
static void
judge_reply(const struct probe *p, struct probe_result *r)
{
	int health;

	if (p->status == -1) {
		r->code = PROBE_GARBLED;
	} else if (p->status != 0) {
		r->code = PROBE_GRPC;
		r->status = p->status;
	} else if (!grpchealth_read(p->reply, p->len, &health)) {
		r->code = PROBE_GARBLED;
	} else if (health != GRPCHEALTH_SERVING) {
		r->code = PROBE_SERVING;
		r->status = health;
	} else {
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
	}
}

static void
judge(const struct probe *p, const struct fetch_result *f,
    struct probe_result *r)
{
	switch (f->code) {
	case FETCH_OK:
		judge_reply(p, r);
		break;
	case FETCH_TIMEOUT:
		r->outcome = PROBE_SILENT;
		r->code = PROBE_TIMEOUT;
		break;
	case FETCH_REFUSED:
		probe_from_errno(r, ECONNREFUSED);
		break;
	case FETCH_UNREACHABLE:
		probe_from_errno(r, f->sys_errno);
		break;
	case FETCH_TLS:
		r->code = f->untrusted ? PROBE_UNTRUSTED : PROBE_TLS;
		break;
	case FETCH_STATUS:
		r->code = PROBE_STATUS;
		r->status = f->status;
		break;
	case FETCH_BROKEN:
	case FETCH_LARGE:
		r->code = PROBE_GARBLED;
		break;
	case FETCH_LOCAL:
	case FETCH_CODES:
		r->outcome = PROBE_ABSTAIN;
		r->code = f->sys_errno != 0 ? PROBE_LOCAL : PROBE_CREDENTIALS;
		r->sys_errno = f->sys_errno;
		break;
	}
}

static void
on_done(void *arg, const struct fetch_result *f)
{
	struct probe *p = arg;
	const struct probe_job job = p->job;
	struct probe_result r = { .outcome = PROBE_DOWN };

	judge(p, f, &r);
	r.octets = (uint32_t)p->len;
	r.from = f->from;
	r.rtt_us = (uint32_t)((loop_now_ns(job.loop) - p->start_ns) / 1000);
	free(p);
	job.done(job.arg, &r);
}

/* ---- the probe ---- */

static struct probe *
start(const struct probe_job *job)
{
	const struct fetch_owner owner = { .data = on_data, .done = on_done,
	    .arg = mem_zalloc(1, sizeof(struct probe)) };
	const struct spec *s = job->spec;
	struct fetch_spec call = s->fetch;
	struct probe *p = owner.arg;

	p->job = *job;
	p->start_ns = loop_now_ns(job->loop);
	p->status = -1;
	call.to = job->to;
	call.timeout_ns = job->timeout_ns;
	p->fetch = fetch_start(job->engine, &call, &owner);
	return p;
}

static void
stop(struct probe **pp)
{
	struct probe *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	fetch_stop(&p->fetch);
	free(p);
}

static void *
engine_new(struct loop *l, struct err *e)
{
	return fetch_engine_new(l, e);
}

static void
engine_free(void **pengine)
{
	struct fetcher *f = *pengine;

	*pengine = NULL;
	fetch_engine_free(&f);
}

static void *
spec_new(const struct monitor *m)
{
	static const char *const headers[] = {
		"content-type: application/grpc", "te: trailers",
		"grpc-accept-encoding: identity", NULL
	};
	const struct monitor_grpc_health *h =
	    (const struct monitor_grpc_health *)m;
	struct spec *s = mem_zalloc(1, sizeof(*s));
	struct wbuf w;

	wbuf_init(&w, s->request, sizeof(s->request));
	grpchealth_ask(&w, h->service);
	s->host = h->host != NULL ? mem_strdup(h->host) : NULL;
	s->ca_file = h->ca_file != NULL ? mem_strdup(h->ca_file) : NULL;
	s->fetch = (struct fetch_spec){
		.tls = h->tls, .verify = h->verify,
		.host = s->host, .path = GRPCHEALTH_PATH,
		.ca_file = s->ca_file,
		.body = s->request, .body_len = w.off,
		.http2 = true, .headers = headers, .line = on_line,
		.max = GRPCHEALTH_REPLY_MAX,
	};
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	free(s->host);
	free(s->ca_file);
	free(s);
}

const struct probe_type probe_grpc_health_type = {
	.object = &monitor_grpc_health_type,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = stop,
};
