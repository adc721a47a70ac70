/* gtmd/mover/moverwatch.h - all that a run sees from outside while it is under way:
 * pools, hosts, guards, caches, late connections. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERWATCH_H
#define GTMD_MOVER_MOVERWATCH_H

#include <stdbool.h>
#include <stdint.h>

struct json;
struct migevent;
struct migevent_sample;
struct migspec;
struct migstate;
struct migstep_seen;
struct moverop_means;
struct moverview;
struct moverwatch;

/* All borrowed for the watch's life. */
struct moverwatch_config {
	const struct moverop_means *means;
	const struct migspec *spec;
};

/* Pools are probed, pages looked at, from here on. */
struct moverwatch *moverwatch_new(const struct moverwatch_config *c);
/* Takes *pw; NULL is harmless. */
void moverwatch_free(struct moverwatch **pw);

/* What is seen now; texts are good until the next call. */
void moverwatch_look(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migstep_seen *out);
/* All of a sample but the flows. */
void moverwatch_sample(struct moverwatch *w, const struct migstate *m,
    int64_t now_ms, struct migevent_sample *out);
/* What has not been told before of who still comes though no cache explains it: one
 * event for the record. False when there is none. */
bool moverwatch_late(struct moverwatch *w, struct migevent *ev);
/* Why the relay is not as it should be, once in these words: a note for the record.
 * False when there is nothing new. */
bool moverwatch_refused(struct moverwatch *w, struct migevent *ev);
/* Puts "late" and "relayWhy" into a page, where there is something to tell. */
void moverwatch_show(const struct moverwatch *w, struct json *j);
/* The running graph, as the run sees it. */
const struct moverview *moverwatch_view(const struct moverwatch *w);

#endif
