/* tests/unit/gtmd/plan/setup.c - see setup.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/plan/setup.h"

#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"

const char *const setup_lb_names[SETUP_METHODS] = {
	"round-robin", "ratio", "global-availability", "topology",
	"static-persistence", "return-to-dns", "drop-packet", "fallback-ip",
	"packet-rate", "virtual-server-capacity", "virtual-server-score",
	"none", "least-connections", "kilobytes-per-second", "cpu",
	"quality-of-service",
};

const struct setup_rcode setup_rcodes[SETUP_RCODES] = {
	{ "noerror", "NOERROR", true }, { "nxdomain", "NXDOMAIN", true },
	{ "servfail", "SERVFAIL", false }, { "refused", "REFUSED", false },
};

static bool
chance(struct rand *r, uint32_t percent)
{
	return rand_below(r, 100) < percent;
}

/* ---- chance ---- */

uint64_t
setup_value(struct rand *r, enum metric m)
{
	static const uint64_t step[METRICS] = {
		[METRIC_BITS] = 30000000, [METRIC_CAPACITY] = 5,
		[METRIC_PACKETS] = 175,
		[METRIC_SCORE] = 25, [METRIC_CPU] = 20,
	};

	/* Often about the limit of 10. */
	if (m == METRIC_CONNECTIONS)
		return rand_below(r, 2) == 0 ? 9 + rand_below(r, 3) :
		    rand_below(r, 21);
	return rand_below(r, 4) * step[m];
}

static void
random_place(struct setup *s, struct setup_place *p)
{
	p->enabled = chance(&s->r, 90);
	p->monitored = chance(&s->r, 80);
	p->health = (enum setup_health)rand_below(&s->r, 3);
	p->limit = chance(&s->r, 30) ? 10 : 0;
	for (int m = 0; m < METRIC_CPU; m++) {
		p->known[m] = chance(&s->r, 75);
		p->value[m] = setup_value(&s->r, (enum metric)m);
	}
}

static void
random_servers(struct setup *s)
{
	for (int i = 0; i < SETUP_SITES; i++)
		s->sites[i] = chance(&s->r, 95);
	for (int i = 0; i < SETUP_SERVERS; i++) {
		struct setup_server *to = &s->servers[i];

		to->site = rand_below(&s->r, SETUP_SITES);
		to->enabled = chance(&s->r, 90);
		to->cpu_known = chance(&s->r, 75);
		to->cpu = setup_value(&s->r, METRIC_CPU);
		for (int p = 0; p < SETUP_PLACES; p++)
			random_place(s, &to->places[p]);
	}
}

/* Methods that pick among members are what most pools have. */
static enum setup_lb
random_lb(struct setup *s, int role)
{
	static const enum setup_lb bounds[] = { SETUP_METHODS,
	    SETUP_NONE + 1, SETUP_METHODS };
	enum setup_lb lb = (enum setup_lb)rand_below(&s->r, bounds[role]);

	if (lb >= SETUP_RETURN && lb <= SETUP_FALLBACK_IP && chance(&s->r, 60))
		lb = (enum setup_lb)rand_below(&s->r, SETUP_RETURN);
	if (role == 0 && chance(&s->r, 15))
		lb = SETUP_QUALITY;
	return lb == SETUP_NONE && role == 0 ? SETUP_TOPOLOGY : lb;
}

static void
random_members(struct setup *s, struct setup_pool *p, unsigned places)
{
	for (unsigned i = 0; i < places; i++) {
		if (chance(&s->r, 40))
			continue;
		p->members[p->member_count++] = (struct setup_member){
			.place = i, .order = rand_below(&s->r, 6),
			.enabled = chance(&s->r, 85),
			.ratio = rand_below(&s->r, 5),
			.group = rand_below(&s->r, 3),
		};
	}
}

