/* monitors/sched_states.h - what the scheduler knows of its instances' states, from
 * before a restart, from another process, and for those after it.
 *
 * Layer: monitors. SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SCHED_STATES_H
#define MONITORS_SCHED_STATES_H

#include "core/base/addr.h"
#include "monitors/health.h"

struct lastknown;
struct sched;

/* What was known before a restart: the state that an instance of this monitor
 * and destination starts with. To be called before the watches are opened. */
void sched_states_seed(struct sched *s, const char *monitor,
    const struct addrport *to, enum health_state state);

/* What was known before the restart does not count: before the first watch. */
void sched_states_forget(struct sched *s);

/* Where the states are kept from here on, those that there are and those to
 * come, and from where a new instance has its first; NULL: no more. */
void sched_states_keep(struct sched *s, struct lastknown *last);

/* What another process knows by now: such instances have this state from here
 * on, and their watches are told where it is another. */
void sched_states_recall(struct sched *s, const char *monitor,
    const struct addrport *to, enum health_state state);

/* Calls fn for each instance whose state is known, in no order. */
typedef void (*sched_states_fn)(void *arg, const char *monitor,
    const struct addrport *to, enum health_state state);
void sched_states_each(const struct sched *s, sched_states_fn fn, void *arg);

#endif
