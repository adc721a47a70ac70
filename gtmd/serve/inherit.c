/* gtmd/serve/inherit.c - see inherit.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/inherit.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"

void
inherit_fini(struct inherit *h)
{
	free(h->v);
	*h = (struct inherit){ 0 };
}

void
inherit_add(struct inherit *h, bool tcp, const struct addrport *local, int fd)
{
	h->v = mem_grow(h->v, &h->room, h->count + 1, sizeof(*h->v));
	h->v[h->count++] = (struct inherit_socket){ tcp, *local, fd };
}

static bool
matches(const struct inherit_socket *s, bool tcp,
    const struct addrport *local)
{
	return s->fd != -1 && s->tcp == tcp && s->local.port == local->port &&
	    addr_equal(&s->local.addr, &local->addr);
}

size_t
inherit_take(struct inherit *h, bool tcp, const struct addrport *local,
    int *fds, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; h != NULL && i < h->count && n < max; i++) {
		if (!matches(&h->v[i], tcp, local))
			continue;
		fds[n++] = h->v[i].fd;
		h->v[i].fd = -1;
	}
	return n;
}

void
inherit_close(struct inherit *h)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->v[i].fd != -1)
			(void)close(h->v[i].fd);
		h->v[i].fd = -1;
	}
}
