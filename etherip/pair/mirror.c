/* etherip/pair/mirror.c - see mirror.h. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/rand.h"

#define TRIES		20u	/* of a batch, then the pass is given up */

struct pass {
	struct mirror_station *stations;
	size_t		 count, room;
	struct mirror_address *addresses;
	size_t		 address_count, address_room;
};

struct mirror {
	struct map	 places;	/* text -> itself, for all passes */
	/* As sender. */
	struct pass	 out;
	enum mirrorwire_kind kind;	/* of the batch under way, */
	size_t		 begun, taken;	/* the first in it, and how many */
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

static void
free_pass(struct pass *p)
{
	free(p->stations);
	free(p->addresses);
}

void
mirror_free(struct mirror **pm)
{
	struct mirror *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	free_places(m);
	free_pass(&m->out);
	free_pass(&m->kept);
	free_pass(&m->coming);
	free(m);
}

static void
empty(struct pass *p)
{
	p->count = p->address_count = 0;
}

void
mirror_clear(struct mirror *m)
{
	empty(&m->kept);
	empty(&m->coming);
	empty(&m->out);
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

const struct mirror_address *
mirror_addresses(const struct mirror *m, size_t *count)
{
	*count = m->kept.address_count;
	return m->kept.addresses;
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

static bool
put_address(struct mirror *m, struct pass *p, const char *place,
    const struct snoop_fact *f)
{
	if (p->address_count == MIRROR_ADDRESSES_MAX) {
		m->counts.left_out++;
		return false;
	}
	p->addresses = mem_grow(p->addresses, &p->address_room,
	    p->address_count + 1, sizeof(*p->addresses));
	p->addresses[p->address_count++] = (struct mirror_address){
	    keep_place(m, place), *f };
	return true;
}

/* ---- sending ---- */

bool
mirror_wants(const struct mirror *m, mono_ns now)
{
	return !m->busy && now >= m->next_at;
}

static bool
place_fits(struct mirror *m, const char *place)
{
	if (strlen(place) < MIRROR_PLACE_MAX)
		return true;
	m->counts.left_out++;
	return false;
}

bool
mirror_add(struct mirror *m, const char *place, const struct fdb_key *k)
{
	return place_fits(m, place) && put(m, &m->out, place, k);
}

bool
mirror_add_address(struct mirror *m, const char *place,
    const struct snoop_fact *f)
{
	return place_fits(m, place) && put_address(m, &m->out, place, f);
}

void
mirror_go(struct mirror *m, mono_ns now)
{
	m->pass++;
	m->number = 0;
	m->kind = MIRRORWIRE_STATIONS;
	m->begun = m->taken = 0;
	m->tries = 0;
	m->busy = true;
	m->next_at = now;
}

/* How many wait, all of them of the kind that is under way. */
static size_t
left(const struct mirror *m)
{
	return (m->kind == MIRRORWIRE_STATIONS ? m->out.count : m->out.address_count) -
	    m->begun;
}

/* Of the first that waits; there is one. */
static const char *
next_place(const struct mirror *m)
{
	return m->kind == MIRRORWIRE_STATIONS ? m->out.stations[m->begun].place :
	    m->out.addresses[m->begun].place;
}

static uint32_t
seconds(mono_ns now)
{
	return (uint32_t)(now / CLOCK_S);
}

/* The first n that wait have that place, and one more of it there is: is there room? */
static bool
add_next(const struct mirror *m, size_t n, const char *place,
    struct mirrorwire_batch *b, mono_ns now)
{
	const struct mirror_station *s;
	const struct mirror_address *a;

	if (m->kind == MIRRORWIRE_STATIONS) {
		s = &m->out.stations[m->begun + n];
		return s->place == place && mirrorwire_add_station(b, &s->key);
	}
	a = &m->out.addresses[m->begun + n];
	return a->place == place && mirrorwire_add_address(b, &a->fact,
	    seconds(now));
}

/* The batch that begins where the last confirmed one has ended. */
static size_t
write_batch(struct mirror *m, uint8_t *out, size_t cap, mono_ns now)
{
	struct mirrorwire_body head = { .kind = m->kind, .pass = m->pass,
	    .number = m->number };
	const char *place = left(m) > 0 ? next_place(m) : "";
	struct mirrorwire_batch b;

	memcpy(head.place, place, strlen(place) + 1);
	mirrorwire_begin(&b, out, cap, &head);
	m->taken = 0;
	while (m->taken < left(m) && add_next(m, m->taken, place, &b, now))
		m->taken++;
	return mirrorwire_end(&b, m->taken == left(m));
}

size_t
mirror_fill(struct mirror *m, uint8_t *out, size_t cap, mono_ns now)
{
	if (!m->busy || now < m->next_at || cap < MIRRORWIRE_ROOM)
		return 0;
	m->next_at = now + MIRROR_AGAIN_MS * CLOCK_MS;
	/* The other unit may have missed the beginning. */
	if (m->tries++ == TRIES) {
		m->busy = false;
		empty(&m->out);
		return 0;
	}
	return write_batch(m, out, cap, now);
}

/* The next batch may go at once. */
static void
take_ack(struct mirror *m, const struct mirrorwire_body *b, mono_ns now)
{
	if (!m->busy || b->pass != m->pass || b->number != m->number)
		return;
	m->begun += m->taken;
	m->number++;
	m->tries = 0;
	m->next_at = now;
	if (left(m) > 0)
		return;
	if (m->kind == MIRRORWIRE_STATIONS &&
	    b->version >= MIRRORWIRE_VERSION) {
		m->kind = MIRRORWIRE_ADDRESSES;
		m->begun = m->taken = 0;
		return;
	}
	m->busy = false;
	empty(&m->out);
	m->counts.passes_sent++;
	m->next_at = now + MIRROR_REST_MS * CLOCK_MS;
}

/* ---- receiving ---- */

/* Now they are all there: those that came count, and the others' room is used again. */
static void
settle_stations(struct mirror *m)
{
	struct pass was = m->kept;

	m->kept.stations = m->coming.stations;
	m->kept.count = m->coming.count;
	m->kept.room = m->coming.room;
	m->coming.stations = was.stations;
	m->coming.room = was.room;
	m->coming.count = 0;
	m->counts.passes_kept++;
}

static void
settle_addresses(struct mirror *m)
{
	struct pass was = m->kept;

	m->kept.addresses = m->coming.addresses;
	m->kept.address_count = m->coming.address_count;
	m->kept.address_room = m->coming.address_room;
	m->coming.addresses = was.addresses;
	m->coming.address_room = was.address_room;
	m->coming.address_count = 0;
}

/* One that comes in its turn. */
static void
keep_batch(struct mirror *m, struct mirrorwire_body *b, mono_ns now)
{
	bool stations = b->kind == MIRRORWIRE_STATIONS;
	struct snoop_fact f;
	struct fdb_key k;

	for (size_t i = 0; i < b->count; i++)
		if (stations) {
			k = mirrorwire_read_station(b);
			(void)put(m, &m->coming, b->place, &k);
		} else {
			mirrorwire_read_address(b, seconds(now), &f);
			(void)put_address(m, &m->coming, b->place, &f);
		}
	m->expected++;
	if (b->last && stations)
		settle_stations(m);
	else if (b->last)
		settle_addresses(m);
}

static size_t
take_batch(struct mirror *m, struct mirrorwire_body *b, uint8_t *out,
    size_t cap, mono_ns now)
{
	if (b->kind == MIRRORWIRE_STATIONS && b->number == 0 &&
	    (!m->receiving || b->pass != m->their_pass)) {
		m->receiving = true;
		m->their_pass = b->pass;
		m->expected = 0;
		empty(&m->coming);
	}
	if (!m->receiving || b->pass != m->their_pass ||
	    b->number > m->expected)
		return 0;
	if (b->number == m->expected)
		keep_batch(m, b, now);
	return mirrorwire_ack(out, cap, b->pass, b->number);
}

size_t
mirror_take(struct mirror *m, const uint8_t *body, size_t len, uint8_t *out,
    size_t cap, mono_ns now)
{
	struct mirrorwire_body b;

	if (!mirrorwire_read(&b, body, len)) {
		m->counts.malformed++;
		return 0;
	}
	if (b.kind != MIRRORWIRE_ACK)
		return take_batch(m, &b, out, cap, now);
	take_ack(m, &b, now);
	return 0;
}
