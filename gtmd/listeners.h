/* gtmd/listeners.h - the configured listeners, opened and closed as the
 * configuration says.
 *
 * A change is prepared first (new sockets bound) and then made or dropped, so
 * that an address in use refuses the whole change. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_LISTENERS_H
#define GTMD_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct err;
struct listeners;
struct world;

/* world is borrowed for life. NULL with a sentence in e. */
struct listeners *listeners_new(const struct world *world, struct err *e);
/* Answers what is queued and closes everything. NULL is harmless. */
void listeners_free(struct listeners **pl);

/* Binds what the draft adds; findings go to out. 0, or a negative code with
 * nothing kept. */
int listeners_prepare(struct listeners *l, const struct draft *d,
    struct diag *out);
/* Starts what was prepared and closes what is gone, or drops it. */
void listeners_settle(struct listeners *l, bool made);

/* From here on queries are answered: the world is complete. 0, or a negative
 * code with a sentence. */
int listeners_start(struct listeners *l, struct err *e);

/* How many are open. */
size_t listeners_count(const struct listeners *l);

#endif
