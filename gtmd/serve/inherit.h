/* gtmd/serve/inherit.h - the DNS sockets that one process hands to the next, by what
 * they are bound to. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_INHERIT_H
#define GTMD_SERVE_INHERIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"

struct inherit_socket {
	bool		tcp;
	struct addrport	local;
	int		fd;		/* -1 = taken */
};

/* All zero is empty. */
struct inherit {
	struct inherit_socket *v;	/* UDP: in the order of binding */
	size_t		 count, room;
};

/* Does not close what is left. */
void inherit_fini(struct inherit *h);
void inherit_add(struct inherit *h, bool tcp, const struct addrport *local,
    int fd);

/* Takes up to max sockets that are bound to local, in their order. Returns how
 * many; 0 also when h is NULL. */
size_t inherit_take(struct inherit *h, bool tcp, const struct addrport *local,
    int *fds, size_t max);
/* Closes what nobody took. */
void inherit_close(struct inherit *h);

#endif
