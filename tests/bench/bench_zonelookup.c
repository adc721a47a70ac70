/* tests/bench/bench_zonelookup.c - what zones cost: load time, memory, and
 * nanoseconds per answer, for a small zone and one of a million names.
 *
 * usage: bench_zonelookup [names …]		(default: 1000 1000000)
 *
 * An answer here is the look-up of a random existing name and the writing of
 * its address record after the question. "cold" asks one name after the other;
 * "batch" does what the server does: 32 at a time, prefetched in passes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "zones/lookup.h"
#include "zones/section.h"
#include "zones/zone.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

#define ROUNDS	2000000u
#define BATCH	32u

struct question {
	uint8_t	name[40];
	uint8_t	len;
	uint64_t hash;
};

/* CPU time of this process: what neighbours on the machine do not change
 * much. Loading is single-threaded and waits for nothing. */
static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Private resident memory in MiB, the kernel's own account. */
static double
resident_mib(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	long kib = 0, v;

	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Pss: %ld", &v) == 1)
			kib = v;
	(void)fclose(f);
	return (double)kib / 1024;
}

static void
make_file(const char *path, unsigned names)
{
	FILE *f = fopen(path, "we");
	unsigned i;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	fputs("$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 host 1 2 3 4 5\n"
	    "@ NS ns1\nns1 A 10.0.0.1\n", f);
	for (i = 0; i < names; i++)
		fprintf(f, "h%07u A 10.%u.%u.%u\n", i, i >> 16 & 255,
		    i >> 8 & 255, i & 255);
	if (fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static struct zoneset *
load(const char *path, double *parse_s, double *index_s)
{
	uint8_t origin[DNSNAME_MAX];
	struct zoneset *zs;
	struct diag d;
	struct zone *z;
	struct err e;
	double t = seconds();

	diag_init(&d);
	(void)dnsname_parse("example.com", origin);
	if (zonefile_load(&z, path, origin, &d) != 0) {
		diag_print(&d, stderr);
		exit(1);
	}
	*parse_s = seconds() - t;
	t = seconds();
	if (zoneset_build(&zs, &z, 1, &e) != 0)
		exit(1);
	*index_s = seconds() - t;
	zone_free(&z);
	diag_fini(&d);
	return zs;
}

static void
ask(struct question *q, struct rand *r, unsigned names)
{
	uint8_t name[DNSNAME_MAX];
	char text[40];

	(void)snprintf(text, sizeof(text), "h%07u.example.com",
	    rand_below(r, names));
	q->len = (uint8_t)dnsname_parse(text, name);
	memcpy(q->name, name, q->len < sizeof(q->name) ? q->len : 0);
	q->hash = dnsname_hash(q->name, q->len);
}

/* One whole answer section. */
static unsigned
answer(const struct zoneset *zs, const struct question *q, struct wbuf *w)
{
	struct lookup_step s;
	struct lookup r;

	w->off = 12u + q->len + 4u;
	lookup_start(&s, q->name, q->len, q->hash);
	lookup_name(zs, &s, 1, &r);
	return (unsigned)section_answer(w, &r, &s);
}

static void
run(const struct zoneset *zs, unsigned names, bool batch)
{
	unsigned count = names < 100000 ? names : 1000000, i, k, good = 0;
	struct question *q = mem_zalloc(count, sizeof(*q));
	uint8_t buf[512];
	struct rand r;
	struct wbuf w;
	double t;

	rand_seed_from(&r, 1);
	for (i = 0; i < count; i++)
		ask(&q[i], &r, names);
	wbuf_init(&w, buf, sizeof(buf));
	memset(buf, 0, sizeof(buf));
	t = seconds();
	for (i = 0; i < ROUNDS; i += BATCH) {
		const struct question *b = &q[i % (count - BATCH)];

		for (k = 0; batch && k < BATCH; k++)
			zoneset_prefetch(zs, b[k].hash);
		for (k = 0; batch && k < BATCH; k++)
			zoneset_prefetch_node(zs, b[k].hash);
		for (k = 0; k < BATCH; k++)
			good += answer(zs, &b[k], &w);
	}
	t = seconds() - t;
	printf("  %s: %.1f ns an answer%s\n", batch ? "batch" : "cold ",
	    t * 1e9 / i, good == i ? "" : "  (WRONG ANSWERS)");
	free(q);
}

static void
bench(unsigned names)
{
	char path[] = "/tmp/bench_zonelookup.XXXXXX";
	double parse_s, index_s, before = resident_mib();
	struct zoneset *zs;
	int fd = mkstemp(path);

	if (fd == -1) {
		perror(path);
		exit(1);
	}
	(void)close(fd);
	make_file(path, names);
	zs = load(path, &parse_s, &index_s);
	printf("%u names: read, check and compile %.3f s, index %.3f s, "
	    "%.1f MiB\n", names, parse_s, index_s, resident_mib() - before);
	run(zs, names, false);
	run(zs, names, true);
	zoneset_free(&zs);
	printf("  after the set is freed: %.1f MiB left\n",
	    resident_mib() - before);
	(void)unlink(path);
}

int
main(int argc, char **argv)
{
	int i;

	if (argc < 2) {
		bench(1000);
		bench(1000000);
	}
	for (i = 1; i < argc; i++)
		bench((unsigned)strtoul(argv[i], NULL, 10));
	return 0;
}
