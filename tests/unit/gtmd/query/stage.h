/* tests/unit/gtmd/query/stage.h - a small world to ask: zones from text, wide IPs
 * with decisions compiled from plain values; and replies read back by ldns,
 * which shares no code with what wrote them.
 *
 * For the tests, fuzz targets and benches of the query path; each includes
 * it once. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_QUERY_STAGE_H
#define TESTS_UNIT_GTMD_QUERY_STAGE_H

#include <arpa/inet.h>
#include <assert.h>
#include <ldns/ldns.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "gtmd/types/recordtype.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

#define STAGE_WIDES_MAX	256

struct stage {
	struct widetable	*wides;
	struct world		 world;
	struct world_settings	 settings;
	struct answer		 answer;
	struct decision_slot	 slots[STAGE_WIDES_MAX];
	size_t			 slot_count;
};

/* A wide IP with one pool; members: addresses, names for WIDE_CNAME, data as a
 * zone file has it for the other types. */
struct stage_wide {
	const char	*domain;
	enum wide_type	 type;
	const char	*members[4];
	enum pool_lb	 mode;
	uint32_t	 ttl_s;
	bool		 full;		/* minimal-response disabled */
	bool		 all;		/* every member in one answer */
	bool		 rcode_response;
	uint8_t		 rcode;
	uint32_t	 rcode_ttl_s;
	bool		 disabled;
	struct topology_view *topology;	/* of the members; asks for the client
					 * subnet */
};

__attribute__((unused))
static struct zone *
stage_zone(const char *origin, const char *text)
{
	struct zonefile_text t = { text, strlen(text), origin };
	uint8_t name[DNSNAME_MAX];
	struct zone *z = NULL;
	struct diag d;

	diag_init(&d);
	if (dnsname_parse(origin, name) == 0 ||
	    zonefile_parse(&z, &t, name, &d) != 0) {
		diag_print(&d, stderr);
		abort();
	}
	diag_fini(&d);
	return z;
}

/* zones: pairs of origin and text, ended by NULL. */
__attribute__((unused))
static void
stage_open(struct stage *s, const char *const *zones)
{
	struct zone *z[16];
	size_t n = 0;

	memset(s, 0, sizeof(*s));
	for (; zones[n * 2] != NULL; n++)
		z[n] = stage_zone(zones[n * 2], zones[n * 2 + 1]);
	if (zoneset_build(&s->world.zones, z, n, NULL) != 0)
		abort();
	while (n > 0)
		zone_free(&z[--n]);
	s->wides = widetable_new();
	s->world.wides = s->wides;
	s->settings.udp_response_max = 1232;
	s->settings.tcp_clients_max = 8;
	s->settings.tcp_idle_timeout_ms = 10000;
	s->settings.tcp_query_timeout_ms = 1000;
	s->settings.apex.serial = 7;
	s->settings.apex.ns_count = 1;
	s->settings.apex.ns[0].len = (uint8_t)dnsname_parse("ns.gtm.test",
	    s->settings.apex.ns[0].octets);
	s->world.settings = &s->settings;
	s->answer.tally = tally_open();
	s->answer.stats = stats_open();
	s->answer.clock = &clock_system;
}

__attribute__((unused))
static void
stage_text(struct world_text *t, const char *text)
{
	t->len = (uint8_t)strlen(text);
	memcpy(t->octets, text, t->len);
}

#define STAGE_DATA_MAX	600

/* The data of "5 mail.example.com."; returns its octets. */
__attribute__((unused))
static size_t
stage_data(enum wide_type type, const char *text, uint8_t *to)
{
	char line[STAGE_DATA_MAX + 32];
	size_t n = 0;
	ldns_rr *rr;

	(void)snprintf(line, sizeof(line), "x. 1 IN %s %s",
	    recordtype_rows[type].title, text);
	if (ldns_rr_new_frm_str(&rr, line, 0, NULL, NULL) != LDNS_STATUS_OK)
		abort();
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *rd = ldns_rr_rdf(rr, i);

		assert(n + ldns_rdf_size(rd) <= STAGE_DATA_MAX);
		memcpy(to + n, ldns_rdf_data(rd), ldns_rdf_size(rd));
		n += ldns_rdf_size(rd);
	}
	ldns_rr_free(rr);
	return n;
}

