/* zones/section.c - sections of a message; see section.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/section.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "zones/lookup.h"
#include "zones/rrset.h"
#include "zones/rrtype.h"
#include "zones/tree.h"
#include "zones/zone.h"

#define RR_HEAD	12u	/* owner pointer, type, class, TTL, RDLENGTH */

/* A name that is itself a pointer stands where that points to: pointers to
 * pointers are legal, but some readers count hops. */
static uint16_t
follow(const struct wbuf *w, size_t at)
{
	const uint8_t *p = w->base + at;

	while ((p[0] & 0xc0) == 0xc0) {
		at = (size_t)(p[0] & 0x3f) << 8 | p[1];
		p = w->base + at;
	}
	return (uint16_t)at;
}

size_t
section_suffix(const struct wbuf *w, const struct lookup_step *s,
    size_t suffix_len)
{
	size_t skip = s->len - suffix_len, at = s->at;

	assert(suffix_len > 0 && suffix_len <= s->len);
	if (at == LOOKUP_QUESTION_AT)
		return at + skip;	/* it stands there whole */
	/* A pointer may stand before the suffix: a target that is its zone's
	 * apex, asked for in the parent zone. */
	for (;;) {
		at = follow(w, at);
		if (skip == 0)
			return at;
		skip -= w->base[at] + 1u;
		at += w->base[at] + 1u;
	}
}

static uint16_t
suffix_at(const struct wbuf *w, const struct lookup_step *s, size_t suffix_len)
{
	return (uint16_t)section_suffix(w, s, suffix_len);
}

static int
write_set(struct wbuf *w, const struct lookup *r, const struct lookup_step *s,
    uint16_t owner)
{
	struct rrset_at at = { .owner = owner };

	if (r->rrset.fix_count > 0)
		at.apex = suffix_at(w, s, r->zone->name_len);
	return rrset_write(w, &r->rrset, &at) ? r->rrset.count : -1;
}

/* Has the chain been at this set before? */
static bool
seen(const struct lookup_step *s, const struct lookup *r)
{
	unsigned i;

	for (i = 0; i < s->seen_count; i++)
		if (s->seen[i] == r->rrset.wire)
			return true;
	return s->seen_count == LOOKUP_STEPS_MAX;
}

/* On to the name that was written at offset at, perhaps compressed. */
static void
go_to(const struct wbuf *w, struct lookup_step *s, const struct lookup *r,
    size_t at)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf b;
	size_t len;

	rbuf_init(&b, w->base, w->off);
	b.off = at;
	len = dnsname_read(&b, name);
	assert(len > 0);		/* our own writing */
	s->seen[s->seen_count++] = r->rrset.wire;
	lookup_go_on(s, name, (uint8_t)len, (uint16_t)at);
}

static int
answer_cname(struct wbuf *w, const struct lookup *r, struct lookup_step *s)
{
	size_t at = w->off + RR_HEAD;
	int n;

	if (seen(s, r))
		return 0;
	n = write_set(w, r, s, s->at);
	if (n > 0)
		go_to(w, s, r, at);
	return n;
}

/* The CNAME that a DNAME stands for at this name: same TTL, name in full. */
static bool
write_synthesised(struct wbuf *w, const struct lookup *r,
    const struct lookup_step *s)
{
	size_t prefix = (size_t)(s->len - r->node->name_len);
	const uint8_t *target = r->rrset.wire + RR_HEAD;
	size_t target_len = dnsname_len(target);

	if (w->bad || w->cap - w->off < RR_HEAD + prefix + target_len)
		return false;
	wbuf_u16(w, (uint16_t)(0xc000 | s->at));
	wbuf_u16(w, RRTYPE_CNAME);
	wbuf_u16(w, RRTYPE_CLASS_IN);
	wbuf_u32(w, rrset_ttl_s(&r->rrset));
	wbuf_u16(w, (uint16_t)(prefix + target_len));
	wbuf_octets(w, s->name, prefix);
	wbuf_octets(w, target, target_len);
	return true;
}

/* A second pass through the same DNAME need not be a loop, but a chain that
 * grows with each pass is a cheap way to a large reply: the resolver asks for
 * the rest by itself. */
