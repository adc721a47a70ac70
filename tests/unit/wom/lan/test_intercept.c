/* tests/unit/wom/lan/test_intercept.c - in a network namespace of its own; without the
 * right to make one nothing of it can be tried. What becomes of packets is a scene's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/io/nftrun.h"
#include "core/model/strlist.h"
#include "wom/lan/intercept.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkhello.h"

struct stage {
	struct routebook *routes;
	struct lanapps	 *apps;
	struct intercept_plan plan;
};

static char lo_name[] = "lo", none_name[] = "womd-absent";
static char *lo[] = { lo_name }, *none[] = { none_name };
static struct strlist on_lo = { .v = lo, .count = 1 },
    on_none = { .v = none, .count = 1 }, nowhere;

/* What programs of the system say. */
static const char *
says(const char *command)
{
	static char text[16384];
	size_t len = 0;
	ssize_t n;
	pid_t child;
	int p[2];

	assert_int_equal(pipe(p), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)dup2(p[1], STDOUT_FILENO);
		(void)dup2(p[1], STDERR_FILENO);
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	(void)close(p[1]);
	while ((n = read(p[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	(void)close(p[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return text;
}

#define TABLES	"nft list tables"
#define RULESET	"nft list ruleset"
#define RULES	"ip rule show; ip -6 rule show"
#define MARK	"fwmark 0x77000001"

static void
advertise(struct stage *s, const char *dest)
{
	struct linkroute r = { 0 };

	assert_int_equal(addr_parse_prefix(dest, &r.dest), 0);
	routebook_put(s->routes, dest, &r, 1, true);
}

static void
set_up(struct stage *s)
{
	static const struct portrange any = { 1, 65535 };
	struct lanapp app = { .name = "a", .transparent = true, .ports = &any,
	    .port_count = 1 };

	if (unshare(CLONE_NEWNET) != 0)
		skip();
	says("ip link set lo up");
	*s = (struct stage){ .routes = routebook_new() };
	s->apps = lanapps_new(&app, 1);
	s->plan = (struct intercept_plan){ .interfaces = &on_lo,
	    .apps = s->apps, .routes = s->routes, .port4 = 7001,
	    .port6 = 7001, .drop = true };
	advertise(s, "10.2.0.0/16");
	advertise(s, "2001:db8:2::/48");
}

static void
tear_down(struct stage *s)
{
	routebook_free(&s->routes);
	lanapps_free(&s->apps);
}

static void
apply(struct intercept *i, const struct stage *s)
{
	struct err e = { 0 };

	if (intercept_apply(i, &s->plan, &e) != 0)
		fail_msg("%s", e.text);
	assert_true(intercept_in_force(i));
}

static void
the_kernel_has_what_is_planned_and_nothing_after(void **state)
{
	struct nftrun *nft;
	struct intercept *i;
	struct stage s;
	const char *text;

	(void)state;
	set_up(&s);
	nft = nftrun_new();
	assert_int_equal(nftrun_do(nft, "add table inet other\n", NULL), 0);
	i = intercept_new();
	apply(i, &s);
	text = says(RULESET);
	assert_non_null(strstr(text, "10.2.0.0/16"));
	assert_non_null(strstr(text, "2001:db8:2::/48"));
	assert_non_null(strstr(text, "1-65535"));
	assert_non_null(strstr(text, "reject with tcp reset"));
	text = says(RULES);
	text = strstr(text, MARK);
	assert_non_null(text);
	assert_non_null(strstr(text + 1, MARK));	/* IPv6 */
	intercept_free(&i);
	intercept_free(&i);
	assert_string_equal(says(TABLES), "table inet other\n");
	assert_null(strstr(says(RULES), MARK));
	nftrun_free(&nft);
	nftrun_free(&nft);
	tear_down(&s);
}

/* Everything, and the addresses that there are from end to end. */
static void
a_route_is_taken_in_and_out(void **state)
{
	struct intercept *i;
	struct stage s;

	(void)state;
	set_up(&s);
	i = intercept_new();
	apply(i, &s);
	advertise(&s, "10.3.0.0/16");
	apply(i, &s);
	assert_non_null(strstr(says(RULESET), "10.2.0.0/15"));
	routebook_drop(s.routes, "10.3.0.0/16");
	apply(i, &s);
	assert_null(strstr(says(RULESET), "10.3."));
	advertise(&s, "0.0.0.0/0");
	advertise(&s, "::/0");
	apply(i, &s);
	assert_non_null(strstr(says(RULESET), "0.0.0.0/0"));
	s.plan.interfaces = &nowhere;
	assert_int_equal(intercept_apply(i, &s.plan, NULL), 0);
	assert_false(intercept_in_force(i));
	assert_string_equal(says(TABLES), "");
	intercept_free(&i);
	tear_down(&s);
}

static void
what_a_dead_process_left_is_removed(void **state)
{
	struct nftrun *nft;
	struct intercept *i;
	struct stage s;

	(void)state;
	set_up(&s);
	nft = nftrun_new();
	assert_int_equal(nftrun_do(nft, "add table inet womd\n"
	    "add set inet womd far4 { type ether_addr; }\n", NULL), 0);
	says("ip rule add priority 530 fwmark 0x77000001/0xffffffff "
	    "lookup 1996488705 protocol 103");
	assert_non_null(strstr(says(RULES), MARK));
	i = intercept_new();
	assert_string_equal(says(TABLES), "");
	assert_null(strstr(says(RULES), MARK));
	apply(i, &s);
	intercept_free(&i);
	nftrun_free(&nft);
	tear_down(&s);
}

static void
what_somebody_removed_is_put_back(void **state)
{
	struct nftrun *nft;
	struct intercept *i;
	struct stage s;

	(void)state;
	set_up(&s);
	nft = nftrun_new();
	i = intercept_new();
	assert_int_equal(intercept_check(i, NULL), 0);
	assert_string_equal(says(TABLES), "");
	apply(i, &s);
	assert_int_equal(nftrun_do(nft, "flush ruleset\n", NULL), 0);
	says("ip rule del priority 530");
	assert_int_equal(intercept_check(i, NULL), 0);
	assert_non_null(strstr(says(RULESET), "10.2.0.0/16"));
	assert_non_null(strstr(says(RULES), MARK));
	intercept_free(&i);
	nftrun_free(&nft);
	tear_down(&s);
}

/* Two would undo each other's work. */
static void
a_second_process_is_told_so(void **state)
{
	struct intercept *a, *b;
	struct err e = { 0 };
	struct stage s;

	(void)state;
	set_up(&s);
	a = intercept_new();
	apply(a, &s);
	b = intercept_new();
	assert_int_equal(intercept_apply(b, &s.plan, &e), ERR_BUSY);
	intercept_free(&b);
	assert_non_null(strstr(says(RULESET), "10.2.0.0/16"));
	intercept_free(&a);
	tear_down(&s);
}

static void
an_interface_that_is_missing_is_named(void **state)
{
	struct err e = { 0 };
	struct intercept *i;
	struct stage s;

	(void)state;
	set_up(&s);
	s.plan.interfaces = &on_none;
	i = intercept_new();
	assert_int_equal(intercept_apply(i, &s.plan, &e), ERR_REF);
	assert_non_null(strstr(e.text, "womd-absent"));
	assert_true(intercept_in_force(i));
	intercept_free(&i);
	tear_down(&s);
}

/* Here the kernel is asked whether it takes the words. */
static void
the_place_of_a_takeover_is_in_the_kernel(void **state)
{
	struct lanapp app = { .name = "late", .takeover = true };
	struct intercept *i;
	struct stage s;

	(void)state;
	set_up(&s);
	assert_int_equal(addr_parse_port("10.1.0.51:80", &app.listen), 0);
	assert_int_equal(addr_parse_port("10.2.0.51:80", &app.destination), 0);
	lanapps_free(&s.apps);
	s.plan.apps = s.apps = lanapps_new(&app, 1);
	i = intercept_new();
	apply(i, &s);
	assert_non_null(strstr(says(RULESET), "10.1.0.51 . 80"));
	routebook_drop(s.routes, "10.2.0.0/16");
	apply(i, &s);
	assert_null(strstr(says(RULESET), "10.1.0.51"));
	intercept_free(&i);
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_has_what_is_planned_and_nothing_after),
		cmocka_unit_test(a_route_is_taken_in_and_out),
		cmocka_unit_test(what_a_dead_process_left_is_removed),
		cmocka_unit_test(what_somebody_removed_is_put_back),
		cmocka_unit_test(a_second_process_is_told_so),
		cmocka_unit_test(an_interface_that_is_missing_is_named),
		cmocka_unit_test(the_place_of_a_takeover_is_in_the_kernel),
	};

	return cmocka_run_group_tests_name("intercept", tests, NULL, NULL);
}
