/* monitors/probe_dns.c - one probe: a query over UDP, again while nothing comes,
 * and the answer to it; over TCP where the monitor says so or the answer did not
 * fit a datagram.
 *
 * It is made of two that others make: datagram.h's and, perhaps behind it,
 * parley.h's in the time that is left.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_dns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "monitors/attempt.h"
#include "monitors/datagram.h"
#include "monitors/dnsreply.h"
#include "monitors/monitor_dns.h"
#include "monitors/parley.h"

#define LENGTH		2u	/* before a message over TCP, RFC 1035 4.2.2 */
#define REPLY_MAX	65535u

/* What is asked, and wanted back. */
struct ask {
	uint8_t		 name[DNSNAME_MAX];
	uint16_t	 type;
	enum monitor_dns_contains contains;
	bool		 any_rcode, reverse;
	bool		 wants;		/* an address */
	struct addr	 wanted;
};

/* The two kinds of probe find theirs at the start of their spec. */
struct udp_spec {
	struct datagram_spec datagram;
	struct ask	 ask;
};

struct tcp_spec {
	struct parley_spec parley;
	struct ask	 ask;
};

struct spec {
	struct udp_spec	 udp;
	struct tcp_spec	 tcp;
	bool		 tcp_only;
};

struct engine {
	void		*datagram, *parley;
	struct probe	*spare;
};

struct probe {
	struct probe_job job;
	struct probe	*inner;		/* a datagram's, or a parley's */
	bool		 over_tcp;
	uint32_t	 rtt_us;	/* of what came before inner */
	mono_ns		 start_ns;
	struct probe	*next_spare;
};

/* ---- the verdict ---- */

static bool
has_records(const struct ask *a, const struct dnsreply_seen *seen)
{
	switch (a->contains) {
	case MONITOR_DNS_QUERY_TYPE:
		return seen->of_type != 0;
	case MONITOR_DNS_ANY_TYPE:
		return seen->records != 0;
	case MONITOR_DNS_ANYTHING:
		return true;
	}
	return false;
}

static void
judge_answer(const struct ask *a, const struct dnsreply_seen *seen,
    struct probe_result *r)
{
	r->outcome = PROBE_DOWN;
	if (!a->any_rcode && seen->rcode != 0) {
		r->code = PROBE_RCODE;
		r->status = seen->rcode;
	} else if (!a->any_rcode && !has_records(a, seen)) {
		r->code = PROBE_NO_RECORD;
	} else if (!a->any_rcode && a->wants && seen->match == a->reverse) {
		r->code = a->reverse ? PROBE_MATCH : PROBE_NO_MATCH;
	} else {
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
	}
}

/* False when the message is no answer to the query. */
static bool
judge(const struct ask *a, uint64_t bits, const uint8_t *octets, size_t len,
    struct probe_result *r)
{
	uint8_t query[DNSREPLY_QUERY_MAX];
	struct dnsreply_seen seen;
	struct wbuf w;

	wbuf_init(&w, query, sizeof(query));
	dnsreply_ask(&w, a->name, a->type, bits);
	assert(!w.bad);
	r->octets = (uint32_t)len;
	switch (dnsreply_read(octets, len, query, w.off,
	    a->wants ? &a->wanted : NULL, &seen)) {
	case DNSREPLY_FOREIGN:
		return false;
	case DNSREPLY_CUT:
		r->outcome = PROBE_DOWN;
		r->code = PROBE_TRUNCATED;
		break;
	case DNSREPLY_GARBLED:
		r->outcome = PROBE_DOWN;
		r->code = PROBE_GARBLED;
		break;
	case DNSREPLY_ANSWER:
		judge_answer(a, &seen, r);
		break;
	}
	return true;
}

/* ---- over UDP ---- */

static const void *
ask_udp(const void *spec, uint64_t bits, uint8_t *to, size_t cap, size_t *len)
{
	const struct udp_spec *s = spec;
	struct wbuf w;

	wbuf_init(&w, to, cap);
	dnsreply_ask(&w, s->ask.name, s->ask.type, bits);
	assert(!w.bad);
	*len = w.off;
	return to;
}

static bool
judge_udp(const void *spec, uint64_t bits, const uint8_t *octets, size_t len,
    struct probe_result *r)
{
	const struct udp_spec *s = spec;

	return judge(&s->ask, bits, octets, len, r);
}

/* ---- over TCP ---- */

