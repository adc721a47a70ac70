/* gtmd/serve/msgsplit.c - see msgsplit.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/msgsplit.h"

#include <assert.h>
#include <string.h>

uint8_t *
msgsplit_room(struct msgsplit *s, size_t *cap)
{
	if (s->start > 0) {
		memmove(s->buf, s->buf + s->start, s->end - s->start);
		s->end -= s->start;
		s->start = 0;
	}
	*cap = sizeof(s->buf) - s->end;
	return s->buf + s->end;
}

/* What belongs to an overlong message never counts as octets of the buffer. */
static void
skip(struct msgsplit *s)
{
	size_t n = s->end - s->start;

	if (n > s->skip)
		n = s->skip;
	s->start += n;
	s->skip -= n;
}

void
msgsplit_fed(struct msgsplit *s, size_t n)
{
	assert(n <= sizeof(s->buf) - s->end);
	s->end += n;
	skip(s);
}

bool
msgsplit_next(struct msgsplit *s, struct msgsplit_msg *m)
{
	const uint8_t *p = s->buf + s->start;
	size_t have = s->end - s->start, len;

	if (s->skip > 0 || have < 2)
		return false;
	len = (size_t)p[0] << 8 | p[1];
	m->cut = len > MSGSPLIT_MAX;
	m->len = m->cut ? MSGSPLIT_MAX : len;
	if (have < 2 + m->len)
		return false;
	m->octets = p + 2;
	s->start += 2 + m->len;
	s->skip = len - m->len;
	skip(s);
	return true;
}
