/* wom/link/linkframe.c - see linkframe.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linkframe.h"

#include "core/base/obj.h"
#include "wom/codec/blockhead.h"

#define FLAG_YOURS	0x01

/* What the head of each kind may say. */
static const struct rule {
	bool	 known;
	bool	 stream;	/* it is about one */
	uint16_t least, most;	/* octets of the body */
} rules[] = {
	[LINKFRAME_HELLO] = { true, false, 1, LINKFRAME_BODY_MAX },
	[LINKFRAME_OPEN] = { true, true, 1, LINKFRAME_BODY_MAX },
	[LINKFRAME_DATA] = { true, true, LINKFRAME_DATA_HEAD + 1,
	    LINKFRAME_BODY_MAX },
	[LINKFRAME_FIN] = { true, true, 0, 0 },
	[LINKFRAME_ACK] = { true, true, 8, 8 },
	[LINKFRAME_RESEND] = { true, true, 2, LINKFRAME_BODY_MAX },
	[LINKFRAME_RESET] = { true, true, 4, 4 },
	[LINKFRAME_DONE] = { true, true, 0, 0 },
	[LINKFRAME_PING] = { true, false, 0, 0 },
	[LINKFRAME_PONG] = { true, false, 0, 0 },
	[LINKFRAME_SYNC] = { true, false, 0, 0 },
	[LINKFRAME_KNOWN] = { true, false, 1, LINKFRAME_BODY_MAX },
	[LINKFRAME_GOAWAY] = { true, false, 4, 4 },
};

static bool
is_allowed(uint8_t kind, uint8_t flags, size_t len)
{
	const struct rule *rule;

	if (kind >= OBJ_COUNT(rules) || !rules[kind].known)
		return false;
	rule = &rules[kind];
	return (flags & ~(rule->stream ? FLAG_YOURS : 0)) == 0 &&
	    len >= rule->least && len <= rule->most;
}

enum linkframe_found
linkframe_read(struct linkframe *f, const uint8_t *in, size_t len)
{
	struct rbuf r;
	uint8_t kind, flags;

	rbuf_init(&r, in, len);
	kind = rbuf_u8(&r);
	flags = rbuf_u8(&r);
	f->len = rbuf_u16(&r);
	if (r.bad)
		return LINKFRAME_SHORT;
	if (!is_allowed(kind, flags, f->len))
		return LINKFRAME_BAD;
	f->kind = (enum linkframe_kind)kind;
	f->yours = (flags & FLAG_YOURS) != 0;
	f->stream = linkframe_get64(&r);
	if (r.bad)
		return LINKFRAME_SHORT;
	if ((f->stream != 0) != rules[kind].stream)
		return LINKFRAME_BAD;
	f->number = linkframe_get64(&r);
	f->body = in + r.off;
	return rbuf_skip(&r, f->len) ? LINKFRAME_WHOLE : LINKFRAME_SHORT;
}

static void
write_head(const struct linkframe *f, size_t len, struct wbuf *w)
{
	wbuf_u8(w, (uint8_t)f->kind);
	wbuf_u8(w, f->yours ? FLAG_YOURS : 0);
	wbuf_u16(w, (uint16_t)len);
	linkframe_put64(w, f->stream);
	linkframe_put64(w, f->number);
}

/* Nothing or all of it. */
static bool
has_room(struct wbuf *w, size_t body)
{
	if (w->cap - w->off < LINKFRAME_HEAD + body)
		w->bad = true;
	return !w->bad;
}

void
linkframe_write(const struct linkframe *f, struct wbuf *w)
{
	assert(is_allowed((uint8_t)f->kind, f->yours, f->len));
	if (!has_room(w, f->len))
		return;
	write_head(f, f->len, w);
	wbuf_octets(w, f->body, f->len);
}

/* ---- DATA ---- */

static bool
is_possible(const struct linkdata *d)
{
	if (d->plain == 0 || d->plain > HISTORY_BLOCK_MAX)
		return false;
	if (d->form == LINKFRAME_PLAIN ? d->total != d->plain :
	    d->total > BLOCKHEAD_ENCODED_MAX(d->plain))
		return false;
	return d->len > 0 && d->offset < d->total &&
	    d->len <= d->total - d->offset;
}

bool
linkframe_read_data(const struct linkframe *f, struct linkdata *d)
{
	struct rbuf r;
	uint8_t form, zero;

	rbuf_init(&r, f->body, f->len);
	d->plain = rbuf_u32(&r);
	d->total = rbuf_u32(&r);
	d->offset = rbuf_u32(&r);
	d->edition = rbuf_u16(&r);
	form = rbuf_u8(&r);
	zero = rbuf_u8(&r);
	if (r.bad || form > LINKFRAME_ENCODED || zero != 0)
		return false;
	d->form = (enum linkframe_form)form;
	d->octets = f->body + r.off;
	d->len = rbuf_left(&r);
	return is_possible(d);
}

void
linkframe_write_data(const struct linkframe *f, const struct linkdata *d,
    struct wbuf *w)
{
	assert(is_possible(d) && d->len <= LINKFRAME_DATA_MAX);
	if (!has_room(w, LINKFRAME_DATA_HEAD + d->len))
		return;
	write_head(f, LINKFRAME_DATA_HEAD + d->len, w);
	wbuf_u32(w, d->plain);
	wbuf_u32(w, d->total);
	wbuf_u32(w, d->offset);
	wbuf_u16(w, d->edition);
	wbuf_u8(w, (uint8_t)d->form);
	wbuf_u8(w, 0);
	wbuf_octets(w, d->octets, d->len);
}
