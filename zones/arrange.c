/* zones/arrange.c - records into RRsets; see arrange.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/arrange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/wire/dnsname.h"
#include "zones/finding.h"
#include "zones/records.h"
#include "zones/rrset.h"
#include "zones/rrtype.h"

#define RR_HEAD		12u	/* owner pointer, type, class, TTL, length */

/* Numbers of one owner's records. */
struct list {
	uint32_t	*n;
	size_t		 count, room;
};

/* Addresses first, the rest by number. */
static uint32_t
type_rank(uint16_t type)
{
	if (type == RRTYPE_A)
		return 0;
	return type == RRTYPE_AAAA ? 1 : type + 2u;
}

static uint8_t
fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Octets in order (RFC 4034 6.3); names of old types in lower case (6.2). A
 * label's length is below 'A', so that folding leaves it alone. */
static int
rdata_compare(const struct record *a, const struct record *b)
{
	struct rrtype_names names = rrtype_names(a->type);
	size_t n = a->rdlen < b->rdlen ? a->rdlen : b->rdlen, i;
	int c;

	if (names.count == 0) {
		c = memcmp(a->rdata, b->rdata, n);
		return c != 0 ? c : (int)a->rdlen - (int)b->rdlen;
	}
	for (i = 0; i < n; i++) {
		c = i < names.prefix ? a->rdata[i] - b->rdata[i] :
		    fold(a->rdata[i]) - fold(b->rdata[i]);
		if (c != 0)
			return c;
	}
	return (int)a->rdlen - (int)b->rdlen;
}

static int
number_compare(const void *x, const void *y, void *arg)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	const struct record *ra = records_get(arg, a), *rb = records_get(arg, b);
	uint32_t ta = type_rank(ra->type), tb = type_rank(rb->type);
	int c;

	if (ta != tb)
		return ta < tb ? -1 : 1;
	c = rdata_compare(ra, rb);
	if (c != 0)
		return c;
	return a < b ? -1 : a > b;	/* the order of the file */
}

static void
at_record(const struct records *r, struct finding *f, const struct record *rec)
{
	finding_at(f, r->files[rec->file], rec->line);
}

/* Takes out of the sorted list what is there twice; the first stays. */
static void
drop_duplicates(struct records *r, struct list *l, struct finding *f)
{
	const struct record *a, *b;
	char type[RRTYPE_TEXT_MAX];
	size_t i, kept = 1;

	for (i = 1; i < l->count; i++) {
		a = records_get(r, l->n[kept - 1]);
		b = records_get(r, l->n[i]);
		if (a->type != b->type || rdata_compare(a, b) != 0) {
			l->n[kept++] = l->n[i];
			continue;
		}
		at_record(r, f, b);
		finding_warn(f, "%s record is there twice, first on line %u",
		    rrtype_format(b->type, type), a->line);
		r->record_count--;
	}
	l->count = kept;
}

static void
relink(struct records *r, struct owner *o, const struct list *l)
{
	size_t i;

	o->first = l->n[0];
	o->last = l->n[l->count - 1];
	for (i = 0; i + 1 < l->count; i++)
		records_get(r, l->n[i])->next = l->n[i + 1];
	records_get(r, o->last)->next = 0;
}

static void
sort_owner(struct records *r, struct owner *o, struct list *l,
    struct finding *f)
{
	uint32_t n;

	l->count = 0;
	for (n = o->first; n != 0; n = records_get(r, n)->next) {
		l->n = mem_grow(l->n, &l->room, l->count + 1, sizeof(*l->n));
		l->n[l->count++] = n;
	}
	assert(l->count > 0);		/* an owner has a record */
	qsort_r(l->n, l->count, sizeof(*l->n), number_compare, r);
	drop_duplicates(r, l, f);
	relink(r, o, l);
}

/* One TTL for the set that starts at n; and its size. */
static void
settle_set(struct records *r, uint32_t n, struct finding *f)
{
	const struct record *first = records_get(r, n), *rec;
	uint32_t ttl_s = first->ttl_s, end = records_set_end(r, n), i;
	char type[RRTYPE_TEXT_MAX];
	const struct record *odd = NULL;
	size_t size = 0;

	for (i = n; i != end; i = rec->next) {
		rec = records_get(r, i);
		size += RR_HEAD + rec->rdlen;
		if (rec->ttl_s != first->ttl_s)
			odd = rec;
		if (rec->ttl_s < ttl_s)
			ttl_s = rec->ttl_s;
	}
	if (odd != NULL) {
		at_record(r, f, odd);
		finding_warn(f, "TTLs of the %s set differ (%u s here, %u s on "
		    "line %u); the lowest, %u s, is used",
		    rrtype_format(odd->type, type), odd->ttl_s, first->ttl_s,
		    first->line, ttl_s);
		for (i = n; i != end; i = records_get(r, i)->next)
			records_get(r, i)->ttl_s = ttl_s;
	}
	if (size > RRSET_WIRE_MAX) {
		at_record(r, f, first);
		(void)finding_error(f, ERR_RANGE, "the %s set has %zu octets, a "
		    "message carries %u", rrtype_format(first->type, type), size,
		    RRSET_WIRE_MAX);
	}
}

static uint8_t
type_flag(uint16_t type, bool is_apex)
{
	if (type == RRTYPE_NS && !is_apex)
		return OWNER_CUT;
	if (type == RRTYPE_CNAME)
		return OWNER_CNAME;
	return type == RRTYPE_DNAME ? OWNER_DNAME : 0;
}

static void
arrange_owner(struct records *r, uint32_t number, struct list *l,
    struct finding *f)
{
	struct owner *o = records_at(r, number);
	uint16_t type;
	unsigned types = 0;
	uint32_t n;

	if ((o->flags & OWNER_PLAIN) != 0)
		return;
	if (o->first != o->last)
		sort_owner(r, o, l, f);
	for (n = o->first; n != 0; n = records_set_end(r, n)) {
		type = records_get(r, n)->type;
		o->flags |= type_flag(type, number == RECORDS_APEX);
		settle_set(r, n, f);
		if (++types == ARRANGE_TYPES_MAX + 1) {
			at_record(r, f, records_get(r, n));
			(void)finding_error(f, ERR_RANGE,
			    "more than %d record types at one name",
			    ARRANGE_TYPES_MAX);
		}
	}
}

void
arrange_zone(struct records *r, struct finding *f)
{
	struct list l = { .n = NULL };
	uint32_t i;

	for (i = RECORDS_APEX; i <= r->owner_count; i++)
		arrange_owner(r, i, &l, f);
	free(l.n);
}