static enum parley_next
turn(const void *spec, const struct parley *at, struct probe_result *r)
{
	const struct tcp_spec *s = spec;
	size_t body, len;

	if (at->said == 0) {
		body = wbuf_open16(at->out);
		dnsreply_ask(at->out, s->ask.name, s->ask.type, at->bits);
		wbuf_close16(at->out, body);
		return PARLEY_SAY;
	}
	if (at->len < LENGTH)
		return PARLEY_READ;
	len = (size_t)at->in[0] << 8 | at->in[1];
	if (at->len - LENGTH < len)
		return PARLEY_READ;
	if (!judge(&s->ask, at->bits, at->in + LENGTH, len, r))
		r->code = PROBE_GARBLED;
	return PARLEY_DONE;
}

/* ---- the probe ---- */

static void
give_back(struct probe *p)
{
	struct engine *e = p->job.engine;

	p->next_spare = e->spare;
	e->spare = p;
}

static void on_done(void *arg, const struct probe_result *r);

static void
start_inner(struct probe *p, bool over_tcp)
{
	const struct engine *e = p->job.engine;
	const struct spec *s = p->job.spec;
	struct probe_job job = p->job;
	dur_ns spent = loop_now_ns(job.loop) - p->start_ns;

	job.engine = over_tcp ? e->parley : e->datagram;
	job.spec = over_tcp ? (const void *)&s->tcp : (const void *)&s->udp;
	job.timeout_ns -= spent < job.timeout_ns ? spent : job.timeout_ns;
	job.done = on_done;
	job.arg = p;
	p->over_tcp = over_tcp;
	p->inner = over_tcp ? parley_start(&job) : datagram_start(&job);
}

/* Cut: once more over TCP, in what time is left. */
static void
on_done(void *arg, const struct probe_result *r)
{
	struct probe *p = arg;
	struct probe_result all = *r;
	const struct probe_job job = p->job;

	p->inner = NULL;
	if (r->code == PROBE_TRUNCATED && !p->over_tcp) {
		p->rtt_us = r->rtt_us;
		start_inner(p, true);
		return;
	}
	all.rtt_us += p->rtt_us;
	give_back(p);
	job.done(job.arg, &all);
}

static struct probe *
start(const struct probe_job *job)
{
	struct engine *e = job->engine;
	const struct spec *s = job->spec;
	struct probe *p = e->spare;

	if (p != NULL)
		e->spare = p->next_spare;
	else
		p = mem_zalloc(1, sizeof(*p));
	p->job = *job;
	p->rtt_us = 0;
	p->start_ns = loop_now_ns(job->loop);
	start_inner(p, s->tcp_only);
	return p;
}

static void
stop(struct probe **pp)
{
	struct probe *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	attempt_stop(&p->inner);
	give_back(p);
}

static void *
engine_new(struct loop *l, struct err *err)
{
	struct engine *e = mem_zalloc(1, sizeof(*e));

	e->datagram = datagram_engine_new(l, err);
	e->parley = parley_engine_new(l, err);
	return e;
}

static void
engine_free(void **pengine)
{
	struct engine *e = *pengine;
	struct probe *p;

	*pengine = NULL;
	datagram_engine_free(&e->datagram);
	attempt_engine_free(&e->parley);
	while ((p = e->spare) != NULL) {
		e->spare = p->next_spare;
		free(p);
	}
	free(e);
}

static void
read_ask(struct ask *a, const struct monitor_dns *m)
{
	*a = (struct ask){
		.type = m->aaaa ? DNSREPLY_AAAA : DNSREPLY_A,
		.contains = (enum monitor_dns_contains)m->answer_contains,
		.any_rcode = m->any_rcode,
		.reverse = m->reverse,
		.wants = m->recv != NULL,
	};
	if (dnsname_parse(m->qname != NULL ? m->qname : ".", a->name) == 0 ||
	    (a->wants && addr_parse(m->recv, &a->wanted) != 0))
		assert(!"qname and recv were checked");
}

static void *
spec_new(const struct monitor *m)
{
	const struct monitor_dns *d = (const struct monitor_dns *)m;
	struct spec *s = mem_zalloc(1, sizeof(*s));

	read_ask(&s->udp.ask, d);
	s->tcp.ask = s->udp.ask;
	s->tcp_only = d->tcp;
	s->udp.datagram = (struct datagram_spec){
		.ask = ask_udp,
		.judge = judge_udp,
		.pace = probepace_of(m),
	};
	s->tcp.parley = (struct parley_spec){ .turn = turn,
	    .in_max = LENGTH + REPLY_MAX, .abrupt = true };
	return s;
}

static void
spec_free(void **pspec)
{
	free(*pspec);
	*pspec = NULL;
}

const struct probe_type probe_dns_type = {
	.object = &monitor_dns_type,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = stop,
};
