/* tests/bench/bench_commit.c - what one change costs the control loop.
 *
 * A store over a directory, the gate of zones, and the running graph, as in
 * gtmd; a pool is disabled and enabled, a ratio changed in a pool of two members
 * and in one of many, and a member's monitor goes up and down, among few and many
 * wide IPs and zones. Prints microseconds of processor time a change, median,
 * from a draft to the published decision: with the state in memory (STATE, a
 * directory on tmpfs) nothing but the work is left. The parts: draft and edit,
 * check, and the graph's, from objects to published decision; the rest is journal
 * and model. Health has a graph's part alone, from the monitor's new state on.
 *
 *   bench_commit [STATE]
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "gtmd/plan/plan.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/zonekeep.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/pool.h"
#include "monitors/board.h"
#include "monitors/probe.h"
#include "monitors/sched.h"
#include "monitors/sched_states.h"
#include "zones/zoneset.h"

#define CHANGES		400
#define GRAPH_CHANGES	200
#define LARGE		500		/* members of the large pool */
#define CHECK		"/Common/check"
#define CHECKED		"10.1.0.1:80"	/* what it watches */

struct bench {
	char		*dir, *conf;
	struct loop	*loop;
	struct board	*board;
	struct sched	*sched;
	struct store	*store;
	struct widetable *wides;
	struct zoneset	*zones;
	struct zonekeep	*keep;
	struct plan	*plan;
	unsigned	 wide_count, zone_count;
	double		 load_us, told_us, plan_us;
	struct object	*last[2];	/* before and after the last change */
};

struct cost {
	double	edit, check, plan, all;	/* us */
};

/* One kind of change: makes the i-th in the draft. */
typedef void change_fn(struct draft *d, unsigned i);

static double
cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static _Noreturn void
die(const char *what)
{
	(void)fprintf(stderr, "bench_commit: %s\n", what);
	exit(1);
}

/* ---- the configuration ---- */

static void
add_server(struct strbuf *b, unsigned members)
{
	strbuf_add(b, "gtm datacenter /Common/dc { }\n"
	    "gtm server /Common/s {\n    datacenter /Common/dc\n"
	    "    product generic-host\n    virtual-servers {\n");
	for (unsigned i = 0; i < members; i++)
		strbuf_printf(b, "        v%u {\n            destination "
		    "10.0.%u.%u:80\n        }\n", i, i >> 8, i & 255);
	strbuf_add(b, "        checked {\n            destination " CHECKED
	    "\n            monitor " CHECK "\n        }\n    }\n}\n"
	    "gtm monitor tcp " CHECK " {\n    defaults-from /Common/tcp\n}\n"
	    "gtm pool a /Common/health {\n    members {\n"
	    "        /Common/s:checked {\n            member-order 0\n        }\n"
	    "        /Common/s:v0 {\n            member-order 1\n        }\n"
	    "    }\n}\n");
}

static void
add_pool(struct strbuf *b, const char *name, unsigned members)
{
	strbuf_printf(b, "gtm pool a /Common/%s {\n"
	    "    load-balancing-mode ratio\n    members {\n", name);
	for (unsigned i = 0; i < members; i++)
		strbuf_printf(b, "        /Common/s:v%u {\n"
		    "            member-order %u\n            ratio %u\n"
		    "        }\n", i, i, 1 + i % 7);
	strbuf_add(b, "    }\n}\n");
}

static void
add_wide(struct strbuf *b, const char *name, unsigned number, const char *pool)
{
	strbuf_printf(b, "gtm wideip a /Common/%s%u.example.com {\n"
	    "    pools {\n        /Common/%s {\n            order 0\n"
	    "        }\n    }\n}\n", name, number, pool);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF)
		die(path);
}

static void
add_zones(struct strbuf *b, const char *dir, unsigned count)
{
	char *path = mem_printf("%s/zone", dir);

	write_file(path, "$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\n"
	    "ns A 192.0.2.1\n");
	for (unsigned i = 0; i < count; i++)
		strbuf_printf(b, "gtm zone /Common/z%u.example.net {\n"
		    "    file zone\n}\n", i);
	free(path);
}

static void
write_conf(const struct bench *b, unsigned wides, unsigned zones)
{
	struct strbuf text;

	strbuf_init(&text);
	add_server(&text, LARGE);
	add_pool(&text, "flip", 2);
	add_pool(&text, "large", LARGE);
	add_pool(&text, "other", 2);
	add_wide(&text, "flip", 0, "flip");
	add_wide(&text, "large", 0, "large");
	add_wide(&text, "health", 0, "health");
	for (unsigned i = 0; i < wides; i++)
		add_wide(&text, "w", i, "other");
	add_zones(&text, b->dir, zones);
	write_file(b->conf, text.text);
	strbuf_fini(&text);
}

