/* gtmd/query/chaos.c - TXT records of class CH; see chaos.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/chaos.h"

#include <stddef.h>
#include <string.h>

#include "core/base/obj.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/world.h"

static const struct {
	const char	*name;	/* wire form, without the root label */
	size_t		 text;	/* offset of a struct world_text */
} known[] = {
	{ "\007version\004bind", offsetof(struct world_settings, version) },
	{ "\007version\006server", offsetof(struct world_settings, version) },
	{ "\002id\006server", offsetof(struct world_settings, identity) },
	{ "\010hostname\004bind", offsetof(struct world_settings, identity) },
};

static const struct world_text *
find_text(const struct question *q, const struct world_settings *s)
{
	for (size_t i = 0; i < OBJ_COUNT(known); i++) {
		if (q->name_len == strlen(known[i].name) + 1 &&
		    memcmp(q->name, known[i].name, q->name_len) == 0)
			return (const void *)((const char *)s + known[i].text);
	}
	return NULL;
}

bool
chaos_answer(struct reply *r, const struct question *q,
    const struct world_settings *s)
{
	const struct world_text *t = find_text(q, s);
	struct wbuf *w = &r->w;

	if (t == NULL || t->len == 0)
		return false;
	r->aa = true;
	if (q->type != RRTYPE_TXT && q->type != RRTYPE_ANY)
		return true;
	wbuf_u16(w, 0xc000 | QUESTION_AT);
	wbuf_u16(w, RRTYPE_TXT);
	wbuf_u16(w, RRCLASS_CH);
	wbuf_u32(w, 0);
	wbuf_u16(w, t->len + 1);
	wbuf_u8(w, t->len);
	wbuf_octets(w, t->octets, t->len);
	if (w->bad)
		reply_truncate(r, q);
	else
		r->answer = 1;
	return true;
}
