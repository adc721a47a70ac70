/* core/rest/reststream.c - see reststream.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/reststream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/rest/restreply.h"

struct reststream {
	struct restreply_stream source;
	struct strbuf	 piece;
	size_t		 sent;		/* octets of it */
	bool		 ended;
};

struct reststream *
reststream_open(struct restreply *r)
{
	struct reststream *s = mem_zalloc(1, sizeof(*s));

	s->source = r->stream;
	r->stream.more = NULL;
	strbuf_init(&s->piece);
	return s;
}

void
reststream_close(struct reststream **ps)
{
	struct reststream *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	s->source.free(s->source.arg);
	strbuf_fini(&s->piece);
	free(s);
}

size_t
reststream_read(struct reststream *s, char *to, size_t max)
{
	size_t n;

	if (s->sent == s->piece.len && !s->ended) {
		strbuf_clear(&s->piece);
		s->sent = 0;
		s->ended = !s->source.more(s->source.arg, &s->piece);
	}
	n = s->piece.len - s->sent;
	if (n > max)
		n = max;
	memcpy(to, s->piece.text + s->sent, n);
	s->sent += n;
	return n;
}
