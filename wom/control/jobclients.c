/* wom/control/jobclients.c - see jobclients.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/jobclients.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/mem.h"

#define IPV4_BITS	24
#define IPV6_BITS	56

void
jobclients_init(struct jobclients *c)
{
	*c = (struct jobclients){ .count = 1 };
	c->rows = mem_grow(NULL, &c->room, 1, sizeof(*c->rows));
	c->rows[0] = (struct jobclients_row){ .octets = 0 };
}

void
jobclients_fini(struct jobclients *c)
{
	free(c->rows);
	*c = (struct jobclients){ .count = 0 };
}

static struct addr_prefix
network_of(const struct addr *a)
{
	struct addr_prefix p = { .addr = *a,
	    .len = a->family == AF_INET ? IPV4_BITS : IPV6_BITS };

	memset(p.addr.octets + p.len / 8, 0, sizeof(p.addr.octets) - p.len / 8);
	return p;
}

/* 0, the others, when there is no room. */
static size_t
row_of(struct jobclients *c, const struct addr *client)
{
	struct addr_prefix net;

	if (client->family == 0)
		return 0;
	net = network_of(client);
	for (size_t i = 1; i < c->count; i++)
		if (addr_equal(&c->rows[i].net.addr, &net.addr))
			return i;
	if (c->count > JOBCLIENTS_MAX)
		return 0;
	c->rows = mem_grow(c->rows, &c->room, c->count + 1, sizeof(*c->rows));
	c->rows[c->count] = (struct jobclients_row){ .net = net };
	return c->count++;
}

size_t
jobclients_connection(struct jobclients *c, const struct addr *client)
{
	size_t row = row_of(c, client);

	c->rows[row].connections++;
	return row;
}

void
jobclients_octets(struct jobclients *c, size_t row, uint64_t octets)
{
	c->rows[row].octets += octets;
}

static int
by_connections(const void *a, const void *b)
{
	const struct jobclients_row *x = a, *y = b;

	if (x->connections != y->connections)
		return x->connections < y->connections ? 1 : -1;
	return (x->octets < y->octets) - (x->octets > y->octets);
}

size_t
jobclients_top(const struct jobclients *c, struct jobclients_row *out,
    size_t max)
{
	struct jobclients_row *all = mem_dup(c->rows,
	    c->count * sizeof(*c->rows));
	size_t n = 0;

	qsort(all, c->count, sizeof(*all), by_connections);
	while (n < c->count && n < max && all[n].connections > 0) {
		out[n] = all[n];
		n++;
	}
	free(all);
	return n;
}
