/* tests/unit/monitors/fakeprobe.h - a probe type whose probes are scripted: each
 * takes takes_ns and ends as outcome says of its destination's port.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_FAKEPROBE_H
#define TESTS_UNIT_MONITORS_FAKEPROBE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/probe.h"

#define FAKEPROBE_PORTS		65536
#define FAKEPROBE_STARTS	200000

struct fakeprobe {
	enum probe_outcome outcome[FAKEPROBE_PORTS];	/* by port; first is UP */
	enum probe_code	   code;	/* of all; PROBE_OK = as the outcome */
	dur_ns		   takes_ns;
	uint16_t	   hangs_from;	/* ports from here take all of their
					 * time; 0 = none */
	mono_ns		   start_ns[FAKEPROBE_STARTS];	/* of each start */
	uint16_t	   start_port[FAKEPROBE_STARTS];
	size_t		   starts, running, running_max, specs;
	struct probe_job   last;	/* job of the newest start */
};
extern struct fakeprobe fakeprobe;

/* In the shape of probe_types: the one type, for monitors of type tcp. */
extern const struct probe_type *const fakeprobe_types[];

/* Forgets the script and the starts; probes take 1 ms and tell up. */
void fakeprobe_reset(void);

#endif
