/* tests/bench/bench_decision.c - what one decision_answer costs.
 *
 * Prints nanoseconds (and cycles where the processor counts them) per answer,
 * median of several runs, for each method and number of members, and what one
 * compile costs. Everything is in the cache: the floor, not the field.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/topology/asker.h"

#define ANSWERS		2000000
#define RUNS		7
#define MEMBERS_MAX	500

struct cost {
	double		 ns, cycles;
};

static uint64_t
cycles_now(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return 0;
#endif
}

static double
ns_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int
by_ns(const void *a, const void *b)
{
	double x = ((const struct cost *)a)->ns;
	double y = ((const struct cost *)b)->ns;

	return (x > y) - (x < y);
}

static struct cost
answer_cost(const struct decision *d)
{
	static uint64_t cells[4096];
	static uint8_t message[16384];
	struct tally t = { .cells = cells };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct asker who = { .from = (const struct sockaddr *)&in };
	struct decision_ask ask = { &t, &who, 0xc00c };
	struct cost run[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		double start = ns_now();
		uint64_t was = cycles_now();

		for (int n = 0; n < ANSWERS; n++) {
			struct decision_out out;
			struct wbuf w;

			in.sin_addr.s_addr = (uint32_t)n * 2654435761u;
			wbuf_init(&w, message, sizeof(message));
			decision_answer(d, &ask, &w, &out);
		}
		run[i].cycles = (double)(cycles_now() - was) / ANSWERS;
		run[i].ns = (ns_now() - start) / ANSWERS;
	}
	qsort(run, RUNS, sizeof(run[0]), by_ns);
	return run[RUNS / 2];
}

static double
compile_us(const struct decision_spec *spec)
{
	double start = ns_now();

	for (int n = 0; n < 200; n++) {
		struct decision *d = decision_compile(spec);

		decision_compile_free(&d);
	}
	return (ns_now() - start) / 200e3;
}

/* Two pools that share the members, so that both levels choose. */
static void
bench(const char *title, const struct choose_method *m, uint32_t members,
    uint32_t ratio_top, uint32_t max_answers)
{
	static struct decision_spec_member member[MEMBERS_MAX];
	struct decision_spec_pool pool[2];
	struct decision_spec spec = { .mode = m, .pools = pool,
	    .pool_count = 2, .net = { 32, 128 } };
	struct decision *d;
	struct cost c;

	for (uint32_t i = 0; i < members; i++)
		member[i] = (struct decision_spec_member){
			.enabled = true, .available = true,
			.ratio = 1 + i * 7919u % ratio_top, .slot = 32 + 3 * i,
			.key = clientnet_mix(i, 1),
			.addr = { AF_INET, { 10, 0, (uint8_t)(i >> 8),
			    (uint8_t)i } },
		};
	for (uint32_t i = 0; i < 2; i++)
		pool[i] = (struct decision_spec_pool){
			.enabled = true, .verify = true, .ratio = 1 + i,
			.preferred = m, .alternate = m, .fallback = m,
			.ttl_s = 15, .max_answers = max_answers,
			.slot = 8 + i * DECISION_POOL_SLOTS,
			.key = clientnet_mix(i, 2),
			.members = member, .member_count = members,
		};
	d = decision_compile(&spec);
	c = answer_cost(d);
	decision_compile_free(&d);
	printf("%-34s %7u %8.1f %8.0f %10.1f\n", title, members, c.ns, c.cycles,
	    compile_us(&spec));
}

int
main(void)
{
	static const uint32_t counts[] = { 1, 2, 64, 500 };

	printf("%-34s %7s %8s %8s %10s\n", "method", "members", "ns", "cycles",
	    "compile us");
	for (size_t i = 0; i < OBJ_COUNT(counts); i++) {
		uint32_t n = counts[i];

		bench("round-robin", &choose_round_robin, n, 1, 1);
		bench("global-availability", &choose_global_availability, n,
		    1, 1);
		bench("ratio 1..3", &choose_ratio, n, 3, 1);
		bench("ratio 1..65535", &choose_ratio, n, 65535, 1);
		bench("ratio-cohort 1..65535", &choose_ratio_cohort, n,
		    65535, 1);
		bench("static-persistence", &choose_static_persistence, n,
		    1, 1);
	}
	bench("round-robin, 4 answers", &choose_round_robin, 64, 1, 4);
	return 0;
}
