/* tests/unit/wom/peer/test_hub.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "tests/unit/wom/peer/hubpair.h"

static struct hubpair pair;

static int
begin(void **state)
{
	(void)state;
	hubpair_init(&pair);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	hubpair_fini(&pair);
	return 0;
}

/* ---- together ---- */

static void
octets_cross_and_come_back_right(void **state)
{
	const struct peerview *v;

	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 4);
	assert_true(hubpair_echo(&pair, 0, 8u << 20));
	assert_true(hubpair_echo(&pair, 1, 1u << 20));
	v = hubpair_view(&pair, 0);
	assert_true(v->met && v->route_count == 1);
	assert_string_equal(v->conns[0].cipher, "TLS_AES_128_GCM_SHA256");
}

static bool
is_gone(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 0)->state != PEERVIEW_UP;
}

static void
a_site_that_begins_anew_is_met_again(void **state)
{
	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 4);
	assert_true(hubpair_echo(&pair, 0, 1u << 20));
	hubpair_stop_end(&pair, 1);
	hubpair_wait(&pair, is_gone, &pair);
	hubpair_start_end(&pair, 1);
	hubpair_meet(&pair, 4);
	assert_int_equal(pair.end[0].ups, 2);
	assert_int_equal(pair.end[0].downs, 1);
	assert_true(hubpair_echo(&pair, 0, 1u << 20));
	assert_true(hubpair_echo(&pair, 1, 1u << 20));
}

/* ---- what configuration changes ---- */

static bool
knows_two_routes(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 1)->route_count == 2;
}

static void
routes_are_told_while_it_stands(void **state)
{
	struct linkroute routes[2] = { pair.end[0].route };
	uint64_t dials;

	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 4);
	dials = hubpair_view(&pair, 0)->dials + hubpair_view(&pair, 1)->dials;
	assert_int_equal(addr_parse_prefix("192.0.2.0/24", &routes[1].dest), 0);
	pair.end[0].other.routes = routes;
	pair.end[0].other.route_count = 2;
	hub_put(pair.end[0].hub, &pair.end[0].other);
	hubpair_wait(&pair, knows_two_routes, &pair);
	assert_true(pair.end[1].routes >= 1);
	assert_int_equal(pair.end[1].downs, 0);
	assert_int_equal(hubpair_view(&pair, 0)->dials +
	    hubpair_view(&pair, 1)->dials, dials);
}

static bool
is_disabled(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 0)->state == PEERVIEW_DISABLED &&
	    hubpair_view(p, 1)->state != PEERVIEW_UP;
}

static void
who_is_disabled_is_not_let_in_until_he_is_enabled(void **state)
{
	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 1);
	pair.end[0].other.enabled = false;
	hub_put(pair.end[0].hub, &pair.end[0].other);
	hubpair_wait(&pair, is_disabled, &pair);
	pair.end[0].other.enabled = true;
	hub_put(pair.end[0].hub, &pair.end[0].other);
	hubpair_meet(&pair, 4);
	assert_true(hubpair_echo(&pair, 1, 1u << 20));
}

static void
a_connection_more_or_less_needs_no_new_session(void **state)
{
	(void)state;
	pair.end[0].other.connections = pair.end[1].other.connections = 2;
	hubpair_start(&pair);
	hubpair_meet(&pair, 2);
	for (int i = 0; i < 2; i++) {
		pair.end[i].other.connections = 6;
		hub_put(pair.end[i].hub, &pair.end[i].other);
	}
	hubpair_meet(&pair, 6);
	assert_int_equal(pair.end[0].downs + pair.end[1].downs, 0);
	assert_int_equal(hubpair_view(&pair, 0)->session.clears, 0);
}

static bool
have_forgotten(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 0)->state == PEERVIEW_UP &&
	    hubpair_view(p, 1)->state == PEERVIEW_UP &&
	    hubpair_view(p, 0)->history_count == 0 && p->end[0].ups == 2;
}

static bool
have_learnt(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 0)->history_count > 0;
}

static void
what_is_remembered_can_be_forgotten(void **state)
{
	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 1);
	assert_true(hubpair_echo(&pair, 0, 2u << 20));
	hubpair_wait(&pair, have_learnt, &pair);
	hub_forget(pair.end[0].hub, "");
	hubpair_wait(&pair, have_forgotten, &pair);
	assert_true(hubpair_echo(&pair, 0, 2u << 20));
	hubpair_wait(&pair, have_learnt, &pair);
}

/* ---- who comes in ---- */

static bool
was_refused(void *arg)
{
	const struct hubpair *p = arg;
	const struct hub_door_counts *c = hub_door_counts(p->end[1].hub);

	return c->refused[TUNNELTLS_STRANGER] > 0;
}

/* End 0 calls from an address that end 1 does not know. */
static void
move_away(void)
{
	static struct addr elsewhere;

	elsewhere = pair.end[0].at;
	elsewhere.octets[3] = 99;
	pair.end[0].other.locals = &elsewhere;
	/* Nor does end 1 find it, nor where it was. */
	pair.end[1].other.at.addr.octets[3] = 98;
}

static void
from_elsewhere_nobody_is_known(void **state)
{
	(void)state;
	move_away();
	hubpair_start(&pair);
	hubpair_wait(&pair, was_refused, &pair);
	assert_int_equal(hub_door_counts(pair.end[1].hub)->admitted, 0);
	assert_int_not_equal(hubpair_view(&pair, 0)->state, PEERVIEW_UP);
}

