/* wom/peer/crew.h - the worker threads, each with a loop of its own.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_CREW_H
#define WOM_PEER_CREW_H

struct crew;
struct err;
struct loop;

/* Starts so many. NULL with a sentence when the system refuses one. */
struct crew *crew_new(unsigned threads, struct err *e);
/* They do what has been posted to their loops before, then end; waits for that.
 * Takes *pc; NULL is harmless. */
void crew_free(struct crew **pc);

/* How many there are. */
unsigned crew_threads(const struct crew *c);
/* For loop_post. */
struct loop *crew_loop(const struct crew *c, unsigned thread);

#endif