/* The slot is decided and in the table. */
__attribute__((unused))
static struct decision_slot *
stage_add(struct stage *s, const struct stage_wide *c)
{
	struct decision_spec_member m[4] = { 0 };
	uint8_t names[4][STAGE_DATA_MAX];
	struct decision_spec_pool pool = {
		.type = c->type, .enabled = true, .verify = true, .ratio = 1,
		.preferred = choose_find(c->mode),
		.alternate = choose_find(POOL_LB_NONE),
		.fallback = choose_find(POOL_LB_NONE),
		.ttl_s = c->ttl_s, .max_answers = c->all ? 4 : 1,
		.slot = tally_slots_new(DECISION_POOL_SLOTS), .members = m,
		.topology = c->topology,
	};
	struct decision_spec spec = {
		.mode = &choose_round_robin, .minimal = !c->full,
		.failure_rcode_response = c->rcode_response,
		.failure_rcode = c->rcode,
		.failure_rcode_ttl_s = c->rcode_ttl_s,
		.slot = tally_slots_new(DECISION_WIDE_SLOTS),
		.pools = &pool, .pool_count = 1,
		.client_subnet = c->topology != NULL,
	};
	struct decision_slot *slot = &s->slots[s->slot_count++];
	struct err e;

	assert(s->slot_count <= STAGE_WIDES_MAX);
	for (; pool.member_count < 4 && c->members[pool.member_count] != NULL;
	    pool.member_count++) {
		size_t i = pool.member_count;

		m[i].enabled = m[i].available = true;
		m[i].ratio = 1;
		m[i].slot = tally_slots_new(DECISION_MEMBER_SLOTS);
		if (c->type == WIDE_CNAME) {
			if (dnsname_parse(c->members[i], names[i]) == 0)
				abort();
			m[i].target = names[i];
		} else if (c->type > WIDE_CNAME) {
			m[i].data = names[i];
			m[i].data_len = stage_data(c->type, c->members[i],
			    names[i]);
		} else if (addr_parse(c->members[i], &m[i].addr) != 0) {
			abort();
		}
	}
	if (!c->disabled)
		slot->current = decision_compile(&spec);
	if (widetable_put(s->wides, c->domain, c->type, slot, &e) != 0) {
		(void)fprintf(stderr, "%s\n", e.text);
		abort();
	}
	return slot;
}

__attribute__((unused))
static void
stage_close(struct stage *s)
{
	widetable_free(&s->wides);
	zoneset_free(&s->world.zones);
	for (size_t i = 0; i < s->slot_count; i++) {
		if (s->slots[i].current != NULL)
			decision_compile_free(&s->slots[i].current);
	}
	tally_close(&s->answer.tally);
	stats_close(&s->answer.stats);
}

/* ---- queries --------------------------------------------------------------- */

#define STAGE_RD	0x0100
#define STAGE_CD	0x0010

struct stage_query {
	const char	*name;		/* its case is kept */
	uint16_t	 type, class;	/* class 0 = IN */
	uint16_t	 flags;
	uint16_t	 payload;	/* 0 = no OPT */
	uint8_t		 version;
	bool		 dnssec_ok;
	const char	*options;	/* octets of options, hex */
};

/* Wire form with the case as written; no escapes. */
__attribute__((unused))
static void
stage_write_name(struct wbuf *w, const char *name)
{
	while (*name != '\0' && strcmp(name, ".") != 0) {
		size_t n = strcspn(name, ".");

		wbuf_u8(w, (uint8_t)n);
		wbuf_octets(w, name, n);
		name += n + (name[n] == '.');
	}
	wbuf_u8(w, 0);
}

__attribute__((unused))
static void
stage_write_hex(struct wbuf *w, const char *hex)
{
	unsigned v;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		if (sscanf(hex, "%2x", &v) != 1)
			abort();
		wbuf_u8(w, (uint8_t)v);
		hex++;
	}
}

/* Returns the octets written at packet. */
__attribute__((unused))
static size_t
stage_write(const struct stage_query *q, uint8_t *packet, size_t cap)
{
	struct wbuf w;
	size_t body;

	wbuf_init(&w, packet, cap);
	wbuf_u16(&w, 0xbeef);
	wbuf_u16(&w, q->flags);
	wbuf_u16(&w, 1);
	wbuf_u32(&w, 0);
	wbuf_u16(&w, q->payload != 0);
	stage_write_name(&w, q->name);
	wbuf_u16(&w, q->type);
	wbuf_u16(&w, q->class != 0 ? q->class : 1);
	if (q->payload != 0) {
		wbuf_u8(&w, 0);
		wbuf_u16(&w, 41);
		wbuf_u16(&w, q->payload);
		wbuf_u16(&w, q->version);
		wbuf_u16(&w, q->dnssec_ok ? 0x8000 : 0);
		body = wbuf_open16(&w);
		stage_write_hex(&w, q->options != NULL ? q->options : "");
		wbuf_close16(&w, body);
	}
	if (w.bad)
		abort();
	return w.off;
}

