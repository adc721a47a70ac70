/* wom/codec/historyrecord.c - see historyrecord.h. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/historyrecord.h"

#include <string.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define CHECKED	(HISTORYRECORD - 8)	/* octets that the check covers */

static const uint8_t file_magic[8] = "womstore";
static const uint8_t head_magic[4] = "womB";

static void
put_u64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

static uint64_t
take_u64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

static void
take_octets(struct rbuf *r, void *out, size_t len)
{
	if (rbuf_skip(r, len))
		memcpy(out, r->base + r->off - len, len);
}

/* Ends a record, of which the rest is zero. */
static void
put_check(uint8_t record[HISTORYRECORD], const uint8_t key[SIPHASH_KEY])
{
	struct wbuf w;

	wbuf_init(&w, record + CHECKED, HISTORYRECORD - CHECKED);
	put_u64(&w, siphash_24(key, record, CHECKED));
}

static bool
is_checked(const uint8_t record[HISTORYRECORD], const uint8_t key[SIPHASH_KEY])
{
	struct rbuf r;

	rbuf_init(&r, record + CHECKED, HISTORYRECORD - CHECKED);
	return take_u64(&r) == siphash_24(key, record, CHECKED);
}

bool
historyrecord_has_magic(const uint8_t record[HISTORYRECORD])
{
	return memcmp(record, file_magic, sizeof(file_magic)) == 0;
}

void
historyrecord_write_file(const struct historyrecord_file *r,
    uint8_t record[HISTORYRECORD])
{
	struct wbuf w;

	memset(record, 0, HISTORYRECORD);
	wbuf_init(&w, record, HISTORYRECORD);
	wbuf_octets(&w, file_magic, sizeof(file_magic));
	wbuf_u32(&w, r->version);
	wbuf_u32(&w, r->slots);
	put_u64(&w, r->octets);
	wbuf_octets(&w, r->key, sizeof(r->key));
	wbuf_octets(&w, r->secret.octets, BLOCKID_OCTETS);
	put_check(record, r->key);
}

bool
historyrecord_read_file(struct historyrecord_file *out,
    const uint8_t record[HISTORYRECORD])
{
	struct rbuf r;

	rbuf_init(&r, record, HISTORYRECORD);
	(void)rbuf_skip(&r, sizeof(file_magic));
	out->version = rbuf_u32(&r);
	out->slots = rbuf_u32(&r);
	out->octets = take_u64(&r);
	take_octets(&r, out->key, sizeof(out->key));
	take_octets(&r, out->secret.octets, BLOCKID_OCTETS);
	return historyrecord_has_magic(record) && is_checked(record, out->key);
}

void
historyrecord_write_head(const struct historyfile_head *h,
    const uint8_t key[SIPHASH_KEY], uint8_t record[HISTORYRECORD])
{
	struct wbuf w;

	memset(record, 0, HISTORYRECORD);
	wbuf_init(&w, record, HISTORYRECORD);
	wbuf_octets(&w, head_magic, sizeof(head_magic));
	wbuf_u32(&w, h->len);
	put_u64(&w, h->seq);
	put_u64(&w, h->at);
	wbuf_octets(&w, h->id.octets, BLOCKID_OCTETS);
	put_u64(&w, h->domain);
	put_check(record, key);
}

bool
historyrecord_read_head(struct historyfile_head *h,
    const uint8_t key[SIPHASH_KEY], const uint8_t record[HISTORYRECORD])
{
	struct rbuf r;

	if (memcmp(record, head_magic, sizeof(head_magic)) != 0 ||
	    !is_checked(record, key))
		return false;
	rbuf_init(&r, record, HISTORYRECORD);
	(void)rbuf_skip(&r, sizeof(head_magic));
	h->len = rbuf_u32(&r);
	h->seq = take_u64(&r);
	h->at = take_u64(&r);
	take_octets(&r, h->id.octets, BLOCKID_OCTETS);
	h->domain = take_u64(&r);
	return true;
}
