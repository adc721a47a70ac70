/* monitors/probewire.c - see probewire.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probewire.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/strbuf.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define HEAD		5	/* length and kind */
#define SMALL_MAX	192	/* any frame but monitor and counts */
#define NUMBERS		8	/* of counts, before the rows */
#define ROW_NUMBERS	(1 + PROBESTAT_CODES + 2 * (HISTOGRAM_BOUNDS + 2))

/* A new field has to be said here, too. */
_Static_assert(sizeof(struct probe_result) == 48, "probe_result has changed");
_Static_assert(sizeof(struct health) == 48, "health has changed");

/* ---- frames ---- */

long
probewire_next(const void *octets, size_t len, struct probewire_frame *f)
{
	struct rbuf r;
	uint32_t n;
	uint8_t kind;

	rbuf_init(&r, octets, len);
	n = rbuf_u32(&r);
	if (r.bad)
		return 0;
	if (n == 0 || n > PROBEWIRE_FRAME_MAX)
		return -1;
	kind = rbuf_u8(&r);
	if (r.bad || rbuf_left(&r) < n - 1)
		return 0;
	if (kind < PROBEWIRE_MONITOR || kind > PROBEWIRE_GAUGE)
		return -1;
	*f = (struct probewire_frame){ .kind = (enum probewire_kind)kind,
	    .body = r.base + r.off, .len = n - 1 };
	return (long)(4 + n);
}

static void
put_head(struct strbuf *b, enum probewire_kind kind, size_t len)
{
	const uint32_t n = (uint32_t)len + 1;
	const uint8_t head[HEAD] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n, (uint8_t)kind };

	assert(len < PROBEWIRE_FRAME_MAX);
	strbuf_add_len(b, head, sizeof(head));
}

static void
put(struct strbuf *b, enum probewire_kind kind, const struct wbuf *w)
{
	assert(!w->bad);
	put_head(b, kind, w->off);
	strbuf_add_len(b, w->base, w->off);
}

/* ---- values ---- */

static void
write_u64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

static uint64_t
read_u64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

/* 4, 6 or 0, then all 16 octets: frames of one kind are of one length. */
static void
write_addr(struct wbuf *w, const struct addr *a)
{
	wbuf_u8(w, a->family == AF_INET ? 4 : a->family == AF_INET6 ? 6 : 0);
	wbuf_octets(w, a->octets, sizeof(a->octets));
}

static struct addr
read_addr(struct rbuf *r)
{
	struct addr a = { 0 };
	uint8_t version = rbuf_u8(r);
	size_t len;

	a.family = version == 4 ? AF_INET : version == 6 ? AF_INET6 : 0;
	len = addr_len(&a);
	if (version != 0 && version != 4 && version != 6)
		r->bad = true;
	if (!rbuf_skip(r, sizeof(a.octets)))
		return (struct addr){ 0 };
	memcpy(a.octets, r->base + r->off - sizeof(a.octets), len);
	return a;
}

/* A number that must be at most max. */
static uint8_t
read_upto(struct rbuf *r, unsigned max)
{
	uint8_t v = rbuf_u8(r);

	if (v <= max)
		return v;
	r->bad = true;
	return 0;
}

static void
write_result(struct wbuf *w, const struct probe_result *r)
{
	wbuf_u8(w, (uint8_t)r->outcome);
	wbuf_u8(w, (uint8_t)r->code);
	wbuf_u32(w, (uint32_t)r->sys_errno);
	wbuf_u32(w, (uint32_t)r->status);
	wbuf_u32(w, r->octets);
	wbuf_u32(w, r->rtt_us);
	write_addr(w, &r->from);
	wbuf_u8(w, r->expiring);
	wbuf_u32(w, (uint32_t)r->days_left);
}

static struct probe_result
read_result(struct rbuf *r)
{
	struct probe_result v = { 0 };

	v.outcome = (enum probe_outcome)read_upto(r, PROBE_ABSTAIN);
	v.code = (enum probe_code)read_upto(r, PROBESTAT_CODES - 1);
	v.sys_errno = (int)rbuf_u32(r);
	v.status = (int)rbuf_u32(r);
	v.octets = rbuf_u32(r);
	v.rtt_us = rbuf_u32(r);
	v.from = read_addr(r);
	v.expiring = read_upto(r, 1) != 0;
	v.days_left = (int32_t)rbuf_u32(r);
	return v;
}

/* Both processes have the same monotonic clock. */
static void
write_health(struct wbuf *w, const struct health *h)
{
	wbuf_u8(w, (uint8_t)h->state);
	wbuf_u8(w, (uint8_t)h->found);
	wbuf_u8(w, h->good);
	wbuf_u8(w, h->bad);
	write_u64(w, h->history);
	write_u64(w, h->last_good_ns);
	wbuf_u32(w, (uint32_t)h->damp.penalty);
	wbuf_u8(w, h->damp.held);
	write_u64(w, h->damp.at_ns);
}

