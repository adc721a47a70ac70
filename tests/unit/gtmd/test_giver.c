/* tests/unit/gtmd/test_giver.c - the holder lends to one heir at a time, and
 * goes on as before whatever becomes of it, until it answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/parcel.h"
#include "core/model/statefile.h"
#include "gtmd/giver.h"
#include "gtmd/handover.h"
#include "gtmd/query/cookie.h"
#include "gtmd/serve/inherit.h"
#include "tests/unit/core/base/tempdir.h"

static struct clock clk;
static struct loop *loop;
static struct giver *giver;
static struct cookie_secrets secrets;

/* What the daemon was asked to do. */
static struct {
	bool		 refuses;
	unsigned	 lent, regained, left;
	int		 fd;		/* for all that is lent */
} holder;

static int
on_lend(void *arg, struct err *e)
{
	(void)arg;
	if (holder.refuses)
		return err_set(e, ERR_BUSY, "not now");
	holder.lent++;
	return holder.fd;
}

static void
on_regain(void *arg)
{
	(void)arg;
	holder.regained++;
}

static void
on_left(void *arg)
{
	(void)arg;
	holder.left++;
	giver_send_counts(giver, "counted");
}

static void
on_sockets(void *arg, struct inherit *to)
{
	const struct addrport at = { .port = 53 };

	(void)arg;
	inherit_add(to, false, &at, holder.fd);
}

static void
on_states(void *arg, struct strbuf *to)
{
	(void)arg;
	strbuf_add(to, "all is up");
}

static void
on_measured(void *arg, struct strbuf *to)
{
	(void)arg;
	strbuf_add(to, "all is idle");
}

static int
on_records(void *arg)
{
	(void)arg;
	return holder.fd;
}

static const struct cookie_secrets *
on_secrets(void *arg)
{
	(void)arg;
	return &secrets;
}

static int
on_control(void *arg)
{
	(void)arg;
	return holder.fd;
}

static int
setup(void **state)
{
	static const struct giver_host host = { .lend = on_lend,
	    .regain = on_regain, .left = on_left, .sockets = on_sockets,
	    .states = on_states, .measured = on_measured,
	    .records = on_records, .secrets = on_secrets,
	    .control = on_control };
	struct giver_config c = { .control_path = "/run/control",
	    .host = &host };
	struct err e;

	assert_int_equal(tempdir_set_up(state), 0);
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	memset(&holder, 0, sizeof(holder));
	holder.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	c.loop = loop = loop_new(&clk, &e);
	c.state_dir = tempdir.path;
	giver = giver_new(&c, &e);
	if (giver == NULL)
		fail_msg("%s", e.text);
	return 0;
}

static int
teardown(void **state)
{
	giver_free(&giver);
	loop_free(&loop);
	(void)close(holder.fd);
	return tempdir_tear_down(state);
}

static void
turn(void)
{
	for (int i = 0; i < 3; i++)
		loop_advance(loop, &clk, 0);
}

static int
come(void)
{
	int fd = parcel_connect(tempdir_file(&tempdir, "replace.sock"));

	assert_true(fd >= 0);
	turn();
	return fd;
}

static void
say(int fd, enum handover_kind kind, const char *text)
{
	const struct handover_out m = { .kind = kind, .body = text,
	    .len = strlen(text) };

	assert_int_equal(handover_send(fd, &m, NULL), 0);
	turn();
}

/* The next message, which is of this kind and has so many descriptors. */
static void
expect(int fd, enum handover_kind kind, size_t fd_count,
    struct handover_in *m)
{
	struct err e = { 0 };

