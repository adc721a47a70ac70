/* tests/unit/gtmd/plan/test_plan_answers.c - whole queries, as packets, against the
 * real model, plan and answering code, and beside them the slow and obvious
 * rules (expect.h): every method at both levels, random configurations,
 * states, measurements and clients. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/measured.h"

#include <math.h>

#include "core/base/strbuf.h"
#include "gtmd/decide/persist.h"
#include "tests/unit/gtmd/plan/expect.h"
#include "tests/unit/gtmd/query/stage.h"

#define CASES	100
#define CHANGES	10		/* of one configuration */
#define QUERIES	24		/* between two changes */

static const char *const zones[] = {
	"example.com", "@ 300 IN SOA ns h 1 2 3 4 300\n@ 300 IN NS ns\n"
	    "ns 300 IN A 192.0.2.53\nhas 60 IN A 192.0.2.99\n",
	NULL
};

/* What was answered since the last change, by who is first. */
struct tries {
	unsigned	 count, got[SETUP_MEMBERS];
};

struct both {
	struct measured	*m;
	struct stage	 stage;
	struct world	 world;
	struct setup	 setup;
	struct expect_past past;
	struct tries	 pools, members[SETUP_POOLS + 1][EXPECT_HOWS];
	uint64_t	 seed;
	unsigned	 seen[SETUP_METHODS][2];	/* methods that answered */
};

/* ---- the real one ---- */

typedef void write_fn(const struct setup *s, unsigned i, struct strbuf *b);

static void
put(struct both *b, write_fn *write, unsigned i)
{
	struct strbuf text;

	strbuf_init(&text);
	write(&b->setup, i, &text);
	graph_put(&b->m->graph, text.text);
	strbuf_fini(&text);
}

static void
tell_row(const char *key, enum metric m, bool known, uint64_t value)
{
	struct measures_row *r = measures_row_get(graph_metrics, key);

	if (known)
		measures_set(r, m, value, 3600);
	else
		measures_forget(r, m);
	measures_row_drop(&r);
}

static void
tell_place(struct both *b, unsigned place)
{
	const struct setup_place *p = &b->setup.servers[place / SETUP_PLACES].
	    places[place % SETUP_PLACES];
	static const enum health_state health[] = { HEALTH_UNKNOWN, HEALTH_UP,
	    HEALTH_DOWN };
	char addr[32], where[64], key[64];

	(void)snprintf(where, sizeof(where), "%s:%u",
	    setup_member_data(&b->setup, 0, place, addr), 80 + place % SETUP_PLACES);
	fakes_health("web", where, health[p->health]);
	(void)snprintf(key, sizeof(key), "/Common/S%u\nv%u",
	    place / SETUP_PLACES, place % SETUP_PLACES);
	for (int m = 0; m < METRIC_CPU; m++)
		tell_row(key, (enum metric)m, p->known[m], p->value[m]);
}

static void
tell_server(struct both *b, unsigned server)
{
	const struct setup_server *s = &b->setup.servers[server];
	char key[32];

	(void)snprintf(key, sizeof(key), "/Common/S%u", server);
	tell_row(key, METRIC_CPU, s->cpu_known, s->cpu);
}

/* Both know it from now on. */
static void
settle(struct both *b)
{
	measured_settle(b->m);
	expect_limits(&b->setup);
	b->past.now_s = (uint32_t)(clock_mono(&b->m->clk) / CLOCK_S) + 1;
	memset(&b->pools, 0, sizeof(b->pools));
	memset(b->members, 0, sizeof(b->members));
}

static void
open_both(struct both *b, uint64_t seed)
{
	struct strbuf text;

	b->seed = seed;
	memset(&b->past, 0, sizeof(b->past));
	setup_random(&b->setup, seed);
	strbuf_init(&text);
	setup_write(&b->setup, &text);
	graph_put(&b->m->graph, text.text);
	strbuf_fini(&text);
	for (unsigned i = 0; i < SETUP_SERVERS; i++)
		tell_server(b, i);
	for (unsigned i = 0; i < SETUP_MEMBERS; i++)
		tell_place(b, i);
	stage_open(&b->stage, zones);
	b->world = b->stage.world;
	b->world.wides = b->m->graph.wides;
	b->world.persist = persist_new(PERSIST_RECORDS);
	b->stage.answer.clock = &b->m->clk;
	settle(b);
}

