/* core/rest/restheld.h - answers that are ready and must not be heard yet: what
 * they say has happened is not on disk.
 *
 * While one is held the server has its connection suspended. For restserver.
 * Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTHELD_H
#define CORE_REST_RESTHELD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/list.h"
#include "core/rest/restreply.h"

struct MHD_Connection;
struct err;

/* Embedded in the server. */
struct restheld_set {
	struct list	 all;
	/* What is held for this connection may be heard. */
	void		(*resume)(void *arg, struct MHD_Connection *mc);
	void		*arg;
};

/* Embedded in what belongs to one request; all zero is none. */
struct restheld {
	struct list	 node;
	struct MHD_Connection *mc;
	struct restreply reply;
	bool		 kept;		/* there is a reply */
	bool		 waits;		/* and it may not be heard yet */
};

void restheld_init(struct restheld_set *s,
    void (*resume)(void *arg, struct MHD_Connection *mc), void *arg);

/* Takes what *r holds: r->held says until when. */
void restheld_keep(struct restheld_set *s, struct restheld *h,
    struct MHD_Connection *mc, struct restreply *r);
/* Those that wait for commits up to this one may be heard; with e, they say
 * that instead. Returns how many. */
unsigned restheld_release(struct restheld_set *s, uint64_t upto,
    const struct err *e);
/* The connection ends, or its reply was sent. */
void restheld_drop(struct restheld *h);

#endif
