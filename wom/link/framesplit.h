/* wom/link/framesplit.h - the frames in a stream of octets that comes in pieces
 * of any size.
 *
 * Room is fixed: a frame is refused by its head before its body is waited for.
 * After a frame that is none the stream makes no sense any more. Layer: wom/link,
 * pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_FRAMESPLIT_H
#define WOM_LINK_FRAMESPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/link/linkframe.h"

struct framesplit {
	size_t	at, len;	/* read up to here, filled up to here */
	bool	bad;
	uint8_t octets[4 * LINKFRAME_MAX];
};

/* Where the next octets go and how many fit, always some once all frames have been
 * taken. What framesplit_next gave before is no longer good. */
uint8_t *framesplit_room(struct framesplit *s, size_t *cap);
/* So many have come there. */
void framesplit_fed(struct framesplit *s, size_t len);
/* The next whole frame, good until framesplit_room. False: none yet; or none
 * ever, with bad set. */
bool framesplit_next(struct framesplit *s, struct linkframe *f);

#endif
