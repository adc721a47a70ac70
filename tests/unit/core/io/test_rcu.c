/* tests/unit/core/io/test_rcu.c - nothing is freed under a reader, and a
 * publisher never waits. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/io/worker.h"

struct version {
	unsigned serial, copy;	/* equal, or it was freed or half written */
};

static struct version *current;
static atomic_uint freed;

static struct version *
make(unsigned serial)
{
	struct version *v = mem_zalloc(1, sizeof(*v));

	v->serial = v->copy = serial;
	return v;
}

static void
destroy(void *arg)
{
	struct version *v = arg;

	v->copy = ~v->serial;
	free(v);
	atomic_fetch_add(&freed, 1);
}

struct reader {
	atomic_uint reads, wrong;
};

static void
read_on(struct worker *w, void *arg)
{
	struct reader *r = arg;

	while (!worker_stopping(w)) {
		struct version *v = RCU_GET(current);

		for (int i = 0; i < 100; i++)
			r->wrong += v->serial != v->copy;
		atomic_fetch_add(&r->reads, 1);
		rcu_quiescent();
	}
}

static void
old_versions_are_freed_behind_their_readers(void **state)
{
	struct reader r = { 0 };
	struct worker_config c = { .name = "reader", .cpu = WORKER_ANY_CPU,
	    .run = read_on, .arg = &r };
	struct worker *w[2];
	unsigned serial;

	(void)state;
	rcu_register();
	current = make(0);
	for (int i = 0; i < 2; i++)
		assert_non_null(w[i] = worker_start(&c, NULL));
	for (serial = 1; serial < 500 || r.reads < 2000; serial++) {
		rcu_defer(destroy, RCU_SWAP(current, make(serial)));
		rcu_quiescent();
	}
	for (int i = 0; i < 2; i++) {
		worker_stop(w[i]);
		worker_join(&w[i]);
	}
	rcu_drain();
	assert_int_equal(r.wrong, 0);
	assert_int_equal(freed, serial - 1);
	free(current);
	rcu_unregister();
	rcu_unregister();		/* harmless */
}

/* ---- a reader that waits ---- */

struct gate {
	atomic_int step;
	bool	   offline;
};

static void
hold(struct worker *w, void *arg)
{
	struct pollfd p = { .fd = worker_stop_fd(w), .events = POLLIN };
	struct gate *g = arg;

	if (g->offline)
		rcu_offline();
	atomic_store(&g->step, 1);
	(void)poll(&p, 1, -1);
	rcu_online();
}

static void
count_up(void *arg)
{
	atomic_fetch_add((atomic_uint *)arg, 1);
}

static void
waiting_reader_offline_holds_up_nobody(void **state)
{
	struct gate g = { .offline = true };
	struct worker_config c = { .name = "waits", .cpu = WORKER_ANY_CPU,
	    .run = hold, .arg = &g };
	struct worker *w = worker_start(&c, NULL);
	atomic_uint ran = 0;

	(void)state;
	assert_non_null(w);
	while (atomic_load(&g.step) == 0)
		;
	rcu_defer(count_up, &ran);
	rcu_drain();			/* would hang if it were online */
	assert_int_equal(ran, 1);
	worker_stop(w);
	worker_join(&w);
}

/* Online it holds up the freeing, but never the publisher. */
static void
publisher_goes_on_while_a_reader_holds(void **state)
{
	struct gate g = { 0 };
	struct worker_config c = { .name = "holds", .cpu = WORKER_ANY_CPU,
	    .run = hold, .arg = &g };
	struct worker *w = worker_start(&c, NULL);
	atomic_uint ran = 0;

	(void)state;
	assert_non_null(w);
	while (atomic_load(&g.step) == 0)
		;
	for (int i = 0; i < 1000; i++)
		rcu_defer(count_up, &ran);
	assert_int_equal(ran, 0);
	worker_stop(w);
	worker_join(&w);
	rcu_drain();
	assert_int_equal(ran, 1000);
}

/* ---- a loop as reader ---- */

static void
on_post(void *arg)
{
	atomic_store((atomic_int *)arg, 2);
}

struct looper {
	struct loop *loop;
	atomic_int   step;
};

static void
run_loop(struct worker *w, void *arg)
{
	struct looper *l = arg;

	(void)w;
	atomic_store(&l->step, 1);
	loop_run(l->loop);
}

static void
loop_is_offline_while_it_waits(void **state)
{
	struct looper l = { 0 };
	struct worker_config c = { .name = "loop", .cpu = WORKER_ANY_CPU,
	    .run = run_loop, .arg = &l };
	atomic_uint ran = 0;
	struct worker *w;
	struct err e;

	(void)state;
	l.loop = loop_new(&clock_system, &e);
	assert_non_null(l.loop);
	assert_non_null(w = worker_start(&c, NULL));
	for (int i = 0; i < 20; i++) {
		atomic_store(&l.step, 0);
		loop_post(l.loop, on_post, &l.step);
		while (atomic_load(&l.step) != 2)
			;
		rcu_defer(count_up, &ran);
		rcu_drain();
	}
	assert_int_equal(ran, 20);
	loop_stop(l.loop);
	worker_join(&w);
	loop_free(&l.loop);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_versions_are_freed_behind_their_readers),
		cmocka_unit_test(waiting_reader_offline_holds_up_nobody),
		cmocka_unit_test(publisher_goes_on_while_a_reader_holds),
		cmocka_unit_test(loop_is_offline_while_it_waits),
	};

	return cmocka_run_group_tests_name("rcu", tests, NULL, NULL);
}
