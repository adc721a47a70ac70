/* wom/link/turns.h - whose turn it is: flows share a link by octets, and one that
 * has little to say says it first.
 *
 * Deficit round robin with a list for flows that have just got something to
 * send (after RFC 8290 section 4.2): such a flow goes ahead of the others for a
 * quantum, then joins them; one that runs dry in the first list goes through the
 * second before it may be first again, so nobody starves. A flow of the bulk class is
 * never in the first list. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_TURNS_H
#define WOM_LINK_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/list.h"

struct turns_flow {
	struct list node;
	int32_t	deficit;	/* octets that it may send in this turn */
	bool	bulk;
	bool	waits;		/* it is in a list */
	bool	fresh;		/* in the first one */
	bool	dry;		/* it had nothing left when it left the first */
};

struct turns {
	struct list fresh, rest;
	int32_t quantum;	/* octets */
};

/* Can this flow send on the way that asks? */
typedef bool (*turns_ready_fn)(struct turns_flow *f, const void *arg);

void turns_init(struct turns *t, int32_t quantum);
void turns_flow_init(struct turns_flow *f, bool bulk);
/* It has something to send; harmless when it waits already. */
void turns_add(struct turns *t, struct turns_flow *f);
/* It is gone, or has nothing for anybody. */
void turns_remove(struct turns_flow *f);
/* Whose turn it is among those that are ready; NULL: none is. Looks at each
 * flow that is not ready once at most. */
struct turns_flow *turns_next(struct turns *t, turns_ready_fn ready,
    const void *arg);
/* It has sent so many; more: and has something left. */
void turns_charge(struct turns *t, struct turns_flow *f, uint32_t octets,
    bool more);

#endif
