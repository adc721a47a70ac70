/* monitors/board.h - the states of all instances, for every thread to read.
 *
 * One 64-bit word per slot, written whole by the control loop, so a reader
 * never sees half a change and never waits. Slots live in blocks that stay
 * where they are until board_free. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_BOARD_H
#define MONITORS_BOARD_H

#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/health.h"
#include "monitors/probe.h"

#define BOARD_SLOTS_MAX	(UINT32_C(1) << 20)

struct board;

struct board_entry {
	enum health_state state;
	enum probe_code	  last;		/* code of the newest outcome */
	real_s		  since_s;	/* wall clock of the last change of state */
};

struct board *board_new(void);
/* Takes *pb; NULL is harmless. Nobody reads any more. */
void board_free(struct board **pb);

/* Control loop: a slot of its own, unknown; its number. Aborts past
 * BOARD_SLOTS_MAX slots. */
uint32_t board_take(struct board *b, real_s now);
void board_give(struct board *b, uint32_t slot);
/* Control loop: one atomic store. */
void board_write(struct board *b, uint32_t slot, const struct board_entry *en);
/* Any thread: one atomic load. slot was taken before. */
struct board_entry board_read(const struct board *b, uint32_t slot);

#endif
