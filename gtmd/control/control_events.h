/* gtmd/control/control_events.h - changes of state as events for who watches.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_EVENTS_H
#define GTMD_CONTROL_CONTROL_EVENTS_H

struct status;
struct suspect_view;

/* For plan_config.told; arg is a struct restevents.
 *
 *	event: state
 *	data: {"object":"pool-member …","availability":"offline","was":
 *	       {"availability":"available","enabled":"enabled"},
 *	       "enabled":"enabled","reason":"…"}
 */
void control_events_state(void *arg, const char *object,
    const struct status *was, const struct status *now, const char *cause);

/* The prober doubts itself, or does no more; arg is a struct restevents.
 *
 *	event: prober
 *	data: {"doubting":true,"controls":3,"controlsSilent":3,"withheld":1}
 */
void control_events_doubt(void *arg, const struct suspect_view *v);

#endif