/* ---- life ---- */

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	return zonekeep_prepare(arg, d, out);
}

static void
on_settle(void *arg, bool made)
{
	zonekeep_settle(arg, made);
}

static void
open_store(struct bench *b)
{
	struct err e = { 0 };
	struct store_backend *dir = store_dir_open(b->conf, b->dir, &e);
	struct store_gate gate = { on_prepare, on_settle, NULL };

	if (dir == NULL)
		die(e.text);
	b->store = store_new(&gtm_schema, &dir);
	b->keep = zonekeep_new(b->conf, &b->zones);
	gate.arg = b->keep;
	store_gate(b->store, &gate);
}

static void
hold(struct object **held, const struct object *o)
{
	object_unref(held);
	*held = object_ref((struct object *)(uintptr_t)o);
}

/* Watchers are called in the order in which they came: one stands before the
 * plan and one behind it. */
static void
on_told(void *arg, const struct store_change *changes, size_t count)
{
	struct bench *b = arg;

	if (count == 1 && changes->was != NULL && changes->now != NULL) {
		hold(&b->last[0], changes->was);
		hold(&b->last[1], changes->now);
	}
	b->told_us = cpu_us();
}

static void
on_planned(void *arg, const struct store_change *changes, size_t count)
{
	struct bench *b = arg;

	(void)changes;
	(void)count;
	b->plan_us = cpu_us() - b->told_us;
}

static void
open_plan(struct bench *b)
{
	struct sched_config sched = { .types = probe_types };
	struct plan_config plan;
	struct err e = { 0 };

	b->board = board_new();
	sched.loop = b->loop = loop_new(&clock_system, &e);
	sched.board = b->board;
	b->sched = b->loop != NULL ? sched_new(&sched, &e) : NULL;
	if (b->sched == NULL)
		die(e.text);
	b->wides = widetable_new();
	plan = (struct plan_config){ .store = b->store, .sched = b->sched,
	    .wides = b->wides };
	b->plan = plan_new(&plan);
	store_watch(b->store, on_told, b);
	store_watch(b->store, plan_on_change, b->plan);
	store_watch(b->store, on_planned, b);
}

static void
bench_open(struct bench *b, const char *dir)
{
	struct diag d;
	double before;

	b->dir = mem_printf("%s/gtm-bench-XXXXXX", dir);
	if (mkdtemp(b->dir) == NULL)
		die(b->dir);
	b->conf = mem_printf("%s/gtm.conf", b->dir);
	write_conf(b, b->wide_count, b->zone_count);
	open_store(b);
	open_plan(b);
	diag_init(&d);
	before = cpu_us();
	if (store_load(b->store, false, &d) != 0) {
		diag_print(&d, stderr);
		die("not loaded");
	}
	diag_fini(&d);
	b->load_us = cpu_us() - before;
}

static void
bench_close(struct bench *b)
{
	static const char *const files[] = { "gtm.conf", "journal", "lock",
	    "zone" };

	object_unref(&b->last[0]);
	object_unref(&b->last[1]);
	plan_free(&b->plan);
	sched_free(&b->sched);
	board_free(&b->board);
	store_free(&b->store);
	zonekeep_free(&b->keep);
	widetable_free(&b->wides);
	loop_free(&b->loop);
	rcu_drain();
	for (size_t i = 0; i < OBJ_COUNT(files); i++) {
		char *path = mem_printf("%s/%s", b->dir, files[i]);

		(void)unlink(path);
		free(path);
	}
	(void)rmdir(b->dir);
	free(b->dir);
	free(b->conf);
}

/* ---- changes ---- */

static void
change_pool(struct draft *d, unsigned i)
{
	struct pool *p = (struct pool *)draft_edit(d, &pool_type_a,
	    "/Common/flip");

	p->enabled = i % 2;
}

static void
set_ratio(struct draft *d, const char *pool, unsigned member, unsigned i)
{
	struct pool *p = (struct pool *)draft_edit(d, &pool_type_a, pool);
	struct pool_member *m = (struct pool_member *)p->members.v[member];

	m->ratio = 3 + i % 2;
}

static void
change_ratio(struct draft *d, unsigned i)
{
	set_ratio(d, "/Common/flip", 1, i);
}

static void
change_large(struct draft *d, unsigned i)
{
	set_ratio(d, "/Common/large", LARGE / 2, i);
}

