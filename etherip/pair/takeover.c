/* etherip/pair/takeover.c - see takeover.h. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/takeover.h"

#include <stdlib.h>

#include "core/base/mem.h"

#define ROUNDS		3
#define AT_ONCE		10u	/* stations in one go, */
#define GO_MS		10u	/* and how long until the next: 1,000 a second */

struct takeover {
	struct takeover_config config;
	struct takeover_address *addresses;
	size_t		 address_count;
	unsigned	 round;		/* of the addresses that comes next */
	mono_ns		 round_at;
	struct takeover_station *stations;
	size_t		 count, room, told;
	mono_ns		 stations_at;
};

/* ms after the first. */
static const unsigned rounds_ms[ROUNDS] = { 0, 1000, 3000 };

struct takeover *
takeover_new(const struct takeover_config *c)
{
	struct takeover *t = mem_zalloc(1, sizeof(*t));

	t->config = *c;
	t->round = ROUNDS;
	return t;
}

void
takeover_free(struct takeover **pt)
{
	struct takeover *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	free(t->addresses);
	free(t->stations);
	free(t);
}

void
takeover_stop(struct takeover *t)
{
	t->round = ROUNDS;
	t->count = t->told = 0;
}

void
takeover_begin(struct takeover *t, const struct takeover_address *v,
    size_t count, mono_ns now)
{
	takeover_stop(t);
	free(t->addresses);
	t->addresses = mem_dup(v, count * sizeof(*v));
	t->address_count = count;
	t->round = 0;
	t->round_at = t->stations_at = now;
}

void
takeover_add(struct takeover *t, const struct takeover_station *s)
{
	t->stations = mem_grow(t->stations, &t->room, t->count + 1,
	    sizeof(*t->stations));
	t->stations[t->count++] = *s;
}

static void
tell_addresses(struct takeover *t)
{
	for (size_t i = 0; i < t->address_count; i++)
		t->config.announce(t->config.arg, &t->addresses[i]);
	if (++t->round < ROUNDS)
		t->round_at += (rounds_ms[t->round] -
		    rounds_ms[t->round - 1]) * CLOCK_MS;
}

void
takeover_tick(struct takeover *t, mono_ns now)
{
	if (t->round < ROUNDS && now >= t->round_at)
		tell_addresses(t);
	if (t->told == t->count || now < t->stations_at)
		return;
	for (size_t i = 0; i < AT_ONCE && t->told < t->count; i++)
		t->config.reverse(t->config.arg, &t->stations[t->told++]);
	/* From now, not from when it was due: what is late is not made up for. */
	t->stations_at = now + GO_MS * CLOCK_MS;
}

mono_ns
takeover_due(const struct takeover *t)
{
	mono_ns due = t->round < ROUNDS ? t->round_at : UINT64_MAX;

	return t->told < t->count && t->stations_at < due ? t->stations_at :
	    due;
}
