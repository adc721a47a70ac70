/* tests/unit/gtmd/path/test_pathprobe.c - who is measured and when, over the
 * loopback in virtual time: a refusal by a closed port is an answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathprobe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/decide/pathwant.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/core/base/tempdir.h"

#define HOME	"gtm listener /Common/l {\n    address 127.0.0.1\n" \
		"    port 5353\n}\n" \
		"gtm datacenter /Common/dc { }\n" \
		"gtm server /Common/s {\n    datacenter /Common/dc\n" \
		"    product generic-host\n    devices {\n        d {\n" \
		"            addresses {\n                127.0.0.1 { }\n" \
		"            }\n        }\n    }\n}\n"
#define POOL	"gtm pool a /Common/p {\n" \
		"    load-balancing-mode lowest-round-trip-time\n}\n"
/* Looked at each second; two packets a round. */
#define METRICS	"gtm global-settings metrics {\n" \
		"    metrics-collection-protocols { udp }\n" \
		"    ldns-update-interval 1\n    path-sample-count 2\n" \
		"    path-ttl 400\n    paths-retry 100\n" \
		"    inactive-paths-ttl 3600\n}\n"
#define RTT_MET	(PATHTABLE_RTT | PATHTABLE_COMPLETION)

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct store	*store;
	struct pathtable *table;
	struct pathprobe *probe;
	struct addr	 resolver;	/* an address that others hardly use */
	int		 deaf;		/* -1 = none */
};

static int
set_up(void **state)
{
	static struct stage t;
	struct store_backend *be;

	assert_int_equal(tempdir_set_up(state), 0);
	t = (struct stage){ .deaf = -1, .resolver = { AF_INET, { 127,
	    (uint8_t)(64 + getpid() % 128), (uint8_t)(getpid() / 128 % 256),
	    10 } } };
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	tempdir_write(tempdir_file(&tempdir, "gtm.conf"), "", 0);
	be = store_dir_open(tempdir_file(&tempdir, "gtm.conf"), NULL, NULL);
	assert_non_null(be);
	t.store = store_new(&gtm_schema, &be);
	t.table = pathtable_new(1024);
	t.probe = pathprobe_new(t.loop, t.store, t.table);
	store_watch(t.store, pathprobe_on_change, t.probe);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	pathprobe_free(&t->probe);
	store_free(&t->store);
	pathtable_free(&t->table);
	loop_poll(t->loop);
	loop_free(&t->loop);
	if (t->deaf != -1)
		(void)close(t->deaf);
	return tempdir_tear_down(state);
}

