/* etherip/move/mover_inside.h - the parts of a mover, for the files that make it up: mover.c
 * and mover_search.c. Layer: etherip/move.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVER_INSIDE_H
#define ETHERIP_MOVE_MOVER_INSIDE_H

#include <stdint.h>

#include "etherip/move/herald.h"
#include "etherip/move/movelog.h"
#include "etherip/move/mover.h"
#include "etherip/move/rollcall.h"

struct announcer;
struct dampening;
struct places;

struct mover {
	unsigned	 magic;
#define MOVER_MAGIC	0x30fe2001u
	struct movepath path;
	void		*arg;
	struct movepath_settings settings;
	struct snoop	*snoop;
	struct herald	 herald;
	struct dampening *dampening;
	struct freezer	*freezer;
	struct announcer *announcer;
	struct rollcall	 roll;
	uint64_t	 roll_again;	/* members to be told once more */
	mono_ns		 roll_again_at;
	struct places	*places;
	mono_ns		 sweep;		/* the next one */
	struct mover_counts counts;
	struct movelog	 log;
};

/* On record, and told. */
void mover_tell(struct mover *m, const struct moveevent *e);
/* It has moved, whoever says so. */
void mover_note_move(struct mover *m, struct moveevent *e);

#endif
