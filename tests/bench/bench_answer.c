/* tests/bench/bench_answer.c - cycles per query of the answer path alone: what
 * the server adds to the kernel's own cost. One thread, batches of 32, no
 * sockets: copy a query in, read, prefetch, answer.
 *
 *	build/bench/bench_answer [names [case [pieces]]]
 *
 * 1,000 static names, all cases and 4,000 pieces of 256 queries by default.
 * tests/bench/instructions.py counts what a query of each case executes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/query/ratelimit.h"
#include "gtmd/serve/resolvers.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"
#include "tests/unit/gtmd/query/stage.h"

#define BATCH	32
#define BATCHES	8		/* in a piece */
#define PIECES_MAX	4000
#define QUERIES	8192		/* ready-made, in random order */
#define ROOM	1232

struct bench {
	struct stage	 stage;
	uint8_t		 query[QUERIES][96];
	size_t		 len[QUERIES];
	uint8_t		 packet[BATCH][ROOM + 48];
	struct question	 question[BATCH];
	union { struct sockaddr sa; struct sockaddr_in in; } from[BATCH];
	const char	*only;		/* case; NULL = all of them */
	unsigned	 pieces;
	bool		 known;		/* the answer is told who asks */
};

static uint64_t
cycles(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

static void
open_world(struct bench *b, unsigned names)
{
	const char *zones[] = { "example.com", NULL, NULL };
	struct strbuf text;

	strbuf_init(&text);
	strbuf_add(&text, "@ 3600 IN SOA ns1 host 1 3600 900 86400 300\n"
	    "@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.1\n"
	    "alias 60 IN CNAME www0\n");
	for (unsigned i = 0; i < names; i++)
		strbuf_printf(&text, "www%u 600 IN A 10.%u.%u.%u\n", i,
		    i >> 16 & 255, i >> 8 & 255, i & 255);
	zones[1] = text.text;
	stage_open(&b->stage, zones);
	strbuf_fini(&text);
	stage_add(&b->stage, &(struct stage_wide){ "app.example.com", WIDE_A,
	    { "10.0.0.1", "10.0.0.2" }, POOL_LB_RATIO, .ttl_s = 15 });
}

/* Fills the queries: %u in form becomes a random number below names. */
static void
make_queries(struct bench *b, const char *form, unsigned names, bool edns)
{
	struct rand r;
	char name[256];

	rand_seed_from(&r, 1);
	for (size_t i = 0; i < QUERIES; i++) {
		struct stage_query q = {
			.name = name, .type = 1, .payload = edns ? 1232 : 0,
		};
		size_t n = strcspn(form, "#");

		(void)snprintf(name, sizeof(name), "%.*s", (int)n, form);
		if (form[n] == '#')
			(void)snprintf(name + n, sizeof(name) - n, "%u%s",
			    rand_below(&r, names), form + n + 1);
		b->len[i] = stage_write(&q, b->query[i], sizeof(b->query[i]));
	}
}

/* Not inline: what it executes is what instructions.py counts. */
__attribute__((noinline))
static unsigned
run_batch(struct bench *b, size_t first)
{
	struct answer *a = &b->stage.answer;
	unsigned octets = 0;

	answer_begin(a, &b->stage.world);
	for (unsigned i = 0; i < BATCH; i++) {
		size_t k = (first + i) % QUERIES;

		memcpy(b->packet[i], b->query[k], sizeof(b->query[k]));
		question_read(&b->question[i], b->packet[i], b->len[k]);
		answer_prefetch(a, &b->question[i]);
	}
	for (unsigned i = 0; i < BATCH; i++)
		answer_prefetch_record(a, &b->question[i]);
	for (unsigned i = 0; i < BATCH; i++) {
		struct answer_room room = { b->packet[i], ROOM, ANSWER_UDP,
			b->known ? &b->from[i].sa : NULL };

		octets += (unsigned)answer_write(a, &b->question[i], &room);
	}
	if (a->seen != NULL)		/* as udpbatch_answer does */
		resolvers_note(a->seen, &b->from[resolvers_pick(a->seen,
		    BATCH)].sa, BATCH);
	return octets;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool
is_wanted(const struct bench *b, const char *what)
{
	return b->only == NULL || strcmp(b->only, what) == 0;
}

/* Many short pieces: a piece in which the system took the core away does not
 * touch the median. */
static void
measure(struct bench *b, const char *what)
{
	static uint64_t took[PIECES_MAX];
	unsigned octets = 0, n = b->pieces;

	if (!is_wanted(b, what))
		return;
	for (size_t i = 0; i < n; i++) {
		uint64_t start = cycles();

		for (size_t k = 0; k < BATCHES; k++)
			octets += run_batch(b, (i * BATCHES + k) * BATCH);
		took[i] = cycles() - start;
	}
	qsort(took, n, sizeof(took[0]), compare);
	(void)printf("%-28s %6.0f %6.0f %6u\n", what,
	    (double)took[n / 20] / (BATCHES * BATCH),
	    (double)took[n / 2] / (BATCHES * BATCH),
	    octets / (n * BATCHES * BATCH));
}

/* The wide table's own cost: cycles per change at this size, and a query that
 * one of so many patterns answers. */
static void
measure_table(struct bench *b, unsigned count)
{
	static struct decision_slot *slot;
	char domain[64];
	uint64_t start;

	slot = &b->stage.slots[0];
	start = cycles();
	for (unsigned i = 0; i < count; i++) {
		(void)snprintf(domain, sizeof(domain), "app%u.wide.test", i);
		(void)widetable_put(b->stage.wides, domain, WIDE_A, slot, NULL);
	}
	(void)printf("%-28s %6.0f cycles per change\n", "wide IPs put, 100,000",
	    (double)(cycles() - start) / count);
	start = cycles();
	for (unsigned i = 0; i < count / 10; i++) {
		(void)snprintf(domain, sizeof(domain), "h%u-*.pat.test", i);
		(void)widetable_put(b->stage.wides, domain, WIDE_A, slot, NULL);
	}
	(void)printf("%-28s %6.0f cycles per change\n", "patterns put, 10,000",
	    (double)(cycles() - start) / (count / 10));
	make_queries(b, "app#.wide.test", count, false);
	measure(b, "one of 100,000 wide IPs");
	make_queries(b, "h#-x.pat.test", count / 10, false);
	measure(b, "one of 10,000 patterns");
}

#define RECORDS	100000

/* A record for each of so many networks of 24 bits, to one of two members. */
static struct topology_view *
make_topology(void)
{
	struct topology_record *r = calloc(RECORDS, sizeof(*r));
	struct topology_input in = { .records = r, .record_count = RECORDS };
	struct topology_table *t;
	struct topology_view *v;
	uint32_t servers[2];
	uint64_t start;

	for (unsigned i = 0; r != NULL && i < RECORDS; i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "subnet %u.%u.%u.0/24",
		    10 + (i >> 16), i >> 8 & 255, i & 255);
		(void)topoterm_parse(&r[i].ldns, text, strlen(text), NULL);
		(void)snprintf(text, sizeof(text), "datacenter /Common/d%u",
		    (i * UINT32_C(2654435761)) >> 31);
		(void)topoterm_parse(&r[i].server, text, strlen(text), NULL);
		r[i].score = 1;
		r[i].name = "";
	}
	start = cycles();
	t = topology_table_new(&in);
	servers[0] = topology_table_server(t, &(struct topology_subject){
	    .datacenter = "/Common/d0" });
	servers[1] = topology_table_server(t, &(struct topology_subject){
	    .datacenter = "/Common/d1" });
	v = topology_view_new(t, servers, 2, false);
	(void)printf("%-28s %6.0f cycles per record, %zu KiB for queries\n",
	    "topology compiled, 100,000", (double)(cycles() - start) / RECORDS,
	    (prefixmap_size(t->ipv4) + t->clients.count * 4) / 1024);
	topology_table_drop(&t);
	for (unsigned i = 0; i < RECORDS; i++) {
		topoterm_fini(&r[i].ldns);
		topoterm_fini(&r[i].server);
	}
	free(r);
	return v;
}

/* Each query from another of the networks. */
static void
measure_topology(struct bench *b)
{
	struct topology_view *v = make_topology();
	struct rand r;

	stage_add(&b->stage, &(struct stage_wide){ "near.example.com", WIDE_A,
	    { "10.0.0.1", "10.0.0.2" }, POOL_LB_TOPOLOGY, .ttl_s = 15,
	    .topology = v });
	rand_seed_from(&r, 1);
	for (size_t i = 0; i < QUERIES; i++) {
		uint32_t n = rand_below(&r, RECORDS);
		char options[64];
		struct stage_query q = { .name = "near.example.com", .type = 1,
		    .payload = 1232, .options = options };

		(void)snprintf(options, sizeof(options), "0008000700011800"
		    "%02x%02x%02x", 10 + (n >> 16), n >> 8 & 255, n & 255);
		b->len[i] = stage_write(&q, b->query[i], sizeof(b->query[i]));
	}
	measure(b, "topology, 100,000 nets, ECS");
	topology_view_drop(&v);
}

/* Who asks is noted, and held to the rate that is the default. */
static void
measure_known(struct bench *b, unsigned names)
{
	struct answer *a = &b->stage.answer;

	for (unsigned i = 0; i < BATCH; i++) {
		b->from[i].in.sin_family = AF_INET;
		b->from[i].in.sin_addr.s_addr = htonl(0xc0000200 + i);
	}
	make_queries(b, "www#.example.com", names, false);
	a->seen = resolvers_open();
	measure(b, "static name, asker noted");
	b->known = true;
	b->stage.settings.limit = (struct ratelimit_rule){ .rate = 1000000,
	    .slip = 2, .ipv4_len = 24, .ipv6_len = 56 };
	a->limit = ratelimit_new();
	measure(b, "static name, rate held");
	ratelimit_free(&a->limit);
	resolvers_close(&a->seen);
	b->known = false;
}

static void
measure_all(struct bench *b, unsigned names)
{
	make_queries(b, "www#.example.com", names, false);
	measure(b, "static name");
	make_queries(b, "www#.example.com", names, true);
	measure(b, "static name, EDNS");
	measure_known(b, names);
	make_queries(b, "app.example.com", 1, false);
	measure(b, "wide IP, ratio, 2 members");
	make_queries(b, "app.example.com", 1, true);
	measure(b, "wide IP, EDNS");
	if (is_wanted(b, "topology, 100,000 nets, ECS"))
		measure_topology(b);
	make_queries(b, "alias.example.com", 1, false);
	measure(b, "CNAME chain of two");
	make_queries(b, "no#.example.com", names, false);
	measure(b, "no such name");
	make_queries(b, "www#.elsewhere.test", names, false);
	measure(b, "REFUSED");
	if (b->only != NULL)
		return;
	measure_table(b, 100000);
	make_queries(b, "www#.example.com", names, false);
	measure(b, "static name beside them");
}

int
main(int argc, char **argv)
{
	struct bench *b = calloc(1, sizeof(*b));
	unsigned names = 1000;

	if (b == NULL)
		return 1;
	b->pieces = PIECES_MAX;
	if (argc > 1)
		names = (unsigned)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		b->only = argv[2];
	if (argc > 3)
		b->pieces = (unsigned)strtoul(argv[3], NULL, 10);
	if (b->pieces == 0 || b->pieces > PIECES_MAX)
		return 1;
	open_world(b, names);
	(void)printf("%u static names; cycles per query\n%-28s %6s %6s %6s\n",
	    names, "", "best 5%", "median", "octets");
	measure_all(b, names);
	stage_close(&b->stage);
	free(b);
	return 0;
}