static void
close_both(struct both *b)
{
	persist_free(&b->world.persist);
	stage_close(&b->stage);
}

/* ---- changes ---- */

static void
change_pool(struct both *b)
{
	struct rand *r = &b->setup.r;
	unsigned pool = rand_below(r, SETUP_POOLS + 1);
	struct setup_pool *p = &b->setup.pools[pool];
	struct setup_member *m = &p->members[p->member_count == 0 ? 0 :
	    rand_below(r, (uint32_t)p->member_count)];

	if (rand_below(r, 3) == 0)
		p->enabled = !p->enabled;
	if (rand_below(r, 3) == 0)
		m->enabled = !m->enabled;
	m->ratio = rand_below(r, 5);
	m->group = rand_below(r, 3);
	put(b, setup_write_pool, pool);
}

static void
change_server(struct both *b)
{
	struct rand *r = &b->setup.r;
	unsigned server = rand_below(r, SETUP_SERVERS);
	struct setup_place *p = &b->setup.servers[server].places[
	    rand_below(r, SETUP_PLACES)];

	p->enabled = !p->enabled;
	if (rand_below(r, 4) == 0)
		b->setup.servers[server].enabled ^= true;
	put(b, setup_write_server, server);
}

static void
change_load(struct both *b)
{
	struct rand *r = &b->setup.r;
	unsigned place = rand_below(r, SETUP_MEMBERS);
	struct setup_server *s = &b->setup.servers[place / SETUP_PLACES];
	struct setup_place *p = &s->places[place % SETUP_PLACES];
	enum metric m = rand_below(r, 2) == 0 ? METRIC_CONNECTIONS :
	    (enum metric)rand_below(r, METRIC_CPU);

	p->known[m] = rand_below(r, 5) > 0;
	p->value[m] = setup_value(r, m);
	s->cpu_known = rand_below(r, 5) > 0;
	s->cpu = setup_value(r, METRIC_CPU);
	tell_place(b, place);
	tell_server(b, place / SETUP_PLACES);
}

static void
change_health(struct both *b)
{
	unsigned place = rand_below(&b->setup.r, SETUP_MEMBERS);

	b->setup.servers[place / SETUP_PLACES].places[place % SETUP_PLACES].
	    health = (enum setup_health)rand_below(&b->setup.r, 3);
	tell_place(b, place);
}

static void
change(struct both *b)
{
	unsigned site;

	switch (rand_below(&b->setup.r, 8)) {
	case 0:
		change_pool(b);
		break;
	case 1:
		change_server(b);
		break;
	case 2:
		site = rand_below(&b->setup.r, SETUP_SITES);
		b->setup.sites[site] ^= true;
		put(b, setup_write_site, site);
		break;
	case 3: case 4:
		change_load(b);
		break;
	default:
		change_health(b);
		break;
	}
	settle(b);
}

/* ---- queries ---- */

static struct in_addr
random_client(struct rand *r)
{
	static const uint32_t last[] = { 7, 1, 130, 200 };

	return (struct in_addr){ htonl(0xc6120000 + (rand_below(r, 4) << 8) +
	    last[rand_below(r, 4)]) };
}

static struct expect_query
random_query(struct rand *r)
{
	struct expect_query q = { .resolver = { .sin_family = AF_INET,
	    .sin_addr = random_client(r) } };
	struct in_addr a = random_client(r);
	uint8_t bits = (uint8_t)(9 + rand_below(r, 24));

	if (rand_below(r, 2) == 0)
		return q;
	a.s_addr &= htonl(UINT32_MAX << (32 - bits));
	q.client.len = bits;
	q.client.addr.family = AF_INET;
	memcpy(q.client.addr.octets, &a, 4);
	return q;
}