static void
configure(struct stage *t, const char *text)
{
	struct diag out;

	tempdir_write(tempdir_file(&tempdir, "gtm.conf"), text, strlen(text));
	diag_init(&out);
	if (store_load(t->store, false, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

static void
run(struct stage *t, dur_ns time)
{
	for (dur_ns at = 0; at < time; at += 50 * CLOCK_MS)
		loop_advance(t->loop, &t->clk, 50 * CLOCK_MS);
}

static struct pathtable_key
key_of(const struct stage *t)
{
	static const struct clientnet_len whole = { 32, 128 };
	struct sockaddr_storage ss;

	(void)addr_to_sockaddr(&t->resolver, 53, &ss);
	return (struct pathtable_key){ pathtable_home(t->table),
	    clientnet_of((const struct sockaddr *)&ss, whole) };
}

/* A query of the resolver that a method by round trip times is asked for. */
static void
ask(struct stage *t, bool proven)
{
	const struct pathtable_ask q = { .key = key_of(t),
	    .now_s = decision_keep_now(&t->clk), .needs = RTT_MET,
	    .proven = proven };
	struct pathtable_figures f;

	pathtable_ask(t->table, &q, &f);
}

/* What is known and in force. */
static struct pathtable_figures
known(const struct stage *t)
{
	const struct pathtable_ask q = { .key = key_of(t),
	    .now_s = decision_keep_now(&t->clk), .needs = RTT_MET,
	    .peeks = true };
	struct pathtable_figures f;

	pathtable_ask(t->table, &q, &f);
	return f;
}

static uint64_t
sent(const struct stage *t)
{
	return pathtable_counts(t->table)->sent;
}

static void
who_asks_is_measured_and_again_while_he_asks(void **state)
{
	struct stage *t = *state;

	configure(t, HOME POOL METRICS);
	assert_int_not_equal(pathtable_home(t->table), 0);
	run(t, 5 * CLOCK_S);
	assert_int_equal(sent(t), 0);
	ask(t, true);
	run(t, 2 * CLOCK_S);
	assert_int_equal(known(t).known, RTT_MET);
	assert_int_equal(known(t).completion, 100);
	assert_true(known(t).rtt_us >= 1);
	assert_int_equal(sent(t), 2);
	assert_int_equal(pathtable_counts(t->table)->paths, 1);
	/* Due at three quarters of path-ttl, if he has asked since. */
	run(t, 200 * CLOCK_S);
	ask(t, true);
	run(t, 90 * CLOCK_S);
	assert_int_equal(sent(t), 2);
	run(t, 15 * CLOCK_S);
	assert_int_equal(sent(t), 4);
	/* He does not any more: nothing is sent, and it expires. */
	run(t, 405 * CLOCK_S);
	assert_int_equal(sent(t), 4);
	assert_int_equal(known(t).known, 0);
}

static void
who_is_quiet_for_long_is_forgotten(void **state)
{
	struct stage *t = *state;
	struct pathtable_key key;
	struct pathtable_record r;
	uint64_t before;

	configure(t, HOME POOL METRICS);
	ask(t, true);
	/* Once more, because he asked in the second of the first round. */
	run(t, 500 * CLOCK_S);
	key = key_of(t);
	assert_true(pathtable_find(t->table, &key, &r));
	before = sent(t);
	for (int i = 0; i < 40; i++)
		loop_advance(t->loop, &t->clk, 100 * CLOCK_S);
	assert_false(pathtable_find(t->table, &key, &r));
	assert_int_equal(pathtable_counts(t->table)->paths, 0);
	assert_int_equal(sent(t), before);
}

static void
who_proves_nothing_has_to_come_again(void **state)
{
	struct stage *t = *state;

	configure(t, HOME POOL METRICS);
	ask(t, false);
	run(t, 3 * CLOCK_S);
	assert_int_equal(sent(t), 0);
	assert_int_equal(pathtable_counts(t->table)->unproven, 1);
	ask(t, false);
	run(t, 3 * CLOCK_S);
	assert_int_equal(sent(t), 2);
	assert_int_equal(pathtable_counts(t->table)->unproven, 1);
}

static void
whom_an_exclusion_names_is_left_alone_from_then_on(void **state)
{
	struct stage *t = *state;

	configure(t, HOME POOL METRICS);
	ask(t, true);
	run(t, 2 * CLOCK_S);
	assert_int_equal(sent(t), 2);
	configure(t, HOME POOL METRICS "gtm global-settings "
	    "metrics-exclusions {\n    addresses { 127.0.0.0/8 }\n}\n");
	assert_int_equal(known(t).known, 0);
	assert_int_equal(pathtable_counts(t->table)->paths, 0);
	ask(t, true);
	run(t, 3 * CLOCK_S);
	assert_int_equal(sent(t), 2);
}

static void
without_a_home_a_pool_or_a_protocol_nothing_is_measured(void **state)
{
	static const char *const text[] = { POOL METRICS, HOME METRICS,
	    HOME POOL "gtm global-settings metrics {\n"
	    "    metrics-collection-protocols none\n"
	    "    ldns-update-interval 1\n}\n" };
	struct stage *t = *state;
	struct pathtable_key key;

	for (size_t i = 0; i < 3; i++) {
		configure(t, text[i]);
		assert_int_equal(pathtable_home(t->table) != 0, i == 2);
		key = key_of(t);
		pathwant_note(pathtable_want(t->table), &key.resolver,
		    RTT_MET, true);
		run(t, 3 * CLOCK_S);
		assert_int_equal(sent(t), 0);
		assert_int_equal(pathtable_counts(t->table)->paths, 0);
	}
}

/* A path that was there completes nothing; asked again after paths-retry. */
static void
silence_after_an_answer_completes_nothing(void **state)
{
	struct stage *t = *state;
	const struct addrport at = { t->resolver, 33434 };

	configure(t, HOME POOL METRICS);
	ask(t, true);
	run(t, 2 * CLOCK_S);
	assert_int_equal(known(t).completion, 100);
	t->deaf = sock_open_udp(&at, NULL, NULL);
	assert_true(t->deaf >= 0);
	ask(t, true);
	run(t, 299 * CLOCK_S);		/* the next round is due */
	ask(t, true);
	run(t, 30 * CLOCK_S);
	assert_int_equal(known(t).known, PATHTABLE_COMPLETION);
	assert_int_equal(known(t).completion, 0);
	assert_true(sent(t) > 2);
	(void)close(t->deaf);
	t->deaf = -1;
	ask(t, true);
	run(t, 110 * CLOCK_S);
	assert_int_equal(known(t).known, RTT_MET);
	assert_int_equal(known(t).completion, 100);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_asks_is_measured_and_again_while_he_asks),
		T(who_is_quiet_for_long_is_forgotten),
		T(who_proves_nothing_has_to_come_again),
		T(whom_an_exclusion_names_is_left_alone_from_then_on),
		T(without_a_home_a_pool_or_a_protocol_nothing_is_measured),
		T(silence_after_an_answer_completes_nothing),
	};

	return cmocka_run_group_tests_name("pathprobe", tests, NULL, NULL);
}
