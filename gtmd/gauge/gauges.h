/* gtmd/gauge/gauges.h - all that is read off pages, as the configuration has it:
 * follows the store, keeps a reader for each server and virtual server with a
 * metrics-monitor, and a page for what they share.
 *
 * A commit costs what it changes. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_GAUGE_GAUGES_H
#define GTMD_GAUGE_GAUGES_H

#include <stddef.h>

struct gaugedesk;
struct gaugepage;
struct gauges;
struct loop;
struct measures;
struct probelink;
struct store;
struct store_change;

/* The prober at the other end of the link looks; values go to `to`. */
struct gauges *gauges_new(struct loop *l, struct store *s, struct measures *to,
    struct probelink *link);
/* Before the measures, the store and the link. Takes *pg; NULL is harmless. */
void gauges_free(struct gauges **pg);

/* For store_watch; arg is the gauges. */
void gauges_on_change(void *arg, const struct store_change *changes,
    size_t count);

/* What is counted over all pages. */
const struct gaugedesk *gauges_desk(const struct gauges *g);
/* Calls fn for each page, in no order. */
void gauges_each(const struct gauges *g,
    void (*fn)(void *arg, const struct gaugepage *p), void *arg);

#endif
