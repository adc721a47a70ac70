/* etherip/pair/leasewire.c - see leasewire.h. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/leasewire.h"

#include <assert.h>
#include <string.h>

#include "core/base/err.h"
#include "core/io/hmac.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "etherip/pair/lease.h"

#define VERSION		1
#define GRANTING	0x01
#define SEQ_MAX		(UINT64_MAX >> 1)
#define ACK_MAX		(SEQ_MAX / 2)		/* who goes on from there has room */

static const uint8_t mark[4] = { 'E', 'I', 'P', 'P' };

size_t
leasewire_seal(uint8_t out[LEASEWIRE_MAX], enum leasewire_kind kind,
    size_t body_len, const uint8_t key[LEASEWIRE_KEY])
{
	size_t signed_len = LEASEWIRE_HEAD + body_len;
	struct wbuf w;

	assert(body_len <= LEASEWIRE_BODY_MAX);
	wbuf_init(&w, out, LEASEWIRE_HEAD);
	wbuf_octets(&w, mark, sizeof(mark));
	wbuf_u8(&w, VERSION);
	wbuf_u8(&w, (uint8_t)kind);
	wbuf_u16(&w, (uint16_t)body_len);
	assert(!w.bad);
	hmac_sha256(key, LEASEWIRE_KEY, out, signed_len, out + signed_len);
	return signed_len + LEASEWIRE_MAC;
}

enum leasewire_fault
leasewire_open(const uint8_t *octets, size_t len,
    const uint8_t key[LEASEWIRE_KEY], enum leasewire_kind *kind,
    const uint8_t **body, size_t *body_len)
{
	struct rbuf r;
	uint8_t version, what;
	size_t n;

	rbuf_init(&r, octets, len);
	if (!rbuf_skip(&r, sizeof(mark)) ||
	    memcmp(octets, mark, sizeof(mark)) != 0)
		return LEASEWIRE_FORM;
	version = rbuf_u8(&r);
	what = rbuf_u8(&r);
	n = rbuf_u16(&r);
	if (r.bad || version != VERSION ||
	    rbuf_left(&r) != n + LEASEWIRE_MAC ||
	    (what != LEASEWIRE_LEASE && what != LEASEWIRE_MIRROR))
		return LEASEWIRE_FORM;
	if (!hmac_check(key, LEASEWIRE_KEY, octets, LEASEWIRE_HEAD + n,
	    octets + LEASEWIRE_HEAD + n))
		return LEASEWIRE_FORGED;
	*kind = (enum leasewire_kind)what;
	*body = octets + LEASEWIRE_HEAD;
	*body_len = n;
	return LEASEWIRE_GOOD;
}

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

size_t
leasewire_write(uint8_t out[LEASEWIRE_MAX], const struct lease_word *word,
    const uint8_t key[LEASEWIRE_KEY])
{
	struct wbuf w;

	wbuf_init(&w, out + LEASEWIRE_HEAD, LEASEWIRE_BODY_MAX);
	wbuf_u8(&w, (uint8_t)word->state);
	wbuf_u8(&w, (uint8_t)word->level);
	wbuf_u8(&w, word->granting ? GRANTING : 0);
	wbuf_u8(&w, 0);
	write_u64(&w, word->seq);
	write_u64(&w, word->ack);
	write_u64(&w, word->boot);
	write_u64(&w, word->echo);
	write_u64(&w, word->id);
	wbuf_u32(&w, word->term_ms);
	wbuf_u32(&w, word->quiet_ms);
	assert(!w.bad);
	return leasewire_seal(out, LEASEWIRE_LEASE, w.off, key);
}

int
leasewire_read(struct lease_word *word, const uint8_t *body, size_t len)
{
	uint8_t state, level, flags;
	struct lease_word got;
	struct rbuf r;

	rbuf_init(&r, body, len);
	state = rbuf_u8(&r);
	level = rbuf_u8(&r);
	flags = rbuf_u8(&r);
	(void)rbuf_u8(&r);
	got = (struct lease_word){ .state = (enum lease_state)state,
	    .level = (enum lease_level)level,
	    .granting = (flags & GRANTING) != 0 };
	got.seq = read_u64(&r);
	got.ack = read_u64(&r);
	got.boot = read_u64(&r);
	got.echo = read_u64(&r);
	got.id = read_u64(&r);
	got.term_ms = rbuf_u32(&r);
	got.quiet_ms = rbuf_u32(&r);
	/* What a later version adds stands behind. */
	if (r.bad)
		return ERR_PARSE;
	if (state > LEASE_ACTIVE || level > LEASE_COMMANDED || got.seq == 0 ||
	    got.seq > SEQ_MAX || got.ack > ACK_MAX || got.boot == 0 ||
	    got.term_ms < LEASE_TERM_MIN || got.term_ms > LEASE_TERM_MAX)
		return ERR_RANGE;
	*word = got;
	return 0;
}
