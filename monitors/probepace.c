/* monitors/probepace.c - see probepace.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probepace.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "monitors/monitor.h"

struct probepace
probepace_of(const struct monitor *m)
{
	return (struct probepace){ .attempts = m->probe_attempts,
	    .interval_ns = m->probe_interval_s * CLOCK_S };
}

void *
probepace_new(const struct monitor *m)
{
	struct probepace *p = mem_zalloc(1, sizeof(*p));

	*p = probepace_of(m);
	return p;
}

void
probepace_free(void **ppace)
{
	free(*ppace);
	*ppace = NULL;
}
