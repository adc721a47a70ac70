/* monitors/probepace.h - how often a probe asks again before it gives up, for
 * protocols whose packets get lost. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBEPACE_H
#define MONITORS_PROBEPACE_H

#include <stdint.h>

#include "core/base/clock.h"

struct monitor;

struct probepace {
	uint32_t	 attempts;	/* in all; >= 1 */
	dur_ns		 interval_ns;	/* from one to the next */
};

/* As the monitor, which has these properties, says. */
struct probepace probepace_of(const struct monitor *m);

/* Rows of struct probe_type, for types that have no more to prepare: their spec is
 * a struct probepace. */
void *probepace_new(const struct monitor *m);
void probepace_free(void **ppace);

#endif
