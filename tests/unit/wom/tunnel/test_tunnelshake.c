/* tests/unit/wom/tunnel/test_tunnelshake.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "core/io/loop.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/tunnel/tunnelshake.h"
#include "wom/tunnel/tunnelwire.h"

static struct certs certs;
static struct clock fake;
static struct loop *loop;
static struct tunneltls *tls[2];
static struct tunnelshake *shakes[2];
static int pair[2];

struct ending {
	unsigned count;
	enum tunneltls_refusal refusal;
	struct tunnelwire *wire;
	char	why[256];
};
static struct ending endings[2];

static void
on_end(void *arg, struct tunnelshake *s, const struct tunnelshake_end *e)
{
	struct ending *to = arg;

	assert_ptr_equal(s, shakes[to - endings]);
	shakes[to - endings] = NULL;
	to->count++;
	to->refusal = e->refusal;
	to->wire = e->wire;
	strncpy(to->why, e->why, sizeof(to->why) - 1);
}

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	clock_fake_init(&fake, 1000 * CLOCK_S, 1000);
	loop = loop_new(&fake, NULL);
	tls[0] = certs_need(&certs, "a", false);
	tls[1] = certs_need(&certs, "b", true);
	memset(endings, 0, sizeof(endings));
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
}

static int
end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		tunnelshake_free(&shakes[i]);
		tunnelwire_free(&endings[i].wire);
		tunneltls_free(&tls[i]);
	}
	loop_free(&loop);
	certs_fini(&certs);
	return 0;
}

static void
start(int i)
{
	const struct tunnelshake_config c = { .loop = loop, .tls = tls[i],
	    .fd = pair[i], .done = on_end, .arg = &endings[i] };

	shakes[i] = tunnelshake_new(&c);
}

static void
both_are_told_once_when_it_is_done(void **state)
{
	(void)state;
	start(0);
	start(1);
	assert_int_equal(endings[0].count, 0);
	for (int i = 0; i < 20; i++)
		loop_advance(loop, &fake, CLOCK_MS);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(endings[i].count, 1);
		assert_non_null(endings[i].wire);
		assert_int_equal(endings[i].refusal, TUNNELTLS_NONE);
	}
	loop_advance(loop, &fake, 100 * CLOCK_S);
	assert_int_equal(endings[0].count, 1);
}

static void
silence_ends_it(void **state)
{
	(void)state;
	start(1);
	loop_advance(loop, &fake, 9 * CLOCK_S);
	assert_int_equal(endings[1].count, 0);
	loop_advance(loop, &fake, 2 * CLOCK_S);
	assert_int_equal(endings[1].count, 1);
	assert_null(endings[1].wire);
	assert_int_equal(endings[1].refusal, TUNNELTLS_SILENT);
	(void)close(pair[0]);
}

static void
who_goes_away_ends_it(void **state)
{
	(void)state;
	start(1);
	(void)close(pair[0]);
	loop_advance(loop, &fake, CLOCK_MS);
	assert_int_equal(endings[1].count, 1);
	assert_int_equal(endings[1].refusal, TUNNELTLS_CLOSED);
	assert_string_not_equal(endings[1].why, "");
}

static void
nothing_is_told_of_one_that_is_freed(void **state)
{
	(void)state;
	start(0);
	start(1);
	tunnelshake_free(&shakes[0]);
	for (int i = 0; i < 20; i++)
		loop_advance(loop, &fake, CLOCK_MS);
	assert_int_equal(endings[0].count, 0);
	assert_int_equal(endings[1].count, 1);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(both_are_told_once_when_it_is_done),
		TEST(silence_ends_it),
		TEST(who_goes_away_ends_it),
		TEST(nothing_is_told_of_one_that_is_freed),
	};

	return cmocka_run_group_tests_name("tunnelshake", tests, NULL, NULL);
}
