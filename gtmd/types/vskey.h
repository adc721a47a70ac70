/* gtmd/types/vskey.h - the keys "/Common/server:vs" by which pool members and
 * dependencies name virtual servers.
 *
 * Both halves may hold ':' and '/', so that a key says what it means only
 * together with the servers there are. Settling finds the server once and
 * remembers how much of the key is its name.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_VSKEY_H
#define GTMD_TYPES_VSKEY_H

#include <stddef.h>
#include "core/model/type.h"

struct diag;
struct draft;
struct object;
struct objlist;

/* Which list of keys is meant. */
struct vskey_list {
	const struct object *owner;
	const struct object *item;	/* sub-object of owner that holds the
					 * list; NULL = owner does itself */
	struct objlist	*list;
	size_t		 len_off;	/* where an item's struct holds the size_t
					 * that takes the server's share */
};

/*
 * vskey_settle - give each item of a list its full key.
 *
 * "server:vs" becomes "/Common/server:vs", "ip:port" the key of the only
 * virtual server with that destination, and the virtual server's half is
 * spelled as its server has it. How many octets of the key name the server is
 * written into the item; 0 when it is not there. Findings: no or several
 * virtual servers with that destination, two items with one key.
 */
void vskey_settle(const struct vskey_list *l, const struct draft *d,
    struct diag *out);

/* Calls fn for the virtual server that a settled key names; server_len is what
 * settling wrote. Keys that it found fault with are passed over. */
void vskey_ref(const char *key, size_t server_len, type_ref_fn *fn,
    void *arg);

#endif