	if (handover_receive(fd, m, 0, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(m->kind, kind);
	assert_int_equal(m->parcel.fd_count, fd_count);
}

static void
expect_refusal(int fd, const char *why)
{
	struct handover_in m;
	struct err e = { 0 };

	assert_int_equal(handover_receive(fd, &m, 0, &e), ERR_DENIED);
	if (strstr(e.text, why) == NULL)
		fail_msg("%s\nwanted: %s", e.text, why);
}

/* Up to GRANT. */
static int
come_and_get(void)
{
	struct handover_in m;
	int fd = come();

	say(fd, HANDOVER_HELLO, "/run/control");
	expect(fd, HANDOVER_SOCKETS, 1, &m);
	parcel_close_fds(&m.parcel);
	expect(fd, HANDOVER_GRANT, HANDOVER_GRANT_FDS, &m);
	parcel_close_fds(&m.parcel);
	return fd;
}

static void
expect_as_before(unsigned lent)
{
	turn();
	assert_int_equal(holder.lent, lent);
	assert_int_equal(holder.regained, lent);
	assert_int_equal(holder.left, 0);
	assert_false(giver_lends(giver));
}

static void
step_by_step_everything_is_the_heirs(void **state)
{
	struct handover_in m;
	char *text;
	size_t len;
	int fd = come_and_get();

	(void)state;
	assert_true(giver_lends(giver));
	say(fd, HANDOVER_READY, "");
	expect(fd, HANDOVER_YIELD, HANDOVER_YIELD_FDS, &m);
	assert_int_equal(m.len, sizeof(struct cookie_secrets));
	assert_int_equal(statefile_read_fd(m.parcel.fds[HANDOVER_STATES], "s",
	    &text, &len, NULL), 0);
	assert_string_equal(text, "all is up");
	free(text);
	assert_int_equal(statefile_read_fd(m.parcel.fds[HANDOVER_MEASURED],
	    "m", &text, &len, NULL), 0);
	assert_string_equal(text, "all is idle");
	free(text);
	parcel_close_fds(&m.parcel);
	assert_true(giver_lends(giver));
	assert_int_equal(holder.left, 0);
	say(fd, HANDOVER_TAKEN, "");
	assert_int_equal(holder.left, 1);
	assert_int_equal(holder.regained, 0);
	assert_false(giver_lends(giver));
	expect(fd, HANDOVER_LEFT, 0, &m);
	expect(fd, HANDOVER_COUNTS, 1, &m);
	parcel_close_fds(&m.parcel);
	/* There is no way back: not when the heir ends, not in time. */
	(void)close(fd);
	turn();
	loop_advance(loop, &clk, 1000 * CLOCK_S);
	giver_send_counts(giver, "late");
	assert_int_equal(holder.regained, 0);
	/* The next heir comes to the heir. */
	assert_int_equal(parcel_connect(tempdir_file(&tempdir,
	    "replace.sock")), -1);
}

static void
an_heir_that_ends_changes_nothing_at_any_step(void **state)
{
	struct handover_in m;
	int fd = come();

	(void)state;
	(void)close(fd);
	expect_as_before(0);
	fd = come_and_get();
	(void)close(fd);
	expect_as_before(1);
	fd = come_and_get();
	say(fd, HANDOVER_READY, "");
	expect(fd, HANDOVER_YIELD, HANDOVER_YIELD_FDS, &m);
	parcel_close_fds(&m.parcel);
	(void)close(fd);
	expect_as_before(2);
	fd = come_and_get();
	handover_refuse(fd, "its configuration is bad");
	expect_as_before(3);
	(void)close(fd);
}

static void
an_heir_that_says_nothing_is_sent_off(void **state)
{
	int fd = come();

	(void)state;
	loop_advance(loop, &clk, 6 * CLOCK_S);
	expect_refusal(fd, "too long");
	(void)close(fd);
	expect_as_before(0);
	fd = come_and_get();
	loop_advance(loop, &clk, 110 * CLOCK_S);	/* it may load */
	assert_true(giver_lends(giver));
	loop_advance(loop, &clk, 20 * CLOCK_S);
	expect_refusal(fd, "too long");
	(void)close(fd);
	expect_as_before(1);
}

static void
one_at_a_time_and_each_word_in_its_turn(void **state)
{
	int fd = come_and_get(), other = come();

	(void)state;
	expect_refusal(other, "is taking over already");
	(void)close(other);
	assert_true(giver_lends(giver));
	say(fd, HANDOVER_TAKEN, "");
	expect_refusal(fd, "is not due");
	(void)close(fd);
	expect_as_before(1);
	fd = come();
	say(fd, HANDOVER_READY, "");
	expect_refusal(fd, "is not due");
	(void)close(fd);
	expect_as_before(1);
}

static void
what_is_not_to_be_had_is_refused_with_its_reason(void **state)
{
	int fd = come();

	(void)state;
	say(fd, HANDOVER_HELLO, "/elsewhere");
	expect_refusal(fd, "has it at /run/control, not at /elsewhere");
	(void)close(fd);
	holder.refuses = true;
	fd = come();
	say(fd, HANDOVER_HELLO, "/run/control");
	expect_refusal(fd, "not now");
	(void)close(fd);
	expect_as_before(0);
	holder.refuses = false;
	fd = come_and_get();
	giver_abort(giver, "a good reason");
	expect_refusal(fd, "a good reason");
	(void)close(fd);
	expect_as_before(1);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(step_by_step_everything_is_the_heirs),
		RULE(an_heir_that_ends_changes_nothing_at_any_step),
		RULE(an_heir_that_says_nothing_is_sent_off),
		RULE(one_at_a_time_and_each_word_in_its_turn),
		RULE(what_is_not_to_be_had_is_refused_with_its_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