static void
random_pool(struct setup *s, unsigned i)
{
	struct setup_pool *p = &s->pools[i];
	struct rand *r = &s->r;

	p->enabled = chance(r, 85);
	for (int role = 0; role < 3; role++)
		p->lb[role] = random_lb(s, role);
	p->verify = chance(r, 70);
	p->cohort = chance(r, 30);
	p->dynamic = chance(r, 40);
	p->min_up_mode = chance(r, 70) ? 0 : 1 + rand_below(r, 2);
	p->min_up = p->min_up_mode == 2 ? rand_below(r, 80) : rand_below(r, 4);
	p->min_active = chance(r, 50) ? rand_below(r, 4) : 0;
	p->max_answers = chance(r, 50) ? 1 : 1 + rand_below(r, 4);
	p->ttl_s = 1 + i + SETUP_EDGES * rand_below(r, 12);
	for (int q = 0; q < 4; q++)
		p->qos[q] = rand_below(r, 3);
	p->qos[4] = (unsigned []){ 0, 5, 40 }[rand_below(r, 3)];
	random_members(s, p, SETUP_MEMBERS);
}

/* Names are always up, and nobody measures them. */
static void
random_cname_pool(struct setup *s)
{
	struct setup_pool *p = &s->pools[SETUP_CNAME];

	*p = (struct setup_pool){ .enabled = chance(&s->r, 85), .verify = true,
		.lb = { (enum setup_lb)rand_below(&s->r, SETUP_RETURN),
		    SETUP_NONE, SETUP_NONE },
		.cohort = chance(&s->r, 50), .max_answers = 1,
		.ttl_s = SETUP_EDGES * (1 + rand_below(&s->r, 12)),
	};
	random_members(s, p, SETUP_ALIASES);
}

static void
random_edges(struct setup *s)
{
	for (unsigned i = 0; i <= SETUP_CNAME; i++) {
		size_t at = s->edge_count;
		struct setup_edge e = { .pool = i,
			.order = rand_below(&s->r, 4),
			.ratio = rand_below(&s->r, 4),
			.group = rand_below(&s->r, 3) };

		if (chance(&s->r, i == SETUP_CNAME ? 75 : 40))
			continue;
		/* By order, then by name, CNAMEs behind: as they come. */
		for (; at > 0 && s->edges[at - 1].order > e.order; at--)
			s->edges[at] = s->edges[at - 1];
		s->edges[at] = e;
		s->edge_count++;
	}
}

static void
random_records(struct setup *s)
{
	static const char *const ldns[] = { "0.0.0.0/0", "198.18.0.0/15",
	    "198.18.0.0/16", "198.18.1.0/24", "198.18.2.128/25",
	    "198.18.1.7/32" };
	static const char *const servers[] = { "subnet 0.0.0.0/0",
	    "subnet 10.0.0.0/16", "subnet 10.0.1.0/24", "subnet 10.0.2.2/32",
	    "datacenter D0", "datacenter D1", "pool P0", "pool P1", "pool P2",
	    "pool C" };
	bool used[OBJ_COUNT(ldns)][OBJ_COUNT(servers)] = { { false } };
	size_t wanted = chance(&s->r, 85) ? SETUP_RECORDS : 1;

	while (s->record_count < wanted) {
		size_t l = rand_below(&s->r, OBJ_COUNT(ldns));
		size_t v = rand_below(&s->r, OBJ_COUNT(servers));

		if (used[l][v])
			continue;
		used[l][v] = true;
		s->records[s->record_count] = (struct setup_record){
			.ldns = ldns[l], .server = servers[v],
			.not_ldns = l > 0 && chance(&s->r, 20),
			.not_server = v > 0 && chance(&s->r, 20),
			.score = rand_below(&s->r, 4) * 10,
			.order = (unsigned)(s->record_count * 7 % 31),
		};
		s->record_count++;
	}
}

static void
random_wide(struct setup *s)
{
	struct rand *r = &s->r;

	s->enabled = chance(r, 96);
	s->mode = (enum setup_lb)rand_below(r, SETUP_STATIC);
	s->cohort = chance(r, 40);
	s->persistence = !s->twins && chance(r, 30);
	s->persist_bits = chance(r, 50) ? 32 : 24;
	s->persist_ttl_s = 1 + rand_below(r, 20);
	s->client_subnet = chance(r, 50);
	s->min_active = chance(r, 40) ? rand_below(r, 7) : 0;
	s->last_resort = chance(r, 60) ? -1 :
	    (int)rand_below(r, SETUP_POOLS + 1);
	s->rcode_response = chance(r, 30);
	s->rcode = rand_below(r, SETUP_RCODES);
	s->rcode_ttl_s = rand_below(r, 3);
	s->zone_has = chance(r, 50);
	random_edges(s);
}

