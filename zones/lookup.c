/* zones/lookup.c - one step of RFC 1034 4.3.2; see lookup.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/lookup.h"

#include <assert.h>
#include <string.h>

#include "zones/rrtype.h"
#include "zones/tree.h"
#include "zones/zoneset.h"

#define RR_HEAD	12u	/* owner pointer, type, class, TTL, RDLENGTH */

void
lookup_go_on(struct lookup_step *s, const uint8_t *name, uint8_t len,
    uint16_t at)
{
	memmove(s->store, name, len);
	s->name = s->store;
	s->len = len;
	s->at = at;
	s->hash = dnsname_hash(s->store, len);
}

static void
found(struct lookup *r, enum lookup_kind kind, const struct tree_node *node)
{
	r->kind = kind;
	r->node = node;
	r->zone = tree_zone(node);
}

static void
refer(struct lookup *r, const struct tree_node *cut)
{
	bool has_ns = tree_find(cut, RRTYPE_NS, &r->rrset);

	assert(has_ns);			/* that is what makes it a cut */
	found(r, LOOKUP_REFERRAL, cut);
}

/* The data at a node that is ours to answer: the name's own or a wildcard. */
static void
answer(struct lookup *r, const struct tree_node *node, uint16_t qtype)
{
	if (tree_find(node, qtype, &r->rrset)) {
		found(r, LOOKUP_ANSWER, node);
	} else if (qtype == RRTYPE_ANY && node->set_count > 0) {
		r->rrset = tree_view(node, 0, tree_data(node));
		found(r, LOOKUP_ANSWER, node);
	} else if ((node->flags & TREE_CNAME) != 0 &&
	    tree_find(node, RRTYPE_CNAME, &r->rrset)) {
		found(r, LOOKUP_CNAME, node);
	} else {
		found(r, LOOKUP_NODATA, node);
	}
}

/* DS belongs to the parent's side of a cut (RFC 4035 3.1.4.1). A zone whose
 * parent is not ours answers for itself: it has none. */
static void
answer_ds(const struct zoneset *zs, const struct lookup_step *s,
    struct lookup *r, const struct tree_node *node)
{
	const struct tree_node *cut = node;

	if ((node->flags & TREE_APEX) != 0)
		cut = zoneset_find_cut(zs, s->name, s->len, s->hash);
	if (cut == NULL)
		cut = node;
	if (tree_find(cut, RRTYPE_DS, &r->rrset))
		found(r, LOOKUP_ANSWER, cut);
	else
		found(r, LOOKUP_NODATA, cut);
}

/* The name is in the set. */
static void
lookup_node(const struct zoneset *zs, const struct lookup_step *s,
    uint16_t qtype, struct lookup *r, const struct tree_node *node)
{
	if ((node->flags & TREE_BELOW) != 0)
		refer(r, tree_link(node));
	else if (qtype == RRTYPE_DS && (node->flags & (TREE_APEX | TREE_CUT)) != 0)
		answer_ds(zs, s, r, node);
	else if ((node->flags & TREE_CUT) != 0)
		refer(r, node);
	else
		answer(r, node, qtype);
}

/* RFC 6672 section 3.2: the labels below the owner go before the target. The
 * CNAME made so answers a question for it, else the chain goes on. */
static void
redirect(const struct lookup_step *s, uint16_t qtype, struct lookup *r,
    const struct tree_node *node)
{
	bool has_dname = tree_find(node, RRTYPE_DNAME, &r->rrset);
	size_t target_len;

	assert(has_dname);
	target_len = dnsname_len(r->rrset.wire + RR_HEAD);
	found(r, LOOKUP_DNAME, node);
	if ((size_t)(s->len - node->name_len) + target_len > DNSNAME_MAX) {
		r->kind = LOOKUP_YXDOMAIN;
	} else if (qtype == RRTYPE_CNAME || qtype == RRTYPE_ANY) {
		r->kind = LOOKUP_ANSWER;
		r->wildcard = true;
	}
}

/* The name is not in the set, node is its closest encloser (RFC 4592 3.3.1). */
static void
lookup_below(const struct lookup_step *s, uint16_t qtype, struct lookup *r,
    const struct tree_node *node)
{
	if ((node->flags & TREE_BELOW) != 0) {
		refer(r, tree_link(node));
	} else if ((node->flags & TREE_CUT) != 0) {
		refer(r, node);
	} else if ((node->flags & TREE_DNAME) != 0) {
		redirect(s, qtype, r, node);
	} else if ((node->flags & TREE_WILD) != 0) {
		r->wildcard = true;
		answer(r, tree_link(node), qtype);
	} else {
		found(r, LOOKUP_NXDOMAIN, node);
	}
}

void
lookup_name(const struct zoneset *zs, const struct lookup_step *s,
    uint16_t qtype, struct lookup *r)
{
	const struct tree_node *node;

	r->wildcard = false;
	node = zoneset_find(zs, s->name, s->len, s->hash);
	if (node != NULL) {
		lookup_node(zs, s, qtype, r, node);
		return;
	}
	if (s->len > 1)
		node = zoneset_closest(zs, dnsname_parent(s->name),
		    s->len - 1u - *s->name);
	if (node != NULL) {
		lookup_below(s, qtype, r, node);
		return;
	}
	r->kind = LOOKUP_NOTAUTH;
	r->zone = NULL;
	r->node = NULL;
}