static void
behind_nat_a_pinned_certificate_says_who_it_is(void **state)
{
	(void)state;
	move_away();
	pair.end[1].door.allow_nat = true;
	pair.end[1].other.prints = tunneltls_own(pair.end[0].calls);
	pair.end[1].other.print_count = 1;
	hubpair_start(&pair);
	hubpair_meet(&pair, 1);
	assert_true(hubpair_echo(&pair, 1, 1u << 20));
	assert_memory_equal(&hubpair_view(&pair, 1)->print,
	    tunneltls_own(pair.end[0].calls), sizeof(struct tunneltls_print));
}

static bool
has_failed(void *arg)
{
	const struct hubpair *p = arg;

	return hubpair_view(p, 0)->refused[TUNNELTLS_PRINT_WRONG] > 0;
}

static void
who_is_called_has_to_be_the_one_that_is_pinned(void **state)
{
	static const struct tunneltls_print nobody = { .octets = { 1 } };

	(void)state;
	pair.end[0].other.prints = &nobody;
	pair.end[0].other.print_count = 1;
	hubpair_start(&pair);
	hubpair_wait(&pair, has_failed, &pair);
	assert_int_not_equal(hubpair_view(&pair, 0)->state, PEERVIEW_UP);
	assert_string_equal(hubpair_view(&pair, 0)->why,
	    tunneltls_refusal_texts[TUNNELTLS_PRINT_WRONG]);
}

static bool
is_distrusted(void *arg)
{
	const struct hubpair *p = arg;

	return hub_door_counts(p->end[1].hub)->refused[TUNNELTLS_EXPIRED] > 0 &&
	    hubpair_view(p, 0)->refused[TUNNELTLS_REFUSED_US] > 0;
}

static void
both_are_told_of_a_certificate_that_ran_out(void **state)
{
	const struct certs_wish w = { .name = "a", .from_s = -200,
	    .to_s = -100 };

	(void)state;
	certs_make(&pair.certs, &w);
	tunneltls_free(&pair.end[0].calls);
	pair.end[0].calls = certs_need(&pair.certs, "a", false);
	pair.end[0].other.tls = pair.end[0].calls;
	pair.end[1].other.tls = NULL;	/* it waits for the call */
	hubpair_start(&pair);
	hubpair_wait(&pair, is_distrusted, &pair);
	assert_int_not_equal(hubpair_view(&pair, 0)->state, PEERVIEW_UP);
	assert_non_null(strstr(hubpair_view(&pair, 0)->why, "our certificate"));
}

/* ---- the door ---- */

static void
what_cannot_be_opened_is_refused_before_it_counts(void **state)
{
	struct hub_door two = pair.end[0].door;
	struct err e = { .code = 0 };

	(void)state;
	hubpair_start(&pair);
	two.at[1] = pair.end[1].door.at[0];	/* end 1 has it */
	two.count = 2;
	assert_true(hub_prepare(pair.end[0].hub, &two, &e) < 0);
	assert_non_null(strstr(e.text, "4433"));
	two.at[1].port++;
	assert_int_equal(hub_prepare(pair.end[0].hub, &two, NULL), 0);
	assert_int_equal(hub_prepare(pair.end[0].hub, &two, NULL), 0);
	assert_int_equal(hub_listen(pair.end[0].hub, &two, NULL), 0);
	hubpair_meet(&pair, 4);
}

static bool
is_back(void *arg)
{
	const struct hubpair *p = arg;

	return hub_door_counts(p->end[1].hub)->admitted +
	    hub_door_counts(p->end[0].hub)->admitted >= 8 &&
	    hubpair_view(p, 0)->conns_up >= 4;
}

static void
other_certificates_at_the_door_are_asked_of_all(void **state)
{
	const struct certs_wish w = { .name = "b" };
	struct tunneltls *tls;

	(void)state;
	hubpair_start(&pair);
	hubpair_meet(&pair, 4);
	assert_int_equal(hub_listen(pair.end[1].hub, &pair.end[1].door, NULL),
	    0);
	certs_make(&pair.certs, &w);
	tls = certs_need(&pair.certs, "b", true);
	for (int i = 0; i < 2; i++) {
		pair.end[i].door.tls = tls;
		assert_int_equal(hub_listen(pair.end[i].hub,
		    &pair.end[i].door, NULL), 0);
	}
	hubpair_wait(&pair, is_back, &pair);
	tunneltls_free(&tls);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(octets_cross_and_come_back_right),
		TEST(a_site_that_begins_anew_is_met_again),
		TEST(routes_are_told_while_it_stands),
		TEST(who_is_disabled_is_not_let_in_until_he_is_enabled),
		TEST(a_connection_more_or_less_needs_no_new_session),
		TEST(what_is_remembered_can_be_forgotten),
		TEST(from_elsewhere_nobody_is_known),
		TEST(behind_nat_a_pinned_certificate_says_who_it_is),
		TEST(who_is_called_has_to_be_the_one_that_is_pinned),
		TEST(both_are_told_of_a_certificate_that_ran_out),
		TEST(what_cannot_be_opened_is_refused_before_it_counts),
		TEST(other_certificates_at_the_door_are_asked_of_all),
	};

	return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
