/* tests/fuzz/fuzz_zonelookup.c - questions to a fixed set of zones, held
 * against a slow second opinion.
 *
 * Input: octets 0-1 the type, 2-3 the room for the message, the rest a name
 * in wire form (made whole when it is not). The second opinion walks all
 * nodes and knows no hash, no link and no flag but cut and DNAME.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "zones/lookup.h"
#include "zones/rrtype.h"
#include "zones/section.h"
#include "zones/tree.h"
#include "zones/zone.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char outer[] =
	"$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS a\na A 192.0.2.1\n* A 192.0.2.2\n"
	"b CNAME a\nc CNAME x.d\nd DNAME b.e\n*.e TXT t\nf.g.h A 192.0.2.3\n"
	"i NS j.i\nj.i A 192.0.2.4\nk.i TXT u\nl NS a.m\n*.m.l A 192.0.2.9\n"
	"n A 192.0.2.5\n*.n CNAME c\no CNAME p\np CNAME o\nq DNAME q.q\n";
static const char inner[] =
	"$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS a\na A 192.0.2.6\nb CNAME b.z.\n"
	"* CNAME a\n";

static struct zoneset *zs;

static struct zone *
make(const char *origin, const char *text)
{
	struct zonefile_text t = { text, strlen(text), "fixed" };
	uint8_t name[DNSNAME_MAX];
	struct zone *z;
	struct diag d;

	diag_init(&d);
	assert(dnsname_parse(origin, name) > 0);
	assert(zonefile_parse(&z, &t, name, &d) == 0);
	diag_fini(&d);
	return z;
}

static void
start(void)
{
	struct zone *z[2] = { make("z", outer), make("l.z", inner) };

	assert(zoneset_build(&zs, z, 2, NULL) == 0);
	zone_free(&z[0]);
	zone_free(&z[1]);
}

/* The zone whose apex is the longest suffix of name, or NULL. */
static const struct zone *
slow_zone(const uint8_t *name)
{
	const struct zone *best = NULL, *z;
	size_t i;

	for (i = 0; i < zs->zone_count; i++) {
		z = zs->zones[i];
		if (dnsname_is_under(name, z->name) &&
		    (best == NULL || z->name_len > best->name_len))
			best = z;
	}
	return best;
}

static const struct tree_node *
slow_node(const struct zone *z, const uint8_t *name)
{
	const struct tree_node *node = NULL;

	while ((node = tree_next(z, node)) != NULL)
		if (dnsname_equal(tree_name(node), name))
			break;
	return node;
}

static enum lookup_kind
slow_dname(size_t new_len, uint16_t type)
{
	if (new_len > DNSNAME_MAX)
		return LOOKUP_YXDOMAIN;
	return type == RRTYPE_CNAME || type == RRTYPE_ANY ? LOOKUP_ANSWER :
	    LOOKUP_DNAME;
}

/* What RFC 1034 4.3.2 says of a name: walks down from the apex. */
static enum lookup_kind
slow_kind(const uint8_t *name, size_t len, uint16_t type)
{
	const struct zone *z = slow_zone(name);
	const struct tree_node *node = NULL, *next;
	uint8_t star[DNSNAME_MAX + 2] = { 1, '*' };
	const uint8_t *suffix[DNSNAME_LABELS_MAX], *p;
	struct rrset rs;
	unsigned n = 0;

	if (z == NULL)
		return LOOKUP_NOTAUTH;
	for (p = name; !dnsname_equal(p, z->name); p = dnsname_parent(p))
		suffix[n++] = p;
	for (node = z->apex; n > 0; node = next) {
		if (tree_find(node, RRTYPE_DNAME, &rs))
			return slow_dname(len - node->name_len +
			    dnsname_len(rs.wire + 12), type);
		next = slow_node(z, suffix[--n]);
		if (next == NULL) {
			memcpy(star + 2, tree_name(node), node->name_len);
			node = slow_node(z, star);
			break;
		}
		if (tree_find(next, RRTYPE_NS, &rs) &&
		    !(n == 0 && type == RRTYPE_DS))
			return LOOKUP_REFERRAL;
	}
	if (node == NULL)
		return LOOKUP_NXDOMAIN;
	if (tree_find(node, type, &rs) ||
	    (type == RRTYPE_ANY && node->set_count > 0))
		return LOOKUP_ANSWER;
	return tree_find(node, RRTYPE_CNAME, &rs) ? LOOKUP_CNAME : LOOKUP_NODATA;
}

/* The name at data, cut or ended so that it is one. */
static size_t
whole_name(const uint8_t *data, size_t len, uint8_t name[DNSNAME_MAX])
{
	size_t at = 0, n, i;

	while (at < len && data[at] != 0) {
		n = data[at] & 63u;
		if (n == 0 || at + 1 + n > len || at + 2 + n > DNSNAME_MAX)
			break;
		name[at] = (uint8_t)n;
		for (i = 1; i <= n; i++)
			name[at + i] = data[at + i] >= 'A' &&
			    data[at + i] <= 'Z' ? data[at + i] | 0x20 :
			    data[at + i];
		at += 1 + n;
	}
	name[at] = 0;
	return at + 1;
}

static void
ask(const uint8_t *name, size_t len, uint16_t type, size_t cap)
{
	size_t fixed = 12 + len + 4;
	uint8_t *msg = calloc(1, fixed + cap);
	struct lookup_step s;
	struct lookup r;
	struct wbuf w;
	int i, n;

	assert(msg != NULL);
	wbuf_init(&w, msg, fixed + cap);
	w.off = 12;
	wbuf_octets(&w, name, len);
	w.off = fixed;
	lookup_start(&s, msg + 12, (uint8_t)len, dnsname_hash(name, len));
	for (i = 0; i < LOOKUP_STEPS_MAX; i++) {
		lookup_name(zs, &s, type, &r);
		assert(r.kind == slow_kind(s.name, s.len, type));
		assert(s.name[s.len - 1] == 0 && dnsname_len(s.name) == s.len);
		n = section_answer(&w, &r, &s);
		if (n <= 0 || (r.kind != LOOKUP_CNAME && r.kind != LOOKUP_DNAME))
			break;
	}
	if (r.kind == LOOKUP_REFERRAL)
		(void)section_referral(&w, &r, &s);
	else if (r.zone != NULL)
		(void)section_soa(&w, r.zone, &s);
	assert(!w.bad);
	free(msg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t name[DNSNAME_MAX];
	uint16_t type;
	size_t n;

	if (zs == NULL)
		start();
	if (len < 4)
		return 0;
	type = (uint16_t)(data[0] << 8 | data[1]);
	if (type == 0)
		return 0;
	n = whole_name(data + 4, len - 4, name);
	ask(name, n, type, (size_t)(data[2] << 8 | data[3]));
	return 0;
}
