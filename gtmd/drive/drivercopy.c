/* gtmd/drive/drivercopy.c - see drivercopy.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/drivercopy.h"

#include <stdlib.h>

#include "core/base/mem.h"

static const char *
keep(struct drivercopy *c, const char *text)
{
	if (text == NULL)
		return NULL;
	c->texts = mem_grow(c->texts, &c->room, c->count + 1,
	    sizeof(*c->texts));
	return c->texts[c->count++] = mem_strdup(text);
}

static void
keep_place(struct drivercopy *c, struct driver_place *to,
    const struct driver_place *from)
{
	*to = *from;
	to->name = keep(c, from->name);
	to->datacenter = keep(c, from->datacenter);
	to->program = keep(c, from->program);
	to->user = keep(c, from->user);
	to->qmp_socket = keep(c, from->qmp_socket);
}

static void
keep_host(struct drivercopy *c, const struct driver_host *from)
{
	c->host = *from;
	c->host.name = keep(c, from->name);
	c->host.station = keep(c, from->station);
	c->addresses = mem_zalloc(from->address_count + 1,
	    sizeof(*c->addresses));
	for (size_t i = 0; i < from->address_count; i++)
		c->addresses[i] = keep(c, from->addresses[i]);
	c->host.addresses = c->addresses;
}

void
drivercopy_init(struct drivercopy *c, const struct driver_order *o)
{
	*c = (struct drivercopy){ .order = *o };
	c->order.id = keep(c, o->id);
	keep_place(c, &c->from, o->from);
	keep_place(c, &c->to, o->to);
	keep_host(c, o->host);
	c->order.from = &c->from;
	c->order.to = &c->to;
	c->order.host = &c->host;
}

void
drivercopy_fini(struct drivercopy *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->texts[i]);
	free(c->texts);
	free(c->addresses);
	*c = (struct drivercopy){ 0 };
}