/* One packet through the whole answer path, as a batch of one. */
__attribute__((unused))
static size_t
stage_answer(struct stage *s, uint8_t *packet, size_t len, size_t cap,
    enum answer_via via)
{
	struct answer_room room = { .packet = packet, .cap = cap, .via = via };
	struct question q;

	answer_begin(&s->answer, &s->world);
	question_read(&q, packet, len);
	answer_prefetch(&s->answer, &q);
	answer_prefetch_record(&s->answer, &q);
	return answer_write(&s->answer, &q, &room);
}

/* ---- replies as text -------------------------------------------------------- */

__attribute__((unused))
static void
stage_format_rrs(const char *what, const ldns_rr_list *l, char *text,
    size_t cap)
{
	size_t at = strlen(text);

	for (size_t i = 0; i < ldns_rr_list_rr_count(l); i++) {
		char *rr = ldns_rr2str(ldns_rr_list_rr(l, i)), *p;

		for (p = rr; *p != '\0'; p++) {
			if (*p == '\t' || *p == '\n')
				*p = ' ';
		}
		while (p > rr && p[-1] == ' ')
			*--p = '\0';
		if ((p = strstr(rr, " IN ")) != NULL)
			memmove(p, p + 3, strlen(p + 3) + 1);
		at += (size_t)snprintf(text + at, cap - at, " %s%s",
		    i == 0 ? what : "| ", rr);
		if (at >= cap)
			abort();
		free(rr);
	}
}

/* The octets of all options, hex. */
__attribute__((unused))
static void
stage_format_options(const ldns_rdf *rd, char *text, size_t cap)
{
	const uint8_t *p = ldns_rdf_data(rd);
	size_t at = strlen(text);

	at += (size_t)snprintf(text + at, cap - at, " ");
	for (size_t i = 0; i < ldns_rdf_size(rd); i++)
		at += (size_t)snprintf(text + at, cap - at, "%02x", p[i]);
}

/*
 * "NOERROR aa tc; AN: www.example. 60 A 1.2.3.4 | …; NS: …; AR: …; OPT 1232 do"
 * of a whole reply, or why it is none. Returns text.
 */
__attribute__((unused))
static const char *
stage_format(const uint8_t *packet, size_t len, char *text, size_t cap)
{
	char *rcode;
	ldns_pkt *p;

	if (len == 0)
		return "silence";
	if (ldns_wire2pkt(&p, packet, len) != LDNS_STATUS_OK)
		return "malformed";
	rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(p));
	(void)snprintf(text, cap, "%s%s%s%s%s%s%s%s", rcode,
	    ldns_pkt_qr(p) ? "" : " NOT-A-REPLY", ldns_pkt_aa(p) ? " aa" : "",
	    ldns_pkt_tc(p) ? " tc" : "", ldns_pkt_rd(p) ? " rd" : "",
	    ldns_pkt_ra(p) ? " ra" : "", ldns_pkt_ad(p) ? " ad" : "",
	    ldns_pkt_cd(p) ? " cd" : "");
	free(rcode);
	stage_format_rrs("AN: ", ldns_pkt_answer(p), text, cap);
	stage_format_rrs("NS: ", ldns_pkt_authority(p), text, cap);
	stage_format_rrs("AR: ", ldns_pkt_additional(p), text, cap);
	if (ldns_pkt_edns(p))
		(void)snprintf(text + strlen(text), cap - strlen(text),
		    " OPT %u%s%s", ldns_pkt_edns_udp_size(p),
		    ldns_pkt_edns_do(p) ? " do" : "",
		    ldns_pkt_edns_extended_rcode(p) != 0 ? " badvers" : "");
	if (ldns_pkt_edns(p) && ldns_pkt_edns_data(p) != NULL)
		stage_format_options(ldns_pkt_edns_data(p), text, cap);
	ldns_pkt_free(p);
	return text;
}

#endif