void
setup_random(struct setup *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	rand_seed_from(&s->r, seed);
	s->twins = chance(&s->r, 25);
	s->longest = chance(&s->r, 60);
	s->allow_zero = chance(&s->r, 60);
	s->respect = chance(&s->r, 30);
	s->drain = chance(&s->r, 50);
	s->static_bits = chance(&s->r, 50) ? 32 : 24;
	random_servers(s);
	for (unsigned i = 0; i < SETUP_POOLS; i++)
		random_pool(s, i);
	random_cname_pool(s);
	random_records(s);
	random_wide(s);
}

/* ---- names ---- */

const char *
setup_name(const struct setup *s)
{
	return s->zone_has ? "has.example.com" : "not.example.com";
}

const char *
setup_member_key(unsigned pool, unsigned place, char text[32])
{
	if (pool == SETUP_CNAME)
		return setup_member_data(NULL, pool, place, text);
	(void)snprintf(text, 32, "/Common/S%u:v%u", place / SETUP_PLACES,
	    place % SETUP_PLACES);
	return text;
}

const char *
setup_member_data(const struct setup *s, unsigned pool, unsigned place,
    char text[32])
{
	unsigned of = s != NULL && s->twins ? SETUP_PLACES - 1 : SETUP_PLACES;

	if (pool == SETUP_CNAME)
		(void)snprintf(text, 32, "a%u.far.test", place);
	else
		(void)snprintf(text, 32, "10.0.%u.%u", place / SETUP_PLACES,
		    1 + place % SETUP_PLACES % of);
	return text;
}

const char *
setup_pool_key(unsigned pool, char text[32])
{
	if (pool == SETUP_CNAME)
		(void)snprintf(text, 32, "/Common/C");
	else
		(void)snprintf(text, 32, "/Common/P%u", pool);
	return text;
}

/* ---- as text ---- */

static const char *
on(bool enabled)
{
	return enabled ? "enabled" : "disabled";
}

static const char *
yes(bool is)
{
	return is ? "yes" : "no";
}

void
setup_write_site(const struct setup *s, unsigned i, struct strbuf *b)
{
	strbuf_printf(b, "gtm datacenter D%u { %s }\n", i, on(s->sites[i]));
}

void
setup_write_server(const struct setup *s, unsigned i, struct strbuf *b)
{
	const struct setup_server *from = &s->servers[i];
	char addr[32];

	strbuf_printf(b, "gtm server S%u { datacenter D%u\n product "
	    "generic-host\n %s\n virtual-servers {\n", i, from->site,
	    on(from->enabled));
	for (unsigned v = 0; v < SETUP_PLACES; v++) {
		const struct setup_place *p = &from->places[v];

		strbuf_printf(b, " v%u { destination %s:%u\n %s\n%s", v,
		    setup_member_data(s, 0, i * SETUP_PLACES + v, addr), 80 + v,
		    on(p->enabled), p->monitored ? " monitor web\n" : "");
		if (p->limit > 0)
			strbuf_printf(b, " limit-max-connections %u\n"
			    " limit-max-connections-status enabled\n",
			    (unsigned)p->limit);
		strbuf_add(b, " }\n");
	}
	strbuf_add(b, " } }\n");
}

static void
write_members(const struct setup_pool *p, unsigned pool, struct strbuf *b)
{
	char key[32];

	strbuf_add(b, " members {\n");
	for (size_t i = 0; i < p->member_count; i++) {
		const struct setup_member *m = &p->members[i];

		strbuf_printf(b, " %s { %s\n member-order %u\n ratio %u\n%s",
		    setup_member_key(pool, m->place, key), on(m->enabled),
		    m->order, m->ratio, pool == SETUP_CNAME ?
		    " static-target yes\n" : "");
		strbuf_printf(b, " priority-group %u }\n", m->group);
	}
	strbuf_add(b, " } }\n");
}

