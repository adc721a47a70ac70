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

/*
 * vskey_settle - give each item of a list its full key.
 *
 * "server:vs" becomes "/Common/server:vs", "ip:port" the key of the only
 * virtual server with that destination, and the virtual server's half is
 * spelled as its server has it. Findings: no or several virtual servers with
 * that destination, two items with one key.
 *
 * in     owner, item  for findings; item is the sub-object of owner that holds
 *              the list, or NULL when owner itself does
 *        len_off  where in an item's struct the size_t stands that takes the
 *              octets of the server's name; 0 is written when the target is
 *              not there
 */
void vskey_settle(const struct object *owner, const struct object *item,
    struct objlist *list, size_t len_off, const struct draft *d,
    struct diag *out);

/* Calls fn for the target of each item of a settled list. Keys that settling
 * has already found fault with are passed over. */
void vskey_each_ref(const struct objlist *list, size_t len_off,
    type_ref_fn *fn, void *arg);

#endif