/* The reply as text, its OPT cut off; *scope is that of the client subnet. */
static const char *
ask(struct both *b, const struct expect_query *q, uint8_t *scope)
{
	static char text[16384];
	static uint8_t packet[4096];
	char options[64], head[32], *opt;
	struct stage_query sq = { .name = setup_name(&b->setup), .type = 1,
	    .payload = 1232, .options = options };
	struct answer_room room = { packet, sizeof(packet), ANSWER_UDP,
	    (const struct sockaddr *)&q->resolver };
	size_t octets = (q->client.len + 7u) / 8, at, len;
	struct question question;
	const char *got;

	at = (size_t)snprintf(options, sizeof(options), "0008 %04zx 0001 %02x00",
	    4 + octets, q->client.len);
	for (size_t i = 0; i < octets; i++)
		at += (size_t)snprintf(options + at, sizeof(options) - at,
		    "%02x", q->client.addr.octets[i]);
	len = stage_write(&sq, packet, sizeof(packet));
	answer_begin(&b->stage.answer, &b->world);
	question_read(&question, packet, len);
	len = answer_write(&b->stage.answer, &question, &room);
	got = stage_format(packet, len, text, sizeof(text));
	*scope = 0;
	if (len == 0)
		return got;
	(void)snprintf(head, sizeof(head), "0008%04zx0001%02x", 4 + octets,
	    q->client.len);
	opt = strstr(text, " OPT ");
	assert_non_null(opt);
	assert_non_null(strstr(opt, head));
	assert_int_equal(sscanf(strstr(opt, head) + strlen(head), "%2hhx",
	    scope), 1);
	*opt = '\0';
	return got;
}

static const struct expect_answer *
find_answer(const struct expect *e, const char *text)
{
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->answers[i].text, text) == 0)
			return &e->answers[i];
	return NULL;
}

/* ---- side by side ---- */

static void
say_values(const struct setup *s, struct strbuf *text)
{
	for (unsigned i = 0; i < SETUP_MEMBERS; i++) {
		const struct setup_server *server =
		    &s->servers[i / SETUP_PLACES];
		const struct setup_place *p = &server->places[i % SETUP_PLACES];

		strbuf_printf(text, "S%u:v%u health %d%s cpu %d", i /
		    SETUP_PLACES, i % SETUP_PLACES, (int)p->health, p->over ?
		    " over" : "", server->cpu_known ? (int)server->cpu : -1);
		for (int m = 0; m < METRIC_CPU; m++)
			if (p->known[m])
				strbuf_printf(text, " %s %llu",
				    metric_names[m].key,
				    (unsigned long long)p->value[m]);
		strbuf_add(text, "\n");
	}
}

static void
complain(const struct both *b, const struct expect *e, const char *got)
{
	struct strbuf text;

	strbuf_init(&text);
	setup_write(&b->setup, &text);
	say_values(&b->setup, &text);
	strbuf_printf(&text, "got  %s\n", got);
	for (size_t i = 0; i < e->count; i++)
		strbuf_printf(&text, "want %s (pool %u, how %d)\n",
		    e->answers[i].text, e->answers[i].pool,
		    (int)e->answers[i].how);
	(void)fputs(text.text, stderr);
	strbuf_fini(&text);
	fail_msg("seed %llu", (unsigned long long)b->seed);
}

/* Every client with the first bits of this one is told the same: the answer
 * may be kept for all of them (RFC 7871 section 7.3.1). */
static void
check_scope(struct both *b, const struct expect_query *q,
    const struct expect_answer *got, uint8_t scope)
{
	struct expect other;

	if (q->client.addr.family == 0 || strcmp(got->text, "silence") == 0)
		return;
	for (int i = 0; i < 4; i++) {
		struct expect_query near = random_query(&b->setup.r);
		uint32_t mask = scope == 0 ? 0 : UINT32_MAX << (32 - scope);
		uint32_t a = ntohl(random_client(&b->setup.r).s_addr), mine;

		memcpy(&mine, q->client.addr.octets, 4);
		a = htonl((ntohl(mine) & mask) | (a & ~mask));
		near.resolver = q->resolver;
		near.client.addr.family = AF_INET;
		near.client.len = 32;
		memcpy(near.client.addr.octets, &a, 4);
		expect_of(&b->setup, &b->past, &near, &other);
		if (find_answer(&other, got->text) == NULL)
			complain(b, &other, got->text);
	}
}

