/* core/rest/resttransact.h - what clients do with transactions: open them, queue
 * writes, look at what waits, and make all of it true at once, or none.
 *
 * Which there are, and for how long, resttrans.h knows. An operator's holds what
 * he may write alone. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTTRANSACT_H
#define CORE_REST_RESTTRANSACT_H

#include <stdbool.h>

#include "core/rest/resttrans.h"

struct loop;
struct restcommit;
struct restdialect;
struct restreply;
struct restrequest;
struct store;

/* The tree's; all but the set is borrowed. */
struct resttransact {
	struct resttrans_set all;
	struct store	 *store;
	struct loop	 *loop;
	const struct restdialect *dialect;
	struct restcommit *commit;
};

/* A request below RESTTRANS_COLLECTION, of an operator at least. */
void resttransact_serve(struct resttransact *t, const struct restrequest *q,
    struct restreply *r);
/* A write that names a transaction, answered with what was queued: clients look for
 * JSON there. steers: an operator may make it. */
void resttransact_queue(struct resttransact *t, const struct restrequest *q,
    bool steers, struct restreply *r);

#endif