static int
answer_dname(struct wbuf *w, const struct lookup *r, struct lookup_step *s)
{
	size_t start = w->off, at;
	int n;

	if (seen(s, r))
		return 0;
	n = write_set(w, r, s, suffix_at(w, s, r->node->name_len));
	at = w->off + RR_HEAD;
	if (n < 0 || !write_synthesised(w, r, s)) {
		w->off = start;
		return -1;
	}
	if (r->kind == LOOKUP_DNAME)
		go_to(w, s, r, at);
	return n + 1;
}

int
section_answer(struct wbuf *w, const struct lookup *r, struct lookup_step *s)
{
	switch (r->kind) {
	case LOOKUP_ANSWER:
		if (r->wildcard && r->rrset.type == RRTYPE_DNAME)
			return answer_dname(w, r, s);
		return write_set(w, r, s, s->at);
	case LOOKUP_CNAME:
		return answer_cname(w, r, s);
	case LOOKUP_DNAME:
		return answer_dname(w, r, s);
	case LOOKUP_YXDOMAIN:
		return seen(s, r) ? 0 : write_set(w, r, s,
		    suffix_at(w, s, r->node->name_len));
	case LOOKUP_NOTAUTH:
	case LOOKUP_NODATA:
	case LOOKUP_NXDOMAIN:
	case LOOKUP_REFERRAL:
		break;
	}
	return 0;
}

int
section_apex(struct wbuf *w, const struct zone *z, const struct rrset *rs,
    const struct lookup_step *s)
{
	uint16_t apex = suffix_at(w, s, z->name_len);
	struct rrset_at at = { .owner = apex, .apex = apex };

	return rrset_write(w, rs, &at) ? rs->count : -1;
}

int
section_soa(struct wbuf *w, const struct zone *z, const struct lookup_step *s)
{
	return section_apex(w, z, &z->soa_negative, s);
}

/* The glue RRs from number i on that have one owner and one type. */
static struct rrset
glue_run(const struct rrset *glue, unsigned i)
{
	unsigned total = glue->fix_count / 2u, k = i + 1;
	const uint8_t *rr = glue->wire + glue->fix[i * 2], *next;
	size_t end = glue->len;

	for (; k < total; k++) {
		next = glue->wire + glue->fix[k * 2];
		if (glue->fix[k * 2 + 1] != glue->fix[i * 2 + 1] ||
		    memcmp(next + 2, rr + 2, 2) != 0) {
			end = glue->fix[k * 2];
			break;
		}
	}
	return (struct rrset){ .wire = rr, .len =
	    (uint16_t)(end - glue->fix[i * 2]), .count = (uint16_t)(k - i) };
}

/* Writes one kind of glue, set by set; ns_at is where the NS set stands.
 * False when a set did not fit; the ones after it may still. */
static bool
write_glue(struct wbuf *w, const struct tree_node *cut, uint16_t kind,
    size_t ns_at, uint16_t *count)
{
	struct rrset glue, run;
	struct rrset_at at = { .owner = 0 };
	bool all = true;
	unsigned i;

	if (!tree_extra(cut, kind, &glue))
		return true;
	for (i = 0; i < glue.fix_count / 2u; i += run.count) {
		run = glue_run(&glue, i);
		at.owner = follow(w, ns_at + glue.fix[i * 2 + 1]);
		if (rrset_write(w, &run, &at))
			*count += run.count;
		else
			all = false;
	}
	return all;
}

struct section_referral
section_referral(struct wbuf *w, const struct lookup *r,
    const struct lookup_step *s)
{
	struct section_referral sent = { .truncated = false };
	size_t ns_at = w->off;
	int n;

	assert(r->kind == LOOKUP_REFERRAL);
	n = write_set(w, r, s, suffix_at(w, s, r->node->name_len));
	if (n < 0) {
		sent.truncated = true;
		return sent;
	}
	sent.authority = (uint16_t)n;
	if (!write_glue(w, r->node, TREE_GLUE, ns_at, &sent.additional))
		sent.truncated = true;
	(void)write_glue(w, r->node, TREE_SIBLING, ns_at, &sent.additional);
	return sent;
}
