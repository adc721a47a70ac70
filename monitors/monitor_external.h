/* monitors/monitor_external.h - what "gtm monitor external" holds.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_EXTERNAL_H
#define MONITORS_MONITOR_EXTERNAL_H

#include "core/model/prop.h"
#include "monitors/monitor.h"

struct monitor_external {
	struct monitor	 base;
	char		*run;		/* as programfile_path takes it, or NULL */
	char		*args;		/* as argline_split takes it, or NULL */
	struct strlist	 variables;	/* user-defined, "KEY=text" */
};

#endif
