/* monitors/gaugewire.c - see gaugewire.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugewire.h"

#include <string.h>
#include <sys/socket.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "monitors/probewire.h"

#define FIXED_MAX	192	/* a message without its text */

/* ---- writing ---- */

static void
write_u64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

static void
write_place(struct wbuf *w, const struct addrport *a)
{
	wbuf_u8(w, a->addr.family == AF_INET ? 4 :
	    a->addr.family == AF_INET6 ? 6 : 0);
	wbuf_octets(w, a->addr.octets, sizeof(a->addr.octets));
	wbuf_u16(w, a->port);
}

static void
write_result(struct wbuf *w, const struct gaugelook_result *r)
{
	wbuf_u8(w, (uint8_t)r->outcome);
	wbuf_u32(w, (uint32_t)r->sys_errno);
	wbuf_u32(w, (uint32_t)r->status);
	write_u64(w, r->octets);
	write_u64(w, r->samples);
	write_u64(w, r->bad);
	write_u64(w, r->overlong);
}

/* All but the text; ret the text, which stands last, or NULL. */
static const char *
write_fixed(struct wbuf *w, const struct gaugewire_message *m)
{
	wbuf_u8(w, (uint8_t)m->kind);
	switch (m->kind) {
	case GAUGEWIRE_PAGE:
		write_u64(w, m->page.id);
		wbuf_u32(w, m->page.monitor);
		write_place(w, &m->page.to);
		return m->page.path;
	case GAUGEWIRE_READER:
		write_u64(w, m->reader.page);
		write_u64(w, m->reader.id);
		wbuf_u32(w, m->reader.wants);
		return m->reader.label;
	case GAUGEWIRE_PAGE_END:
	case GAUGEWIRE_READER_END:
		write_u64(w, m->ended);
		break;
	case GAUGEWIRE_READING:
		write_u64(w, m->reading.reader);
		for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
			wbuf_u8(w, (uint8_t)m->reading.values[i].outcome);
			write_u64(w, m->reading.values[i].value);
		}
		break;
	case GAUGEWIRE_LOOKED:
		write_u64(w, m->looked.page);
		write_result(w, &m->looked.result);
		break;
	}
	return NULL;
}

void
gaugewire_put(struct strbuf *b, const struct gaugewire_message *m)
{
	uint8_t room[FIXED_MAX];
	struct wbuf w;
	const char *text;

	wbuf_init(&w, room, sizeof(room));
	text = write_fixed(&w, m);
	probewire_put_gauge(b, &w, text);
}

/* ---- reading ---- */

static uint64_t
read_u64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

static struct addrport
read_place(struct rbuf *r)
{
	struct addrport a = { .port = 0 };
	uint8_t version = rbuf_u8(r);

	a.addr.family = version == 4 ? AF_INET : version == 6 ? AF_INET6 : 0;
	if (version != 0 && version != 4 && version != 6)
		r->bad = true;
	if (rbuf_skip(r, sizeof(a.addr.octets)))
		memcpy(a.addr.octets, r->base + r->off -
		    sizeof(a.addr.octets), addr_len(&a.addr));
	a.port = rbuf_u16(r);
	return a;
}

/* A number that must be under end. */
static uint8_t
read_under(struct rbuf *r, unsigned end)
{
	uint8_t v = rbuf_u8(r);

	if (v < end)
		return v;
	r->bad = true;
	return 0;
}

/* The rest of the body, whose octet 0 is its last one. */
static const char *
read_text(struct rbuf *r)
{
	const uint8_t *start = r->base + r->off;
	size_t n = rbuf_left(r);

	if (n == 0 || memchr(start, 0, n) != start + n - 1) {
		r->bad = true;
		return "";
	}
	(void)rbuf_skip(r, n);
	return (const char *)start;
}

static void
read_reading(struct rbuf *r, struct gaugewire_reading *out)
{
	out->reader = read_u64(r);
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
		struct gaugeset_value *v = &out->values[i];

		v->outcome = (enum gauge_outcome)read_under(r, GAUGE_OUTCOMES);
		v->value = read_u64(r);
		if (v->value > monitor_metrics_max(
		    (enum monitor_metrics_what)i))
			r->bad = true;
	}
}

static void
read_result(struct rbuf *r, struct gaugelook_result *out)
{
	out->outcome = read_under(r, GAUGELOOK_OUTCOMES);
	out->sys_errno = (int)rbuf_u32(r);
	out->status = (int)rbuf_u32(r);
	out->octets = read_u64(r);
	out->samples = read_u64(r);
	out->bad = read_u64(r);
	out->overlong = read_u64(r);
}

bool
gaugewire_get(const void *body, size_t len, struct gaugewire_message *out)
{
	struct rbuf r;

	rbuf_init(&r, body, len);
	*out = (struct gaugewire_message){ .kind = (enum gaugewire_kind)
	    read_under(&r, GAUGEWIRE_LOOKED + 1) };
	switch (out->kind) {
	case GAUGEWIRE_PAGE:
		out->page.id = read_u64(&r);
		out->page.monitor = rbuf_u32(&r);
		out->page.to = read_place(&r);
		out->page.path = read_text(&r);
		break;
	case GAUGEWIRE_READER:
		out->reader.page = read_u64(&r);
		out->reader.id = read_u64(&r);
		out->reader.wants = rbuf_u32(&r);
		out->reader.label = read_text(&r);
		break;
	case GAUGEWIRE_PAGE_END:
	case GAUGEWIRE_READER_END:
		out->ended = read_u64(&r);
		break;
	case GAUGEWIRE_READING:
		read_reading(&r, &out->reading);
		break;
	case GAUGEWIRE_LOOKED:
		out->looked.page = read_u64(&r);
		read_result(&r, &out->looked.result);
		break;
	}
	return (int)out->kind >= GAUGEWIRE_PAGE && !r.bad &&
	    rbuf_left(&r) == 0;
}