static void
change_one(const struct bench *b, change_fn *fn, unsigned i, struct cost *c)
{
	double start = cpu_us(), edited, checked;
	struct draft *d = store_draft(b->store);
	struct diag out;

	diag_init(&out);
	fn(d, i);
	edited = cpu_us();
	if (draft_check(d, &out) != 0)
		die("refused");
	checked = cpu_us();
	if (store_commit(b->store, &d, &out) != 0) {
		diag_print(&out, stderr);
		die("refused");
	}
	/* A commit checks for itself: that one has been measured. */
	c->edit = edited - start;
	c->check = checked - edited;
	c->all = cpu_us() - start - c->check;
	c->plan = b->plan_us;
	draft_free(&d);
	diag_fini(&out);
}

static int
by_all(const void *a, const void *b)
{
	double x = ((const struct cost *)a)->all;
	double y = ((const struct cost *)b)->all;

	return (x > y) - (x < y);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The graph alone, told of the last change and of its way back in turns: what
 * it costs when nothing else has used the caches. */
static double
graph_us(const struct bench *b)
{
	double us[GRAPH_CHANGES];

	for (unsigned i = 0; i < GRAPH_CHANGES; i++) {
		struct store_change c = { b->last[(i + 1) % 2],
		    b->last[i % 2] };
		double start = cpu_us();

		plan_on_change(b->plan, &c, 1);
		us[i] = cpu_us() - start;
	}
	qsort(us, GRAPH_CHANGES, sizeof(us[0]), by_value);
	return us[GRAPH_CHANGES / 2];
}

/* What comes in front of each row. */
static void
print_case(const struct bench *b, const char *change)
{
	printf("%8u %6u %8.0f  %-10s", b->wide_count, b->zone_count,
	    b->load_us / 1e3, change);
}

static void
change_many(const struct bench *b, const char *name, change_fn *fn)
{
	static struct cost c[CHANGES];

	for (unsigned i = 0; i < CHANGES; i++)
		change_one(b, fn, i, &c[i]);
	qsort(c, CHANGES, sizeof(c[0]), by_all);
	print_case(b, name);
	printf("%8.1f %8.1f %8.1f %8.1f %8.1f\n", c[CHANGES / 2].edit,
	    c[CHANGES / 2].check, c[CHANGES / 2].plan, c[CHANGES / 2].all,
	    graph_us(b));
	(void)fflush(stdout);
}

/* The member's monitor has a new state, as from a probe that has ended. */
static void
health_many(const struct bench *b)
{
	static double us[CHANGES];
	struct addrport to;

	if (addr_parse_port(CHECKED, &to) != 0)
		die(CHECKED);
	for (unsigned i = 0; i < CHANGES; i++) {
		double start = cpu_us();

		sched_states_recall(b->sched, CHECK, &to,
		    i % 2 == 0 ? HEALTH_DOWN : HEALTH_UP);
		us[i] = cpu_us() - start;
	}
	qsort(us, CHANGES, sizeof(us[0]), by_value);
	print_case(b, "health");
	printf("%8s %8s %8.1f %8.1f %8.1f\n", "-", "-", us[CHANGES / 2],
	    us[CHANGES / 2], us[CHANGES / 2]);
}

/* Changes of state are logged, as in gtmd, to where nobody reads. */
static void
log_away(void)
{
	struct log_config c = { .level = LOG_NOTICE, .form = LOG_FORM_TIME };

	c.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (c.fd == -1)
		die("/dev/null");
	log_setup(&c);
}

int
main(int argc, char **argv)
{
	static const unsigned sizes[][2] = { { 10, 1 }, { 1000, 1 },
	    { 10000, 1 }, { 100000, 1 }, { 10, 1000 }, { 10, 5000 } };
	const char *dir = argc > 1 ? argv[1] : "/dev/shm";

	log_away();
	rcu_register();
	printf("%8s %6s %8s  %-10s%8s %8s %8s %8s %8s\n", "wide IPs", "zones",
	    "load ms", "change", "edit us", "check", "graph", "all", "alone");
	for (size_t i = 0; i < OBJ_COUNT(sizes); i++) {
		struct bench b = { .wide_count = sizes[i][0],
		    .zone_count = sizes[i][1] };

		bench_open(&b, dir);
		change_many(&b, "pool", change_pool);
		change_many(&b, "ratio-2", change_ratio);
		change_many(&b, "ratio-500", change_large);
		health_many(&b);
		bench_close(&b);
	}
	rcu_unregister();
	return 0;
}
