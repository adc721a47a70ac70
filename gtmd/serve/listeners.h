/* gtmd/serve/listeners.h - the configured listeners, opened and closed as the
 * configuration says.
 *
 * A change is prepared first (new sockets bound) and then made or dropped, so
 * that an address in use refuses the whole change. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_LISTENERS_H
#define GTMD_SERVE_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct err;
struct inherit;
struct listeners;
struct loop;
struct world;

/* world is borrowed for life; files are named from where config_path lies. NULL
 * with a sentence in e. */
struct listeners *listeners_new(const struct world *world,
    const char *config_path, struct err *e);
/* Answers what is queued and closes everything. NULL is harmless. */
void listeners_free(struct listeners **pl);

/* From here on changes of interfaces are followed, for listeners with xdp. The
 * loop lives longer. */
void listeners_follow(struct listeners *l, struct loop *loop);

/* The next prepare reads certificates again, changed or not. */
void listeners_reread(struct listeners *l);

/* Binds what the draft adds; findings go to out. 0, or a negative code with
 * nothing kept. */
int listeners_prepare(struct listeners *l, const struct draft *d,
    struct diag *out);
/* Starts what was prepared and closes what is gone, or drops it. */
void listeners_settle(struct listeners *l, bool made);

/* From here on queries are answered: the world is complete. 0, or a negative
 * code with a sentence. */
int listeners_start(struct listeners *l, struct err *e);

/* ---- from one process to another ---- */

/* Before the first prepare: sockets that another process bound are taken from
 * here (borrowed until listeners_own) and no other is bound in their place. */
void listeners_inherit(struct listeners *l, struct inherit *from);
/* After the start: nobody else reads from the sockets any more. Each UDP
 * listener comes to the threads and buffers that its settings ask for. */
void listeners_own(struct listeners *l);
/* Adds all sockets, which stay ours. */
void listeners_lend(const struct listeners *l, struct inherit *to);
/* Another process reads from the sockets and goes on: ends UDP threads and lets
 * TCP connections end. gone is called when the last has, from another thread or
 * at once. Then only listeners_free. */
void listeners_leave(struct listeners *l, void (*gone)(void *arg), void *arg);

/* How many are open. */
size_t listeners_count(const struct listeners *l);

#endif
