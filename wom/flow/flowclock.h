/* wom/flow/flowclock.h - the time that this thread has spent on the processor.
 * Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWCLOCK_H
#define WOM_FLOW_FLOWCLOCK_H

#include <time.h>

#include "core/base/clock.h"

/* Since it began. A system call, some 200 ns. */
static inline dur_ns
flowclock_cpu(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (dur_ns)t.tv_sec * CLOCK_S + (dur_ns)t.tv_nsec;
}

#endif
