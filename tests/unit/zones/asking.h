/* tests/unit/zones/asking.h - zones from text, and questions to them.
 *
 * A question goes the way that the server takes: steps, sections, a whole
 * message. The message is then read back by ldns, which shares no code with
 * the writer, and told as text, so that a test is a table of strings.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ZONES_ASKING_H
#define TESTS_UNIT_ZONES_ASKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <ldns/ldns.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "zones/lookup.h"
#include "zones/section.h"
#include "zones/zone.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

struct asking_zone {
	const char *origin;
	const char *text;
};

/* A zone from text; prints findings and fails the test when it has errors. */
static inline struct zone *
asking_zone(const char *origin, const char *text)
{
	struct zonefile_text t = { text, strlen(text), "text" };
	uint8_t name[DNSNAME_MAX];
	struct zone *z;
	struct diag d;
	int rc;

	diag_init(&d);
	assert_true(dnsname_parse(origin, name) > 0);
	rc = zonefile_parse(&z, &t, name, &d);
	if (rc != 0)
		diag_print(&d, stderr);
	assert_int_equal(rc, 0);
	assert_non_null(z);
	diag_fini(&d);
	return z;
}

static inline struct zoneset *
asking_zones(const struct asking_zone *rows, size_t n)
{
	struct zone **zones = mem_zalloc(n + 1, sizeof(*zones));
	struct zoneset *zs;
	struct err e;
	size_t i;

	for (i = 0; i < n; i++)
		zones[i] = asking_zone(rows[i].origin, rows[i].text);
	assert_int_equal(zoneset_build(&zs, zones, n, &e), 0);
	for (i = 0; i < n; i++)
		zone_free(&zones[i]);
	free(zones);
	return zs;
}

/* Adds " <section> rr | rr" to out, tabs as blanks, without class. */
static inline void
asking_list(struct strbuf *out, const char *section, const ldns_rr_list *l)
{
	size_t i;
	char *text, *p, *in;

	for (i = 0; i < ldns_rr_list_rr_count(l); i++) {
		strbuf_add(out, i == 0 ? section : " |");
		text = ldns_rr2str(ldns_rr_list_rr(l, i));
		for (p = text; *p != '\0'; p++)
			if (*p == '\t' || *p == '\n')
				*p = ' ';
		in = strstr(text, " IN ");
		assert_non_null(in);
		*in = '\0';
		strbuf_printf(out, " %s %s", text, in + 4);
		while (out->len > 0 && out->text[out->len - 1] == ' ')
			out->text[--out->len] = '\0';
		free(text);
	}
}

/* What the writer did, and the counts for the header. */
struct asking_reply {
	unsigned	rcode, answer, authority, additional;
	bool		aa, tc;
};

static inline void
asking_finish(struct wbuf *w, const struct lookup *r,
    const struct lookup_step *s, struct asking_reply *a)
{
	struct section_referral ref;
	int n;

	if (r->kind == LOOKUP_NXDOMAIN || r->kind == LOOKUP_NODATA) {
		a->rcode = r->kind == LOOKUP_NXDOMAIN ? 3 : 0;
		n = section_soa(w, r->zone, s);
		a->authority = n > 0 ? (unsigned)n : 0;
	} else if (r->kind == LOOKUP_REFERRAL) {
		ref = section_referral(w, r, s);
		a->authority = ref.authority;
		a->additional = ref.additional;
		a->tc = a->tc || ref.truncated;
		a->aa = a->answer > 0;
	} else if (r->kind == LOOKUP_YXDOMAIN) {
		a->rcode = 6;
	} else if (r->kind == LOOKUP_NOTAUTH && a->answer == 0) {
		a->rcode = 5;
		a->aa = false;
	}
}

/* Answers one question into buf; returns the message's length. */
static inline size_t
asking_message(const struct zoneset *zs, const char *qname, uint16_t qtype,
    uint8_t *buf, size_t cap)
{
	struct asking_reply a = { .aa = true };
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(qname, name);
	struct lookup_step s;
	struct lookup r;
	struct wbuf w;
	int i, n = 0;

	assert_true(len > 0);
	wbuf_init(&w, buf, cap);
	wbuf_octets(&w, "\x12\x34\x80\x00\x00\x01\0\0\0\0\0\0", 12);
	wbuf_octets(&w, name, len);
	wbuf_u16(&w, qtype);
	wbuf_u16(&w, 1);
	lookup_start(&s, name, (uint8_t)len, dnsname_hash(name, len));
	for (i = 0; i < LOOKUP_STEPS_MAX; i++) {
		lookup_name(zs, &s, qtype, &r);
		n = section_answer(&w, &r, &s);
		if (n < 0)
			a.tc = true;
		else
			a.answer += (unsigned)n;
		if (n <= 0 || (r.kind != LOOKUP_CNAME && r.kind != LOOKUP_DNAME))
			break;
	}
	asking_finish(&w, &r, &s, &a);
	assert_false(w.bad);
	buf[2] |= (uint8_t)(a.aa << 2 | a.tc << 1);
	buf[3] = (uint8_t)a.rcode;
	for (i = 0; i < 3; i++) {
		n = (int)(i == 0 ? a.answer : i == 1 ? a.authority : a.additional);
		buf[6 + 2 * i] = (uint8_t)(n >> 8);
		buf[7 + 2 * i] = (uint8_t)n;
	}
	return w.off;
}

/* Reads a message and tells it: "NXDOMAIN aa AU … ". Caller frees. */
static inline char *
asking_tell(const uint8_t *msg, size_t len)
{
	struct strbuf out;
	ldns_pkt *pkt;
	char *rcode;

	strbuf_init(&out);
	assert_int_equal(ldns_wire2pkt(&pkt, msg, len), LDNS_STATUS_OK);
	rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(pkt));
	strbuf_add(&out, rcode);
	free(rcode);
	if (ldns_pkt_aa(pkt))
		strbuf_add(&out, " aa");
	if (ldns_pkt_tc(pkt))
		strbuf_add(&out, " tc");
	asking_list(&out, " AN", ldns_pkt_answer(pkt));
	asking_list(&out, " AU", ldns_pkt_authority(pkt));
	asking_list(&out, " AD", ldns_pkt_additional(pkt));
	ldns_pkt_free(pkt);
	return strbuf_take(&out);
}

static inline char *
asking_within(const struct zoneset *zs, const char *qname, uint16_t qtype,
    size_t cap)
{
	uint8_t *buf = mem_zalloc(cap, 1);
	size_t len = asking_message(zs, qname, qtype, buf, cap);
	char *text = asking_tell(buf, len);

	free(buf);
	return text;
}

/* A table's row: the question, and the whole reply as text. */
struct asking_row {
	const char *qname;
	uint16_t    qtype;
	const char *want;
};

static inline void
asking_table(const struct zoneset *zs, const struct asking_row *rows, size_t n)
{
	char *got;
	size_t i;

	for (i = 0; i < n; i++) {
		got = asking_within(zs, rows[i].qname, rows[i].qtype, 65535);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %u:\n got  %s\n want %s", rows[i].qname,
			    rows[i].qtype, got, rows[i].want);
		free(got);
	}
}

#endif