static struct health
read_health(struct rbuf *r)
{
	struct health h = { 0 };

	h.state = (enum health_state)read_upto(r, HEALTH_DOWN);
	h.found = (enum health_state)read_upto(r, HEALTH_DOWN);
	h.good = rbuf_u8(r);
	h.bad = rbuf_u8(r);
	h.history = read_u64(r);
	h.last_good_ns = read_u64(r);
	h.damp.penalty = (float)rbuf_u32(r);
	h.damp.held = read_upto(r, 1) != 0;
	h.damp.at_ns = read_u64(r);
	return h;
}

static void
write_report(struct wbuf *w, const struct probereport *p)
{
	write_health(w, &p->health);
	wbuf_u8(w, (uint8_t)p->newest);
	write_result(w, &p->cause);
	write_addr(w, &p->from);
	wbuf_u32(w, p->rtt_us);
	wbuf_u8(w, p->expiring);
	wbuf_u32(w, (uint32_t)p->days_left);
}

static struct probereport
read_report(struct rbuf *r)
{
	struct probereport p = { 0 };

	p.health = read_health(r);
	p.newest = (enum probe_code)read_upto(r, PROBESTAT_CODES - 1);
	p.cause = read_result(r);
	p.from = read_addr(r);
	p.rtt_us = rbuf_u32(r);
	p.expiring = read_upto(r, 1) != 0;
	p.days_left = (int32_t)rbuf_u32(r);
	return p;
}

static uint64_t
read_token(struct rbuf *r)
{
	uint64_t token = read_u64(r);

	if ((uint32_t)token >= PROBEWIRE_SLOTS_MAX)
		r->bad = true;
	return token;
}

static struct rbuf
open_body(const struct probewire_frame *f)
{
	struct rbuf r;

	rbuf_init(&r, f->body, f->len);
	return r;
}

static bool
is_whole(const struct rbuf *r)
{
	return !r->bad && rbuf_left(r) == 0;
}

/* ---- to the prober ---- */

void
probewire_put_monitor(struct strbuf *b, const struct probewire_monitor *m)
{
	const size_t words = strlen(m->words) + 1, name = strlen(m->name) + 1;
	const uint8_t number[4] = { (uint8_t)(m->number >> 24),
	    (uint8_t)(m->number >> 16), (uint8_t)(m->number >> 8),
	    (uint8_t)m->number };

	put_head(b, PROBEWIRE_MONITOR, 4 + words + name + m->text_len);
	strbuf_add_len(b, number, sizeof(number));
	strbuf_add_len(b, m->words, words);
	strbuf_add_len(b, m->name, name);
	strbuf_add_len(b, m->text, m->text_len);
}

static const char *
read_text(struct rbuf *r)
{
	const uint8_t *start = r->base + r->off;
	const uint8_t *end = rbuf_left(r) == 0 ? NULL :
	    memchr(start, 0, rbuf_left(r));

	if (end == NULL) {
		r->bad = true;
		return "";
	}
	(void)rbuf_skip(r, (size_t)(end - start) + 1);
	return (const char *)start;
}

bool
probewire_get_monitor(const struct probewire_frame *f,
    struct probewire_monitor *m)
{
	struct rbuf r = open_body(f);

	m->number = rbuf_u32(&r);
	m->words = read_text(&r);
	m->name = read_text(&r);
	m->text = (const char *)r.base + r.off;
	m->text_len = rbuf_left(&r);
	return !r.bad;
}

void
probewire_put_forget(struct strbuf *b, uint32_t number)
{
	uint8_t room[SMALL_MAX];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	wbuf_u32(&w, number);
	put(b, PROBEWIRE_FORGET, &w);
}

bool
probewire_get_forget(const struct probewire_frame *f, uint32_t *number)
{
	struct rbuf r = open_body(f);

	*number = rbuf_u32(&r);
	return is_whole(&r);
}

void
probewire_put_join(struct strbuf *b, const struct probewire_join *j)
{
	uint8_t room[SMALL_MAX];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	write_u64(&w, j->token);
	wbuf_u32(&w, j->monitor);
	write_addr(&w, &j->to.addr);
	wbuf_u16(&w, j->to.port);
	wbuf_u8(&w, j->control);
	write_report(&w, &j->known);
	put(b, PROBEWIRE_JOIN, &w);
}

