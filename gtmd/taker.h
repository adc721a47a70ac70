/* gtmd/taker.h - the heir's side of a hand-over (handover.h): gets what the
 * running process has, and makes sure that it is alone.
 *
 * Every call waits for the holder, seconds at most, as nobody else waits yet.
 * Where the holder dies on the way the heir goes on alone. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TAKER_H
#define GTMD_TAKER_H

#include <sys/types.h>

#include "core/base/strbuf.h"
#include "gtmd/query/cookie.h"
#include "gtmd/serve/inherit.h"

struct err;
struct loop;
struct plan;
struct taker;

/*
 * taker_ask - ask the process that has the state directory to be replaced.
 *
 * ret    0 with *pt: it lends; 0 with NULL: there is none. ERR_DENIED and
 *        others: it won't, and goes on.
 */
int taker_ask(const char *state_dir, const char *control_path,
    struct taker **pt, struct err *e);
/* Closes what was not taken, and goes. NULL is harmless. */
void taker_free(struct taker **pt);
/* Tells the holder why this heir won't come; then only taker_free. */
void taker_refuse(struct taker *t, const char *why);

/* Its process id. */
pid_t taker_holder(const struct taker *t);
/* Its DNS sockets; what is taken from here is the caller's. */
struct inherit *taker_sockets(struct taker *t);
/* Its descriptors that listen for control and for the next heir: the caller's
 * from here on. Once each. */
int taker_control(struct taker *t);
int taker_next(struct taker *t);
/* That of what clients were answered (persist.h), likewise. */
int taker_records(struct taker *t);

/* What the holder yields when all is loaded. */
struct taker_estate {
	int		 lock_fd;	/* state directory's, the caller's */
	struct strbuf	 states;	/* memory_text.h; empty = none came */
	struct strbuf	 measured;	/* counts.h; likewise */
	struct cookie_secrets secrets;	/* count 0 = none came */
};

/* states and measured are initialised buffers. ret 0, or a negative code. */
int taker_ready(struct taker *t, struct taker_estate *out, struct err *e);
/* We answer, too. When this returns 0 we are alone, and may write; else the
 * holder goes on. */
int taker_confirm(struct taker *t, struct err *e);

/* Adds what the holder has counted: waits a moment for the bulk of it, and adds
 * the rest when it comes. loop and plan outlive t. */
void taker_hear_counts(struct taker *t, struct loop *loop,
    const struct plan *plan);

#endif
