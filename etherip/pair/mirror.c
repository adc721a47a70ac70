/* etherip/pair/mirror.c - see mirror.h. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define BATCH		1
#define ACK		2
#define LAST		0x01
#define TRIES		20u	/* of a batch, then the pass is given up */
#define STATION		8u	/* octets of one */
#define HEAD		14u	/* of a batch, without its place */

struct pass {
	struct mirror_station *stations;
	size_t		 count, room;
};

struct mirror {
	struct map	 places;	/* text -> itself, for all passes */
	/* As sender. */
	struct pass	 out;
	size_t		 begun, taken;	/* of the batch under way: first, and how many */
	uint32_t	 pass, number;
	unsigned	 tries;		/* of this batch */
	bool		 busy;
	mono_ns		 next_at;	/* to send it again; or the next pass */
	/* As receiver. */
	struct pass	 kept, coming;
	uint32_t	 their_pass, expected;
	bool		 receiving;
	struct mirror_counts counts;
};

struct mirror *
mirror_new(void)
{
	struct mirror *m = mem_zalloc(1, sizeof(*m));
	struct rand r;

	/* Not the number that an earlier life of ours was at. */
	rand_seed(&r);
	m->pass = (uint32_t)rand_u64(&r);
	map_init(&m->places);
	return m;
}

static void
free_places(struct mirror *m)
{
	size_t at = 0;
	void *text;

	while ((text = map_next(&m->places, &at, NULL)) != NULL)
		free(text);
	map_fini(&m->places);
}

void
mirror_free(struct mirror **pm)
{
	struct mirror *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	free_places(m);
	free(m->out.stations);
	free(m->kept.stations);
	free(m->coming.stations);
	free(m);
}

void
mirror_clear(struct mirror *m)
{
	m->kept.count = m->coming.count = m->out.count = 0;
	m->receiving = m->busy = false;
	m->next_at = 0;
	free_places(m);
	map_init(&m->places);
}

const struct mirror_counts *
mirror_counts(const struct mirror *m)
{
	return &m->counts;
}

const struct mirror_station *
mirror_stations(const struct mirror *m, size_t *count)
{
	*count = m->kept.count;
	return m->kept.stations;
}

/* One copy of each place, however many stations it has. */
static const char *
keep_place(struct mirror *m, const char *place)
{
	char *text = map_find(&m->places, place);

	if (text == NULL) {
		text = mem_strdup(place);
		(void)map_put(&m->places, place, text);
	}
	return text;
}

static bool
put(struct mirror *m, struct pass *p, const char *place,
    const struct fdb_key *k)
{
	if (p->count == MIRROR_STATIONS_MAX) {
		m->counts.left_out++;
		return false;
	}
	p->stations = mem_grow(p->stations, &p->room, p->count + 1,
	    sizeof(*p->stations));
	p->stations[p->count++] = (struct mirror_station){
	    keep_place(m, place), *k };
	return true;
}

/* ---- sending ---- */

bool
mirror_wants(const struct mirror *m, mono_ns now)
{
	return !m->busy && now >= m->next_at;
}

bool
mirror_add(struct mirror *m, const char *place, const struct fdb_key *k)
{
	if (strlen(place) >= MIRROR_PLACE_MAX) {
		m->counts.left_out++;
		return false;
	}
	return put(m, &m->out, place, k);
}

void
mirror_go(struct mirror *m, mono_ns now)
{
	m->pass++;
	m->number = 0;
	m->begun = m->taken = 0;
	m->tries = 0;
	m->busy = true;
	m->next_at = now;
}

/* As many as have one place and room. */
static size_t
batch_size(const struct mirror *m, size_t cap)
{
	const struct mirror_station *s = &m->out.stations[m->begun];
	size_t n = 0, room;

	if (m->begun == m->out.count)
		return 0;
	room = (cap - HEAD - strlen(s->place)) / STATION;
	while (n < room && m->begun + n < m->out.count &&
	    s[n].place == s->place)
		n++;
	return n;
}

