/* gtmd/control/control_decisions.h - the decision log: what answering threads have
 * noted, as sentences, in the log and for who asks.
 *
 * What a wide IP's load-balancing-decision-log-verbosity asks for, of the
 * decisions that decision-log-sample takes. The last ones are kept. Control loop
 * only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_DECISIONS_H
#define GTMD_CONTROL_CONTROL_DECISIONS_H

#include <stddef.h>

struct control_decisions;
struct loop;
struct plan;
struct restreply;
struct restrequest;
struct store_change;

#define CONTROL_DECISIONS_KEPT	512	/* told again when asked */
#define CONTROL_DECISIONS_ROUND	64	/* made sentences of at a time, so that
					 * the loop has others to serve */

/* Both borrowed for its life. free takes *pc; NULL is harmless. */
struct control_decisions *control_decisions_new(struct loop *l,
    const struct plan *p);
void control_decisions_free(struct control_decisions **pc);

/* For store_watch, ahead of the plan's: what was noted before a change is told
 * by the graph that it was decided by. arg is the control_decisions. */
void control_decisions_on_change(void *arg,
    const struct store_change *changes, size_t count);

/* Makes sentences of what is there now, a round at most. */
void control_decisions_drain(struct control_decisions *c);

/* GET …/decision-log?wideip=NAME&limit=N: the last ones first. */
void control_decisions_get(const struct control_decisions *c,
    const struct restrequest *q, struct restreply *r);

#endif
