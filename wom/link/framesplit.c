/* wom/link/framesplit.c - see framesplit.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/framesplit.h"

#include <assert.h>
#include <string.h>

uint8_t *
framesplit_room(struct framesplit *s, size_t *cap)
{
	if (s->at > 0) {
		memmove(s->octets, s->octets + s->at, s->len - s->at);
		s->len -= s->at;
		s->at = 0;
	}
	*cap = sizeof(s->octets) - s->len;
	return s->octets + s->len;
}

void
framesplit_fed(struct framesplit *s, size_t len)
{
	assert(len <= sizeof(s->octets) - s->len);
	s->len += len;
}

bool
framesplit_next(struct framesplit *s, struct linkframe *f)
{
	if (s->bad)
		return false;
	switch (linkframe_read(f, s->octets + s->at, s->len - s->at)) {
	case LINKFRAME_WHOLE:
		s->at += linkframe_octets(f);
		return true;
	case LINKFRAME_SHORT:
		return false;
	case LINKFRAME_BAD:
		break;
	}
	s->bad = true;
	return false;
}
