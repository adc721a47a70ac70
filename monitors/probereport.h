/* monitors/probereport.h - all that is known of one monitored place, as a value
 * that goes from the process that probes to the one that answers.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBEREPORT_H
#define MONITORS_PROBEREPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "monitors/health.h"
#include "monitors/probe.h"

struct probereport {
	struct health	  health;
	enum probe_code	  newest;
	struct probe_result cause;	/* newest one that was no success */
	struct addr	  from;
	uint32_t	  rtt_us;
	bool		  expiring;	/* the certificate, as the last success */
	int32_t		  days_left;	/* said */
};

#endif