bool
probewire_get_join(const struct probewire_frame *f, struct probewire_join *j)
{
	struct rbuf r = open_body(f);

	j->token = read_token(&r);
	j->monitor = rbuf_u32(&r);
	j->to.addr = read_addr(&r);
	j->to.port = rbuf_u16(&r);
	j->control = read_upto(&r, 1) != 0;
	j->known = read_report(&r);
	return is_whole(&r);
}

void
probewire_put_leave(struct strbuf *b, uint64_t token)
{
	uint8_t room[SMALL_MAX];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	write_u64(&w, token);
	put(b, PROBEWIRE_LEAVE, &w);
}

bool
probewire_get_leave(const struct probewire_frame *f, uint64_t *token)
{
	struct rbuf r = open_body(f);

	*token = read_token(&r);
	return is_whole(&r);
}

void
probewire_put_recall(struct strbuf *b, uint64_t token,
    enum health_state state)
{
	uint8_t room[SMALL_MAX];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	write_u64(&w, token);
	wbuf_u8(&w, (uint8_t)state);
	put(b, PROBEWIRE_RECALL, &w);
}

bool
probewire_get_recall(const struct probewire_frame *f, uint64_t *token,
    enum health_state *state)
{
	struct rbuf r = open_body(f);

	*token = read_token(&r);
	*state = (enum health_state)read_upto(&r, HEALTH_DOWN);
	return is_whole(&r);
}

/* ---- from the prober ---- */

void
probewire_put_report(struct strbuf *b, uint64_t token,
    const struct probereport *p)
{
	uint8_t room[SMALL_MAX];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	write_u64(&w, token);
	write_report(&w, p);
	put(b, PROBEWIRE_REPORT, &w);
}

bool
probewire_get_report(const struct probewire_frame *f, uint64_t *token,
    struct probereport *p)
{
	struct rbuf r = open_body(f);

	*token = read_token(&r);
	*p = read_report(&r);
	return is_whole(&r);
}

static void
put_u64(struct strbuf *b, uint64_t v)
{
	uint8_t room[8];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	write_u64(&w, v);
	strbuf_add_len(b, room, sizeof(room));
}

static void
put_histogram(struct strbuf *b, const struct histogram *h)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		put_u64(b, h->n[i]);
	put_u64(b, h->sum_us);
}

static void
read_histogram(struct rbuf *r, struct histogram *h)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		h->n[i] = read_u64(r);
	h->sum_us = read_u64(r);
}

void
probewire_put_counts(struct strbuf *b, const struct probewire_counts *c)
{
	put_head(b, PROBEWIRE_COUNTS, NUMBERS * 8 + c->row_count * ROW_NUMBERS * 8);
	put_u64(b, c->started);
	put_u64(b, c->late_us_max);
	put_u64(b, c->in_flight);
	put_u64(b, c->waiting);
	put_u64(b, c->doubt.doubting);
	put_u64(b, c->doubt.controls);
	put_u64(b, c->doubt.silent);
	put_u64(b, c->doubt.withheld);
	for (size_t k = 0; k < c->row_count; k++) {
		put_u64(b, c->rows[k].started);
		for (size_t i = 0; i < PROBESTAT_CODES; i++)
			put_u64(b, c->rows[k].results[i]);
		put_histogram(b, &c->rows[k].duration);
		put_histogram(b, &c->rows[k].delay);
	}
}

bool
probewire_get_counts(const struct probewire_frame *f,
    struct probewire_counts *c)
{
	struct rbuf r = open_body(f);

	if (f->len != NUMBERS * 8 + c->row_count * ROW_NUMBERS * 8)
		return false;
	c->started = read_u64(&r);
	c->late_us_max = read_u64(&r);
	c->in_flight = (uint32_t)read_u64(&r);
	c->waiting = (uint32_t)read_u64(&r);
	c->doubt.doubting = read_u64(&r) != 0;
	c->doubt.controls = (uint32_t)read_u64(&r);
	c->doubt.silent = (uint32_t)read_u64(&r);
	c->doubt.withheld = read_u64(&r);
	for (size_t k = 0; k < c->row_count; k++) {
		c->rows[k].started = read_u64(&r);
		for (size_t i = 0; i < PROBESTAT_CODES; i++)
			c->rows[k].results[i] = read_u64(&r);
		read_histogram(&r, &c->rows[k].duration);
		read_histogram(&r, &c->rows[k].delay);
	}
	return is_whole(&r);
}

/* ---- both ways ---- */

void
probewire_put_gauge(struct strbuf *b, const struct wbuf *fixed,
    const char *text)
{
	const size_t len = text != NULL ? strlen(text) + 1 : 0;

	assert(!fixed->bad);
	put_head(b, PROBEWIRE_GAUGE, fixed->off + len);
	strbuf_add_len(b, fixed->base, fixed->off);
	strbuf_add_len(b, text, len);
}
