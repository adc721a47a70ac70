/* wom/flow/flowguess.h - is it worth the time to look for something to save in a
 * stream, or are its octets as good as random?
 *
 * A stream that begins like TLS or SSH has keys of its own: it never repeats and never
 * packs, and is let go by. Of others only trying tells: what is compressed already may
 * still come a second time, and then as nothing but copies; so it goes by only when
 * the caller is thrifty (nothing is copied, or time is what lacks). What goes by is
 * sampled, and tried once more when it looks otherwise, or after a while.
 * Layer: wom/flow, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWGUESS_H
#define WOM_FLOW_FLOWGUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flowguess {
	bool	 begun;		/* its first octets were looked at */
	bool	 sealed;	/* they say that it is encrypted */
	bool	 passing;	/* the last block went by */
	unsigned futile;	/* blocks in a row that were not worth it */
	unsigned rest;		/* blocks that go by before the next try */
	unsigned next_rest;
};

/* Should the next block (len > 0, the stream's octets in order) go by as it is?
 * Some hundred ns. */
bool flowguess_passes(struct flowguess *g, const uint8_t *octets, size_t len,
    bool thrifty);
/* It did not; of len octets it became so many. */
void flowguess_tried(struct flowguess *g, size_t len, size_t became);

/* Do these look as if they came by chance? */
bool flowguess_is_noise(const uint8_t *octets, size_t len);

#endif
