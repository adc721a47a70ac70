/* tests/unit/gtmd/decide/asked.h - one query put to a decision, and what it got.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_DECIDE_ASKED_H
#define TESTS_UNIT_GTMD_DECIDE_ASKED_H

#include <stdint.h>

#include "core/wire/wbuf.h"
#include "gtmd/decide/decision.h"

struct asked {
	uint8_t		 octets[512];	/* the records, names as pointer */
	struct wbuf	 w;
	struct decision_out out;
};

/* cells: counters, by slot. */
void asked_of(struct asked *a, const struct decision *d, uint64_t *cells);

#endif
