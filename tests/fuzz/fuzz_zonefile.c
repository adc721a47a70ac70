/* tests/fuzz/fuzz_zonefile.c - master files from foreign hands.
 *
 * Whatever the text: no crash, a zone or an error but never both, and a zone
 * that came out must answer for its own names in messages that our reader of
 * names can follow. Twice the same text gives twice the same zone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "zones/lookup.h"
#include "zones/section.h"
#include "zones/tree.h"
#include "zones/zone.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t msg[65535];

/* Walks the records that stand from offset at to the end. */
static void
check_records(size_t len, size_t at, int count)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf r;
	uint16_t rdlen;

	rbuf_init(&r, msg, len);
	r.off = at;
	for (; count > 0; count--) {
		assert(dnsname_read(&r, name) > 0);
		(void)rbuf_skip(&r, 8);
		rdlen = rbuf_u16(&r);
		(void)rbuf_skip(&r, rdlen);
		assert(!r.bad);
	}
	assert(r.off == len);
}

static void
ask(const struct zoneset *zs, const uint8_t *name, uint8_t len, uint16_t type)
{
	struct section_referral sent;
	struct lookup_step s;
	struct lookup r;
	struct wbuf w;
	int i, n, count = 0;

	wbuf_init(&w, msg, sizeof(msg));
	w.off = 12;
	wbuf_octets(&w, name, len);
	wbuf_u32(&w, (uint32_t)type << 16 | 1);
	lookup_start(&s, name, len, dnsname_hash(name, len));
	for (i = 0; i < LOOKUP_STEPS_MAX; i++) {
		lookup_name(zs, &s, type, &r);
		n = section_answer(&w, &r, &s);
		count += n > 0 ? n : 0;
		if (n <= 0 || (r.kind != LOOKUP_CNAME && r.kind != LOOKUP_DNAME))
			break;
	}
	if (r.kind == LOOKUP_NODATA || r.kind == LOOKUP_NXDOMAIN) {
		n = section_soa(&w, r.zone, &s);
		count += n > 0 ? n : 0;
	} else if (r.kind == LOOKUP_REFERRAL) {
		sent = section_referral(&w, &r, &s);
		count += sent.authority + sent.additional;
	}
	assert(!w.bad);
	check_records(w.off, 12u + len + 4u, count);
}

static void
ask_all(struct zone *z)
{
	const struct tree_node *node = NULL;
	uint8_t below[DNSNAME_MAX + 2] = { 1, 'x' };
	struct zoneset *zs;
	size_t count = 0;
	unsigned i;

	assert(zoneset_build(&zs, &z, 1, NULL) == 0);
	while ((node = tree_next(z, node)) != NULL) {
		count++;
		assert(zoneset_find(zs, tree_name(node), node->name_len,
		    dnsname_hash(tree_name(node), node->name_len)) == node);
		for (i = 0; i < node->set_count; i++)
			ask(zs, tree_name(node), node->name_len,
			    node->sets[i].type);
		ask(zs, tree_name(node), node->name_len, 65534);
		memcpy(below + 2, tree_name(node), node->name_len);
		if (node->name_len <= DNSNAME_MAX - 2)
			ask(zs, below, (uint8_t)(node->name_len + 2), 1);
	}
	assert(count == z->name_count);
	zoneset_free(&zs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t origin[] = "\7example";
	struct zonefile_text t = { (const char *)data, len, "fuzz" };
	struct zone *z, *again;
	struct diag d;
	int rc;

	diag_init(&d);
	rc = zonefile_parse(&z, &t, origin, &d);
	assert((rc == 0) == (z != NULL) && (rc != 0) == (d.errors > 0));
	if (z != NULL) {
		assert(zonefile_parse(&again, &t, origin, &d) == 0);
		assert(again->size == z->size &&
		    again->record_count == z->record_count);
		zone_free(&again);
		ask_all(z);
	}
	zone_free(&z);
	diag_fini(&d);
	return 0;
}
