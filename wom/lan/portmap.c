/* wom/lan/portmap.c - see portmap.h. Claims are kept as they were added; cells,
 * ranges between which nothing changes, are made of them when one is asked for.
 * Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/portmap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/mem.h"

struct claim {
	struct portrange range;
	uint32_t number;
};

struct portmap {
	struct claim *claims;	/* the best first */
	size_t	      count, room;
	struct claim *cells;	/* ascending, with an owner each */
	size_t	      cell_count, cell_room;
	bool	      stale;	/* cells are of fewer claims */
};

struct portmap *
portmap_new(void)
{
	return mem_zalloc(1, sizeof(struct portmap));
}

void
portmap_free(struct portmap **mp)
{
	struct portmap *m = *mp;

	*mp = NULL;
	if (m == NULL)
		return;
	free(m->claims);
	free(m->cells);
	free(m);
}

static unsigned
width(const struct claim *c)
{
	return (unsigned)(c->range.last - c->range.first);
}

static bool
is_better(const struct claim *a, const struct claim *b)
{
	if (width(a) != width(b))
		return width(a) < width(b);
	return a->range.first < b->range.first;
}

/* The best claim at a port, and up to where that is so. */
static const struct claim *
best_at(const struct portmap *m, unsigned port, unsigned *until)
{
	*until = UINT16_MAX;
	for (size_t i = 0; i < m->count; i++) {
		const struct claim *c = &m->claims[i];

		if (port < c->range.first && c->range.first <= *until)
			*until = c->range.first - 1u;
		if (!portrange_has(&c->range, (uint16_t)port))
			continue;
		if (c->range.last < *until)
			*until = c->range.last;
		return c;
	}
	return NULL;
}

static void
add_cell(struct portmap *m, const struct claim *c)
{
	m->cells = mem_grow(m->cells, &m->cell_room, m->cell_count + 1,
	    sizeof(*c));
	m->cells[m->cell_count++] = *c;
}

static void
make_cells(struct portmap *m)
{
	const struct claim *c;
	unsigned until;

	if (!m->stale)
		return;
	m->stale = false;
	m->cell_count = 0;
	for (unsigned port = 0; port <= UINT16_MAX; port = until + 1) {
		c = best_at(m, port, &until);
		if (c != NULL)
			add_cell(m, &(struct claim){ .number = c->number,
			    .range = { .first = (uint16_t)port,
				.last = (uint16_t)until } });
	}
}

void
portmap_add(struct portmap *m, const struct portrange *r, uint32_t number)
{
	struct claim c = { .range = *r, .number = number };
	size_t at = m->count;

	assert(r->first <= r->last && number != PORTMAP_NONE);
	m->claims = mem_grow(m->claims, &m->room, m->count + 1, sizeof(c));
	for (; at > 0 && is_better(&c, &m->claims[at - 1]); at--)
		m->claims[at] = m->claims[at - 1];
	m->claims[at] = c;
	m->count++;
	m->stale = true;
}

uint32_t
portmap_find(struct portmap *m, uint16_t port)
{
	size_t low = 0, high;

	make_cells(m);
	high = m->cell_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (portrange_has(&m->cells[middle].range, port))
			return m->cells[middle].number;
		if (m->cells[middle].range.first > port)
			high = middle;
		else
			low = middle + 1;
	}
	return PORTMAP_NONE;
}

void
portmap_each(struct portmap *m, portmap_range_fn fn, void *arg)
{
	struct portrange r;

	make_cells(m);
	for (size_t i = 0; i < m->cell_count;) {
		r = m->cells[i].range;
		while (++i < m->cell_count &&
		    m->cells[i].range.first == r.last + 1)
			r.last = m->cells[i].range.last;
		fn(arg, &r);
	}
}
