/* wom/lan/portmap.h - which application a port belongs to.
 *
 * Where ranges overlap the narrowest counts, of equals the one that begins lower,
 * then the one that was added first. Pure. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_PORTMAP_H
#define WOM_LAN_PORTMAP_H

#include <stddef.h>
#include <stdint.h>

#include "wom/types/portrange.h"

#define PORTMAP_NONE	UINT32_MAX

struct portmap;

struct portmap *portmap_new(void);
/* Takes *mp; NULL is harmless. */
void portmap_free(struct portmap **mp);

/* These ports belong to number (not PORTMAP_NONE) unless others have a better
 * claim. */
void portmap_add(struct portmap *m, const struct portrange *r,
    uint32_t number);
/* PORTMAP_NONE: to nobody. Cost: a binary search; the first one after an addition
 * is claims squared. */
uint32_t portmap_find(struct portmap *m, uint16_t port);

/* Told of the ports that belong to anybody: ranges that ascend and do not
 * touch. */
typedef void (*portmap_range_fn)(void *arg, const struct portrange *r);
void portmap_each(struct portmap *m, portmap_range_fn fn, void *arg);

#endif
