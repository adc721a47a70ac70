/* gtmd/query/where.c - which zone a name is in; see where.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/where.h"

#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "zones/lookup.h"
#include "zones/section.h"
#include "zones/tree.h"
#include "zones/zone.h"

struct where
where_find(const struct answer *a, const struct lookup *l)
{
	const struct lookup_step *s = &a->step;
	struct where at = { .zone = l->zone };
	size_t cut = 1, own;

	if (l->kind == LOOKUP_REFERRAL)
		cut = l->node->name_len;
	else if (l->kind != LOOKUP_NOTAUTH)
		return at;
	own = widetable_find_apex(a->wides, s->name, s->len);
	if (own < cut)
		return at;
	return (struct where){ .own = own };
}

struct apex
where_apex(const struct where *at, const struct answer *a,
    const struct wbuf *w)
{
	const struct lookup_step *s = &a->step;

	return (struct apex){ .name = s->name + s->len - at->own,
	    .len = at->own, .at = section_suffix(w, s, at->own) };
}

/* Sets the TTL of the record that starts at was: behind owner, type, class. */
static void
set_ttl(struct wbuf *w, size_t was, uint32_t ttl_s)
{
	const uint8_t *p = w->base + was;
	struct wbuf at;

	was += ((*p & 0xc0) == 0xc0 ? 2 : dnsname_len(p)) + 4;
	wbuf_init(&at, w->base + was, 4);
	wbuf_u32(&at, ttl_s);
}

int
where_write_soa(const struct where *at, const struct answer *a,
    struct wbuf *w, uint32_t ttl_s)
{
	size_t was = w->off;
	struct apex apex;

	if (at->zone != NULL) {
		if (section_soa(w, at->zone, &a->step) < 0)
			return -1;
		if (ttl_s < at->zone->negative_ttl_s)
			set_ttl(w, was, ttl_s);
		return 1;
	}
	if (at->own == 0)
		return 0;
	if (ttl_s == WHERE_TTL_OF_ZONE)
		ttl_s = APEX_NEGATIVE_TTL_S;
	apex = where_apex(at, a, w);
	return apex_write_soa(w, &apex, &a->settings->apex, ttl_s, ttl_s);
}

int
where_write_ns(const struct where *at, const struct answer *a,
    struct wbuf *w)
{
	struct apex apex;

	if (at->zone != NULL)
		return section_apex(w, at->zone, &at->zone->ns, &a->step);
	if (at->own == 0)
		return 0;
	apex = where_apex(at, a, w);
	return apex_write_ns(w, &apex, &a->settings->apex);
}
