/* tests/unit/wom/flow/test_flowset_net.c - a thousand streams over a link that breaks,
 * with readers that stop, and a far end that forgets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <sys/resource.h>

#include "core/base/obj.h"
#include "tests/unit/wom/flow/flownet.h"
#include "wom/codec/history_ring.h"
#include "wom/flow/packcrew.h"

#define STREAMS		1000
#define MIB		((size_t)1 << 20)
#define SPARE		(8 * MIB)	/* that a set keeps for later, */
#define SCRATCH		MIB		/* what one step has in its hands, */
#define PACKED		(5 * MIB)	/* and two helpers */

static struct flownet net;
static size_t most[2];		/* octets in blocks that an end has held */
static unsigned forgotten;

/* What blocks may take up at an end: of what is under way each way the octets, encoded
 * or plain, in the session, and in the set, in buffers of up to twice their length; and
 * what forms. */
static size_t
bound(size_t streams)
{
	return 2 * 3 * (FLOWNET_SHARED + streams * FLOWNET_FLOOR) +
	    FLOWNET_FORMING + SPARE + SCRATCH + PACKED;
}

static void
weigh(void)
{
	for (int i = 0; i < 2; i++) {
		size_t held = flowset_held(net.end[i].set) +
		    linksession_held(net.end[i].session);

		if (held > most[i])
			most[i] = held;
	}
}

/* Someone stops to read, or goes on. */
static void
halt_one(struct flownet *n)
{
	uint32_t left = rand_below(&n->rand, 2 * STREAMS);

	LIST_EACH(&n->talks, it) {
		struct flowtalk *t = OBJ_OF(it, struct flowtalk, in_all);

		if (left-- > 0)
			continue;
		t->halted = !t->halted;
		flownet_talk(t);
		return;
	}
}

/* Blocks that an end has, as if another disk had been mounted. */
static void
forget_some(struct flownet *n)
{
	struct history *h = n->end[rand_below(&n->rand, 2)].site.history;
	uint32_t at = rand_below(&n->rand, 16);

	for (uint32_t s = history_newest(h); s != HISTORY_NONE;
	    s = history_older(h, s))
		if (at-- == 0) {
			/* What it holds is not what it is called any more. */
			h->memory[h->blocks[s].at] ^= 0x55;
			forgotten++;
			return;
		}
}

static bool
disturb(struct flownet *n)
{
	weigh();
	for (int i = 0; i < 20; i++)
		halt_one(n);
	if (rand_below(&n->rand, 4) == 0)
		forget_some(n);
	if (rand_below(&n->rand, 20) == 0) {
		flownet_break(n);
		flownet_dial(n);
	}
	return linksession_counts(n->end[0].session)->breaks >= 10;
}

static void
go_on(void)
{
	LIST_EACH(&net.talks, it) {
		struct flowtalk *t = OBJ_OF(it, struct flowtalk, in_all);

		t->halted = false;
		flownet_talk(t);
	}
}

/* Octets of most streams are few; some have much. */
static uint64_t
length(uint64_t seed)
{
	return seed % 50 == 0 ? 2000000 + seed : 8 + seed * 17 % 30000;
}

static uint64_t
check(struct flowtalk *c)
{
	struct flowtalk *s = flownet_answer(&net, c);

	assert_int_equal(c->error, 0);
	assert_non_null(s);
	assert_int_equal(s->error, 0);
	assert_int_equal(s->heard, c->to_say);
	assert_int_equal(c->heard, net.server_says);
	return s->heard + c->heard;
}

/* So that a failure says why. */
static void
tell_ends(void)
{
	for (int i = 0; i < 2; i++) {
		struct flowapp a = flownet_app(&net, i);

		for (unsigned r = 1; r < FLOWREASON_COUNT; r++)
			if (a.ended[r] > 0)
				print_message("end %d: %ju streams: %s\n", i,
				    (uintmax_t)a.ended[r],
				    flowreason_text(flowreason_at(r)));
	}
}

static void
a_thousand_streams_lose_and_double_nothing(void **state)
{
	static struct flowtalk *c[STREAMS];
	struct flow_counts a, b;
	uint64_t sum = 0;

	(void)state;
	net.server_says = 20000;
	for (uint64_t i = 0; i < STREAMS; i++)
		c[i] = flownet_call(&net, i + 1, length(i + 1),
		    &flownet_rules);
	flownet_run(&net, disturb);
	go_on();
	flownet_run(&net, flownet_is_over);
	tell_ends();
	for (int i = 0; i < STREAMS; i++)
		sum += check(c[i]);
	weigh();
	a = flownet_counts(&net, 0);
	b = flownet_counts(&net, 1);
	assert_int_equal(a.lan_in + b.lan_in, sum);
	assert_int_equal(a.lan_out + b.lan_out, sum);
	assert_int_equal(flownet_app(&net, 0).ended[0], STREAMS);
	assert_int_equal(flownet_app(&net, 1).ended[0], STREAMS);
	assert_true(a.again_in + b.again_in > 0);
	print_message("%ju octets, %ju over the link, %ju blocks, %ju again, "
	    "%u forgotten, at most %zu and %zu held of %zu\n", (uintmax_t)sum,
	    (uintmax_t)(net.carried[0] + net.carried[1]),
	    (uintmax_t)(a.blocks_out + b.blocks_out),
	    (uintmax_t)(a.again_in + b.again_in), forgotten, most[0], most[1],
	    bound(STREAMS));
	for (int i = 0; i < 2; i++) {
		assert_true(most[i] <= bound(STREAMS));
		assert_true(flowset_held(net.end[i].set) <= SPARE);
		assert_int_equal(linksession_held(net.end[i].session), 0);
	}
}

static int
begin(void **state)
{
	struct rlimit r;

	(void)state;
	most[0] = most[1] = 0;
	forgotten = 0;
	/* Four descriptors for each stream. */
	(void)getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
	/* The system drops SYNs of so many at once, and sends them again. */
	flownet_connect_ns = 60 * CLOCK_S;
	flownet_init(&net, 1, 16 * MIB, 4 * MIB);
	return r.rlim_cur > 4 * STREAMS + 100 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	flownet_fini(&net);
	return 0;
}

/* The same, with threads that pack what both ends send. */
static int
begin_with_helpers(void **state)
{
	flownet_crew = packcrew_new(2, NULL);
	return flownet_crew != NULL ? begin(state) : -1;
}

static int
end_with_helpers(void **state)
{
	int rc = end(state);

	packcrew_free(&flownet_crew);
	return rc;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_thousand_streams_lose_and_double_nothing, begin, end),
		{ "... with_helpers", a_thousand_streams_lose_and_double_nothing,
		    begin_with_helpers, end_with_helpers, NULL },
	};

	return cmocka_run_group_tests_name("flowset_net", tests, NULL, NULL);
}