size_t
mirror_fill(struct mirror *m, uint8_t *out, size_t cap, mono_ns now)
{
	const char *place;
	struct wbuf w;

	if (!m->busy || now < m->next_at || cap < HEAD + MIRROR_PLACE_MAX +
	    STATION)
		return 0;
	m->next_at = now + MIRROR_AGAIN_MS * CLOCK_MS;
	/* The other unit may have missed the beginning. */
	if (m->tries++ == TRIES) {
		m->busy = false;
		m->out.count = 0;
		return 0;
	}
	m->taken = batch_size(m, cap);
	place = m->taken > 0 ? m->out.stations[m->begun].place : "";
	wbuf_init(&w, out, cap);
	wbuf_u8(&w, BATCH);
	wbuf_u32(&w, m->pass);
	wbuf_u32(&w, m->number);
	wbuf_u8(&w, m->begun + m->taken == m->out.count ? LAST : 0);
	wbuf_u16(&w, (uint16_t)strlen(place));
	wbuf_octets(&w, place, strlen(place));
	wbuf_u16(&w, (uint16_t)m->taken);
	for (size_t i = 0; i < m->taken; i++) {
		const struct fdb_key *k = &m->out.stations[m->begun + i].key;

		wbuf_u16(&w, (uint16_t)(k->mac >> 32));
		wbuf_u32(&w, (uint32_t)k->mac);
		wbuf_u16(&w, k->vlan);
	}
	return w.bad ? 0 : w.off;
}

/* The next batch may go at once. */
static void
take_ack(struct mirror *m, struct rbuf *r, mono_ns now)
{
	uint32_t pass = rbuf_u32(r), number = rbuf_u32(r);

	if (r->bad)
		m->counts.malformed++;
	if (r->bad || !m->busy || pass != m->pass || number != m->number)
		return;
	m->begun += m->taken;
	m->number++;
	m->tries = 0;
	m->next_at = now;
	if (m->begun < m->out.count)
		return;
	m->busy = false;
	m->out.count = 0;
	m->counts.passes_sent++;
	m->next_at = now + MIRROR_REST_MS * CLOCK_MS;
}

/* ---- receiving ---- */

struct batch {
	uint32_t	pass, number;
	bool		last;
	char		place[MIRROR_PLACE_MAX];
	struct rbuf	stations;
	size_t		count;
};

static bool
read_batch(struct batch *b, struct rbuf *r)
{
	size_t len;

	b->pass = rbuf_u32(r);
	b->number = rbuf_u32(r);
	b->last = (rbuf_u8(r) & LAST) != 0;
	len = rbuf_u16(r);
	if (r->bad || len >= sizeof(b->place) || rbuf_left(r) < len)
		return false;
	memcpy(b->place, r->base + r->off, len);
	b->place[len] = '\0';
	(void)rbuf_skip(r, len);
	b->count = rbuf_u16(r);
	b->stations = *r;
	return !r->bad && rbuf_left(r) == b->count * STATION &&
	    strlen(b->place) == len;
}

/* One that comes in its turn. */
static void
keep_batch(struct mirror *m, struct batch *b)
{
	struct pass was = m->kept;

	for (size_t i = 0; i < b->count; i++) {
		uint64_t high = rbuf_u16(&b->stations);
		struct fdb_key k = { high << 32 | rbuf_u32(&b->stations), 0 };

		k.vlan = rbuf_u16(&b->stations);
		(void)put(m, &m->coming, b->place, &k);
	}
	m->expected++;
	if (!b->last)
		return;
	m->kept = m->coming;
	m->coming = was;
	m->coming.count = 0;
	m->counts.passes_kept++;
}

static size_t
take_batch(struct mirror *m, struct rbuf *r, uint8_t *out, size_t cap)
{
	struct batch b;
	struct wbuf w;

	if (!read_batch(&b, r)) {
		m->counts.malformed++;
		return 0;
	}
	if (b.number == 0 && (!m->receiving || b.pass != m->their_pass)) {
		m->receiving = true;
		m->their_pass = b.pass;
		m->expected = 0;
		m->coming.count = 0;
	}
	if (!m->receiving || b.pass != m->their_pass ||
	    b.number > m->expected)
		return 0;
	if (b.number == m->expected)
		keep_batch(m, &b);
	wbuf_init(&w, out, cap);
	wbuf_u8(&w, ACK);
	wbuf_u32(&w, b.pass);
	wbuf_u32(&w, b.number);
	return w.bad ? 0 : w.off;
}

size_t
mirror_take(struct mirror *m, const uint8_t *body, size_t len, uint8_t *out,
    size_t cap, mono_ns now)
{
	struct rbuf r;
	uint8_t kind;

	rbuf_init(&r, body, len);
	kind = rbuf_u8(&r);
	if (kind == BATCH)
		return take_batch(m, &r, out, cap);
	if (kind == ACK)
		take_ack(m, &r, now);
	else
		m->counts.malformed++;
	return 0;
}
