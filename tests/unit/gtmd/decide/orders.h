/* tests/unit/gtmd/decide/orders.h - many clients asking one method that tells them
 * apart: who is where before a change, and who after it.
 *
 * Each test includes it once. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_DECIDE_ORDERS_H
#define TESTS_UNIT_GTMD_DECIDE_ORDERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "gtmd/decide/choose.h"
#include "gtmd/topology/asker.h"

#define ORDERS_NET	{ 32, 128 }

/* Candidates with keys of their own, number by number, and equal ratios. */
static void
orders_items(struct choose_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		items[i] = (struct choose_item){ .ratio = 1,
		    .net = ORDERS_NET, .key = clientnet_mix(i, 77) };
}

/* A compiled choice. */
struct orders {
	const struct choose_method *method;
	void		*table;
	choose_pick_fn	*pick;
	size_t		 count;
};

static void
orders_init(struct orders *o, const struct choose_method *m,
    const struct choose_item *items, size_t count)
{
	o->method = m;
	o->count = count;
	o->table = mem_zalloc(1, m->room(items, count));
	o->pick = m->compile(o->table, items, count);
}

static void
orders_fini(struct orders *o)
{
	free(o->table);
}

/* Where the client with this IPv4 address goes. */
static uint32_t
orders_ask(const struct orders *o, uint32_t addr)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(addr) };
	struct asker asker = { .from = (const struct sockaddr *)&in };

	return o->pick != NULL ? o->pick(o->table,
	    &(struct choose_query){ .turn = addr, .asker = &asker }) : 0;
}

/* The weights for one client, or for nobody in particular (addr 0). */
static uint64_t
orders_weights(const struct orders *o, uint32_t addr, uint64_t *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(addr) };
	struct asker asker = { .from = addr != 0 ?
	    (const struct sockaddr *)&in : NULL };

	return o->method->weights(&(struct choose_weigh){ o->table, o->pick,
	    o->count, &asker }, out);
}

#endif
