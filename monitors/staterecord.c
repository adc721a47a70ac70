/* monitors/staterecord.c - see staterecord.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/staterecord.h"

#include <assert.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/siphash.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define CHECKED		(STATERECORD_LEN - 8)	/* octets below a checksum */
#define MAGIC_LEN	12

static const char magic[MAGIC_LEN] = "gtm-states\n";

/* No secrets: they tell accidents, not forgers. Never to be changed. */
static const uint8_t sum_key[SIPHASH_KEY] = "gtm states sum";
static const uint8_t low_key[SIPHASH_KEY] = "gtm states low";
static const uint8_t high_key[SIPHASH_KEY] = "gtm states high";

static void
put_u64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

static uint64_t
get_u64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

/* ---- keys ---- */

static struct staterecord_key
digest(const void *octets, size_t len)
{
	struct staterecord_key k;
	struct wbuf w;

	wbuf_init(&w, k.octets, sizeof(k.octets));
	put_u64(&w, siphash_24(high_key, octets, len));
	put_u64(&w, siphash_24(low_key, octets, len));
	return k;
}

struct staterecord_key
staterecord_identity(const char *text, size_t len)
{
	return digest(text, len);
}

struct staterecord_key
staterecord_key(const struct staterecord_key *identity,
    const struct addrport *to)
{
	uint8_t room[sizeof(identity->octets) + 1 + 2 + 16];
	struct wbuf w;

	wbuf_init(&w, room, sizeof(room));
	wbuf_octets(&w, identity->octets, sizeof(identity->octets));
	wbuf_u8(&w, (uint8_t)addr_len(&to->addr));
	wbuf_u16(&w, to->port);
	wbuf_octets(&w, to->addr.octets, addr_len(&to->addr));
	assert(!w.bad);
	return digest(room, w.off);
}

/* ---- the head ---- */

void
staterecord_write_head(uint8_t head[STATERECORD_LEN])
{
	struct wbuf w;

	wbuf_init(&w, head, STATERECORD_LEN);
	wbuf_octets(&w, magic, sizeof(magic));
	wbuf_u32(&w, STATERECORD_VERSION);
	wbuf_u32(&w, STATERECORD_LEN);
	wbuf_u32(&w, 0);
	put_u64(&w, siphash_24(sum_key, head, CHECKED));
	assert(!w.bad && w.off == STATERECORD_LEN);
}

int
staterecord_check_head(const uint8_t *octets, size_t len, struct err *e)
{
	uint32_t version, record;
	struct rbuf r;

	rbuf_init(&r, octets, len);
	if (!rbuf_skip(&r, MAGIC_LEN) ||
	    memcmp(octets, magic, MAGIC_LEN) != 0)
		return err_set(e, ERR_PARSE, "it is not a file of states");
	version = rbuf_u32(&r);
	record = rbuf_u32(&r);
	if (!r.bad && version != STATERECORD_VERSION)
		return err_set(e, ERR_PARSE, "it is of version %u, not %d",
		    version, STATERECORD_VERSION);
	(void)rbuf_u32(&r);
	if (get_u64(&r) != (r.bad ? 0 : siphash_24(sum_key, octets,
	    CHECKED)) || r.bad || record != STATERECORD_LEN)
		return err_set(e, ERR_PARSE, "its head is damaged");
	return 0;
}

/* ---- records ---- */

void
staterecord_write(uint8_t to[STATERECORD_LEN], const struct staterecord *rec)
{
	const uint64_t since = rec->since_s > 0 ? (uint64_t)rec->since_s : 0;
	struct wbuf w;

	assert(rec->state == HEALTH_UP || rec->state == HEALTH_DOWN);
	wbuf_init(&w, to, STATERECORD_LEN);
	wbuf_octets(&w, rec->key.octets, sizeof(rec->key.octets));
	put_u64(&w, (uint64_t)rec->state << 56 |
	    (since & ((UINT64_C(1) << 55) - 1)));
	put_u64(&w, siphash_24(sum_key, to, CHECKED));
	assert(!w.bad && w.off == STATERECORD_LEN);
}

enum staterecord_kind
staterecord_read(const uint8_t from[STATERECORD_LEN], struct staterecord *rec)
{
	static const uint8_t nothing[STATERECORD_LEN];
	struct staterecord got = { 0 };
	uint64_t word;
	struct rbuf r;

	if (memcmp(from, nothing, sizeof(nothing)) == 0)
		return STATERECORD_EMPTY;
	rbuf_init(&r, from, STATERECORD_LEN);
	memcpy(got.key.octets, from, sizeof(got.key.octets));
	(void)rbuf_skip(&r, sizeof(got.key.octets));
	word = get_u64(&r);
	if (get_u64(&r) != siphash_24(sum_key, from, CHECKED))
		return STATERECORD_DAMAGED;
	if (word >> 56 != HEALTH_UP && word >> 56 != HEALTH_DOWN)
		return STATERECORD_DAMAGED;
	got.state = (enum health_state)(word >> 56);
	got.since_s = (real_s)(word & ((UINT64_C(1) << 55) - 1));
	*rec = got;
	return STATERECORD_WHOLE;
}
