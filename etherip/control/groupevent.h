/* etherip/control/groupevent.h - what changes about a tunnel is told: one line of the log, and
 * an event to those who watch. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_GROUPEVENT_H
#define ETHERIP_CONTROL_GROUPEVENT_H

#include "core/base/log.h"

struct restevents;

struct groupevent {
	const char	*kind;		/* the word of the line, and the event's name */
	const char	*tunnel, *group;	/* full paths */
	const char	*state, *reason;
};

/* events: NULL: the log alone. */
void groupevent_tell(struct restevents *events, enum log_level level,
    const struct groupevent *e);

#endif
