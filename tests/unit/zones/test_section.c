/* tests/unit/zones/test_section.c - what stands in which section, and what does not fit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"

#include "zones/tree.h"

#define HEAD "$TTL 60\n@ 600 SOA ns host 1 2 3 4 30\n@ NS ns\nns A 192.0.2.1\n"

/* A message with a question, and a look-up for it. */
struct asked {
	uint8_t		   buf[70000];
	uint8_t		   name[DNSNAME_MAX];
	struct wbuf	   w;
	struct lookup_step s;
	struct lookup	   r;
};

static struct asked *
asked(const struct zoneset *zs, const char *qname, uint16_t qtype, size_t room)
{
	struct asked *a = mem_zalloc(1, sizeof(*a));
	size_t len = dnsname_parse(qname, a->name);

	wbuf_init(&a->w, a->buf, 12 + len + 4 + room);
	a->w.off = 12;
	wbuf_octets(&a->w, a->name, len);
	wbuf_u32(&a->w, (uint32_t)qtype << 16 | 1);
	lookup_start(&a->s, a->name, (uint8_t)len, dnsname_hash(a->name, len));
	lookup_name(zs, &a->s, qtype, &a->r);
	return a;
}

static void
what_does_not_fit_leaves_no_trace(void **state)
{
	static const struct asking_zone row = { "example", HEAD "c CNAME ns\n"
	    "d DNAME x.\n" };
	static const struct {
		const char *name;
		size_t size;		/* of the step's part */
		int count;
	} rows[] = {
		{ "ns.example", 16, 1 },
		{ "c.example", 12 + 3 + 2, 1 },
		{ "q.d.example", 12 + 3 + 12 + 2 + 3, 2 },
	};
	struct zoneset *zs = asking_zones(&row, 1);
	struct asked *a;
	size_t i, start, room;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++)
		for (room = 0; room <= rows[i].size; room++) {
			a = asked(zs, rows[i].name, 1, room);
			start = a->w.off;
			assert_int_equal(section_answer(&a->w, &a->r, &a->s),
			    room < rows[i].size ? -1 : rows[i].count);
			assert_int_equal(a->w.off - start,
			    room < rows[i].size ? 0 : room);
			if (room < rows[i].size)	/* not moved on */
				assert_ptr_equal(a->s.name, a->name);
			assert_false(a->w.bad);
			free(a);
		}
	zoneset_free(&zs);
}

static void
negative_soa_has_the_negative_ttl(void **state)
{
	static const struct asking_zone row = { "example", HEAD };
	struct zoneset *zs = asking_zones(&row, 1);
	struct asked *a = asked(zs, "q.example", 1, 100);
	size_t start = a->w.off;

	(void)state;
	assert_int_equal(a->r.kind, LOOKUP_NXDOMAIN);
	assert_int_equal(section_soa(&a->w, a->r.zone, &a->s), 1);
	/* owner: the apex in the question; TTL min(600, 30), RFC 2308 3 */
	assert_memory_equal(a->buf + start, "\xc0\x0e\0\6\0\1\0\0\0\36", 10);
	assert_int_equal(section_apex(&a->w, a->r.zone, &a->r.zone->ns, &a->s),
	    1);
	a->w.cap = a->w.off + 1;
	assert_int_equal(section_soa(&a->w, a->r.zone, &a->s), -1);
	free(a);
	zoneset_free(&zs);
}

/* Names in the answer point into the question, also behind a chain: what was
 * compressed once is not pointed at twice over. */
static void
pointers_never_point_to_pointers(void **state)
{
	static const struct asking_zone row = { "example", HEAD "a CNAME b\n"
	    "b CNAME c\nc CNAME d\nd MX 1 d\nd MX 2 @\n" };
	struct zoneset *zs = asking_zones(&row, 1);
	uint8_t buf[512];
	size_t len = asking_message(zs, "a.example", 15, buf, sizeof(buf)), i, to;
	unsigned pointers = 0;

	(void)state;
	for (i = 27; i + 1 < len; i++)
		if ((buf[i] & 0xc0) == 0xc0) {
			to = (size_t)(buf[i] & 0x3f) << 8 | buf[i + 1];
			assert_true(to >= 12 && to < i);
			assert_int_not_equal(buf[to] & 0xc0, 0xc0);
			pointers++;
			i++;
		}
	assert_int_equal(pointers, 3 * 2 + 2 * 2);
	zoneset_free(&zs);
}

/* A set of name servers so large that pointers do not reach its end. */
static void
glue_behind_a_large_set(void **state)
{
	struct strbuf text;
	struct asking_zone row = { "example", NULL };
	struct section_referral sent;
	struct zoneset *zs;
	struct asked *a;
	ldns_pkt *pkt;
	unsigned i;

	(void)state;
	strbuf_init(&text);
	strbuf_add(&text, HEAD);
	for (i = 0; i < 1000; i++)
		strbuf_printf(&text, "c NS n%u.c\nn%u.c A 192.0.2.1\n", i, i);
	row.text = text.text;
	zs = asking_zones(&row, 1);
	a = asked(zs, "x.c.example", 1, 60000);
	sent = section_referral(&a->w, &a->r, &a->s);
	assert_int_equal(sent.authority, 1000);
	assert_int_equal(sent.additional, 1000);
	assert_false(sent.truncated);
	a->buf[5] = 1;
	a->buf[8] = a->buf[10] = 1000 >> 8;
	a->buf[9] = a->buf[11] = 1000 & 255;
	assert_int_equal(ldns_wire2pkt(&pkt, a->buf, a->w.off),
	    LDNS_STATUS_OK);
	for (i = 0; i < 1000; i++)
		assert_int_equal(ldns_dname_compare(ldns_rr_owner(ldns_rr_list_rr(
		    ldns_pkt_additional(pkt), i)), ldns_rr_rdf(ldns_rr_list_rr(
		    ldns_pkt_authority(pkt), i), 0)), 0);
	ldns_pkt_free(pkt);
	free(a);
	zoneset_free(&zs);
	strbuf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_leaves_no_trace),
		cmocka_unit_test(negative_soa_has_the_negative_ttl),
		cmocka_unit_test(pointers_never_point_to_pointers),
		cmocka_unit_test(glue_behind_a_large_set),
	};

	return cmocka_run_group_tests_name("zones/section", tests, NULL, NULL);
}