void
setup_write_pool(const struct setup *s, unsigned i, struct strbuf *b)
{
	static const char *const min_up[] = { "off", "number", "percent" };
	const struct setup_pool *p = &s->pools[i];

	strbuf_printf(b, "gtm pool %s %s\n load-balancing-mode %s\n"
	    " alternate-mode %s\n fallback-mode %s\n ttl %u\n"
	    " verify-member-availability %s\n ratio-cohort %s\n"
	    " min-active-members %u\n", i == SETUP_CNAME ? "cname C {" :
	    (const char *[]){ "a P0 {", "a P1 {", "a P2 {", "a P3 {" }[i],
	    on(p->enabled), setup_lb_names[p->lb[0]], setup_lb_names[p->lb[1]],
	    setup_lb_names[p->lb[2]], p->ttl_s, on(p->verify), yes(p->cohort),
	    p->min_active);
	if (i != SETUP_CNAME)
		strbuf_printf(b, " fallback-ip 192.0.2.77\n"
		    " dynamic-ratio %s\n max-answers-returned %u\n"
		    " min-members-up-mode %s\n min-members-up-value %u\n"
		    " qos-packet-rate %u\n qos-kilobytes-second %u\n"
		    " qos-vs-capacity %u\n qos-vs-score %u\n"
		    " qos-topology %u\n",
		    on(p->dynamic), p->max_answers, min_up[p->min_up_mode],
		    p->min_up, p->qos[0], p->qos[1], p->qos[2], p->qos[3],
		    p->qos[4]);
	write_members(p, i, b);
}

static void
write_edges(const struct setup *s, bool cname, struct strbuf *b)
{
	char key[32];

	strbuf_add(b, cname ? " pools-cname {\n" : " pools {\n");
	for (size_t i = 0; i < s->edge_count; i++)
		if ((s->edges[i].pool == SETUP_CNAME) == cname)
			strbuf_printf(b, " %s { order %u\n ratio %u\n "
			    "priority-group %u }\n",
			    setup_pool_key(s->edges[i].pool, key),
			    s->edges[i].order, s->edges[i].ratio,
			    s->edges[i].group);
	strbuf_add(b, " }\n");
}

void
setup_write_wide(const struct setup *s, struct strbuf *b)
{
	char key[32];

	strbuf_printf(b, "gtm wideip a %s { %s\n pool-lb-mode %s\n"
	    " ratio-cohort %s\n persistence %s\n persist-cidr-ipv4 %u\n"
	    " ttl-persistence %u\n min-active-members %u\n"
	    " topology-prefer-edns0-client-subnet %s\n", setup_name(s),
	    on(s->enabled), setup_lb_names[s->mode], yes(s->cohort),
	    on(s->persistence), s->persist_bits, s->persist_ttl_s,
	    s->min_active, on(s->client_subnet));
	strbuf_printf(b, " failure-rcode-response %s\n failure-rcode %s\n"
	    " failure-rcode-ttl %u\n", on(s->rcode_response),
	    setup_rcodes[s->rcode].name, s->rcode_ttl_s);
	if (s->last_resort >= 0)
		strbuf_printf(b, " last-resort-pool %s %s\n",
		    s->last_resort == SETUP_CNAME ? "cname" : "a",
		    setup_pool_key((unsigned)s->last_resort, key));
	write_edges(s, false, b);
	write_edges(s, true, b);
	strbuf_add(b, " }\n");
}

void
setup_write(const struct setup *s, struct strbuf *b)
{
	strbuf_printf(b, "gtm monitor http web { }\n"
	    "gtm global-settings general { drain-persistent-requests %s\n"
	    " static-persist-cidr-ipv4 %u\n topology-allow-zero-scores %s }\n"
	    "gtm global-settings load-balancing { topology-longest-match %s\n"
	    " respect-fallback-dependency %s }\n", yes(s->drain),
	    s->static_bits, yes(s->allow_zero), yes(s->longest),
	    yes(s->respect));
	for (unsigned i = 0; i < SETUP_SITES; i++)
		setup_write_site(s, i, b);
	for (unsigned i = 0; i < SETUP_SERVERS; i++)
		setup_write_server(s, i, b);
	for (unsigned i = 0; i <= SETUP_POOLS; i++)
		setup_write_pool(s, i, b);
	for (size_t i = 0; i < s->record_count; i++) {
		const struct setup_record *r = &s->records[i];

		strbuf_printf(b, "gtm topology ldns: %ssubnet %s server: %s%s "
		    "{ score %u\n order %u }\n", r->not_ldns ? "not " : "",
		    r->ldns, r->not_server ? "not " : "", r->server, r->score,
		    r->order);
	}
	setup_write_wide(s, b);
}