/* A rotation strays by less than one from each share, hence by less than two
 * between any two moments; the golden sequence of great ratios by a few. */
static void
check_shares(const struct both *b, struct tries *t, const double *share,
    unsigned who, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += share[i];
	if (sum <= 0)
		return;
	t->got[who]++;
	t->count++;
	for (size_t i = 0; i < count; i++) {
		double owed = t->count * share[i] / sum - t->got[i];

		if (fabs(owed) > 2.5)
			fail_msg("seed %llu: %u of %u picks, its share is %g%s",
			    (unsigned long long)b->seed, t->got[i], t->count,
			    share[i] / sum, b->setup.persistence ? " (p)" : "");
	}
}

/* Does each turn of the choice among pools show in an answer of that pool? Not
 * where one may pass for this client, or answers what any other would. */
static bool
shows_its_pool(const struct setup *s)
{
	for (size_t i = 0; i < SETUP_POOLS + 1; i++)
		for (int role = 0; role < 2; role++) {
			enum setup_lb lb = s->pools[i].lb[role];

			if (lb == SETUP_RETURN || lb == SETUP_DROP ||
			    (lb == SETUP_TOPOLOGY && !s->allow_zero) ||
			    lb == SETUP_QUALITY)
				return false;
		}
	return true;
}

static void
note(struct both *b, const struct expect *e, const struct expect_answer *a)
{
	const struct setup *s = &b->setup;
	static const int role[EXPECT_HOWS] = { 0, 1, 2, 0 };

	if (a->how >= EXPECT_HOWS)
		return;
	b->seen[s->pools[a->pool].lb[role[a->how]]][0]++;
	if (a->how <= EXPECT_ALTERNATE)
		b->seen[s->mode][1]++;
	/* A turn of the last resort may be either method's. */
	if (a->how != EXPECT_LAST_RESORT && !s->twins)
		check_shares(b, &b->members[a->pool][a->how], a->share,
		    a->place, SETUP_MEMBERS);
	if (a->how <= EXPECT_ALTERNATE && shows_its_pool(s))
		check_shares(b, &b->pools, e->share, a->pool, SETUP_POOLS + 1);
}

static void
check_query(struct both *b)
{
	struct expect_query q = random_query(&b->setup.r);
	const struct expect_answer *a;
	struct expect e;
	const char *got;
	uint8_t scope;

	expect_of(&b->setup, &b->past, &q, &e);
	got = ask(b, &q, &scope);
	a = find_answer(&e, got);
	if (a == NULL)
		complain(b, &e, got);
	else
		check_scope(b, &q, a, scope);
	if (!e.by_subnet && scope > 0)
		fail_msg("seed %llu: scope %u of an answer for all",
		    (unsigned long long)b->seed, scope);
	note(b, &e, a);
	expect_was(&b->setup, &b->past, &q, a);
}

static void
play(struct both *b, uint64_t seed)
{
	void *state;

	(void)measured_start(&state);
	b->m = state;
	open_both(b, seed);
	for (int i = 0; i < CHANGES; i++) {
		for (int n = 0; n < QUERIES; n++)
			check_query(b);
		change(b);
	}
	close_both(b);
	(void)measured_stop(&state);
}

static void
all_answers_are_as_the_rules_say(void **state)
{
	static struct both b;

	(void)state;
	for (uint64_t seed = 1; seed <= CASES; seed++)
		play(&b, seed);
	/* A rule that no case has met is no rule that was checked. */
	for (int i = 0; i < SETUP_METHODS; i++)
		if (i != SETUP_RETURN && i != SETUP_DROP && i != SETUP_NONE &&
		    b.seen[i][0] < 100)
			fail_msg("%s has answered %u times", setup_lb_names[i],
			    b.seen[i][0]);
	for (int i = 0; i < SETUP_STATIC; i++)
		assert_true(b.seen[i][1] > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_answers_are_as_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
