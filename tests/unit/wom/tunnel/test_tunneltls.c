/* tests/unit/wom/tunnel/test_tunneltls.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "tests/unit/wom/tunnel/handshake.h"

static struct certs certs;

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	return 0;
}

static int
end(void **state)
{
	(void)state;
	certs_fini(&certs);
	return 0;
}

/* ---- files ---- */

static void
what_is_wrong_with_files_is_said(void **state)
{
	char a[CERTS_PATH], key[CERTS_PATH], other[CERTS_PATH], ca[CERTS_PATH],
	    none[CERTS_PATH];
	const char *cert = certs_path(&certs, "a.pem", a);
	const char *its = certs_path(&certs, "a.key", key);
	const struct {
		struct tunneltls_config c;
		const char *want;
	} rows[] = {
		{ { .cert = cert, .key = its }, "nobody" },
		{ { .cert = cert, .key = certs_path(&certs, "b.key", other),
		    .ca_file = certs_path(&certs, "ca.pem", ca) },
		  "does not belong" },
		{ { .cert = certs_path(&certs, "none", none), .key = its,
		    .ca_file = ca }, "cert: " },
		{ { .cert = its, .key = its, .ca_file = ca },
		  "no certificate" },
		{ { .cert = cert, .key = cert, .ca_file = ca },
		  "no private key" },
		{ { .cert = cert, .key = its, .ca_file = its },
		  "ca-file: " },
		{ { .cert = cert, .key = its, .ca_file = ca,
		    .crl_file = cert }, "crl-file: " },
		{ { .cert = "/dev/zero", .key = its, .ca_file = ca },
		  "it is no file" },
		{ { .ca_file = ca }, "there is no cert" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct err e = { .code = 0 };
		const char *want = i == 0 ? "no peer would be trusted" :
		    rows[i].want;

		assert_null(tunneltls_new(&rows[i].c, &e));
		if (e.code >= 0 || strstr(e.text, want) == NULL)
			fail_msg("row %zu: %s", i, e.text);
	}
}

static void
the_same_files_and_rules_are_equal(void **state)
{
	struct tunneltls *one = certs_need(&certs, "a", true);
	struct tunneltls *same = certs_need(&certs, "a", true);
	struct tunneltls *calls = certs_need(&certs, "a", false);
	struct tunneltls *other = certs_need(&certs, "b", true);

	(void)state;
	assert_true(tunneltls_equal(one, same));
	assert_false(tunneltls_equal(one, calls));
	assert_false(tunneltls_equal(one, other));
	tunneltls_free(&same);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	same = certs_need(&certs, "a", true);
	assert_false(tunneltls_equal(one, same));
	tunneltls_free(&one);
	tunneltls_free(&same);
	tunneltls_free(&calls);
	tunneltls_free(&other);
}

/* ---- who is believed ---- */

/* A calls b, each with TLS of its own. */
struct meeting {
	const char *what;
	struct certs_wish caller;	/* a name of its own */
	struct tunneltls_config calls, called;	/* beside the certificate */
	bool	own_ca;			/* that the called one trusts; else ours */
	enum tunneltls_refusal caller_sees, called_sees;
};

static void
meet(const struct meeting *m)
{
	struct tunneltls_config calls = m->calls, called = m->called;
	struct handshake h;
	struct err e = { .code = 0 };
	char ca[CERTS_PATH];

	certs_make(&certs, &m->caller);
	calls.ca_file = certs_path(&certs, "ca.pem", ca);
	if (called.print_count == 0)
		called.ca_file = calls.ca_file;
	called.server = true;
	handshake_init(&h, certs_tls(&certs, m->caller.name, &calls, &e),
	    certs_tls(&certs, "b", &called, &e));
	assert_int_equal(e.code, 0);
	handshake_run(&h);
	if (h.end[0].refusal != m->caller_sees ||
	    h.end[1].refusal != m->called_sees)
		fail_msg("%s: caller: %s (%s), called: %s (%s)", m->what,
		    tunneltls_refusal_names[h.end[0].refusal], h.end[0].why,
		    tunneltls_refusal_names[h.end[1].refusal], h.end[1].why);
	handshake_fini(&h);
}

static void
each_doubt_has_its_reason(void **state)
{
	char crl[CERTS_PATH];
	const struct tunneltls_print nobody = { .octets = { 1 } };
	long revoked = certs_make(&certs, &(struct certs_wish){
	    .name = "gone" });
	const struct meeting rows[] = {
		{ .what = "all is well", .caller = { .name = "fine" } },
		{ .what = "expired",
		  .caller = { .name = "old", .from_s = -200, .to_s = -100 },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_EXPIRED },
		{ .what = "early",
		  .caller = { .name = "young", .from_s = 500, .to_s = 1000 },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_EARLY },
		{ .what = "of another authority",
		  .caller = { .name = "self", .self_signed = true },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_UNTRUSTED },
		{ .what = "wrong name", .caller = { .name = "fine" },
		  .calls = { .name = "c" },
		  .caller_sees = TUNNELTLS_NAME,
		  .called_sees = TUNNELTLS_REFUSED_US },
		{ .what = "right name", .caller = { .name = "fine" },
		  .calls = { .name = "b", .sni = "b" } },
		{ .what = "no fingerprint of ours",
		  .caller = { .name = "fine" },
		  .called = { .prints = &nobody, .print_count = 1 },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_PRINT_WRONG },
		{ .what = "not revoked", .caller = { .name = "fine" },
		  .called = { .crl_file = certs_path(&certs, "crl.pem",
		      crl) } },
	};

	(void)state;
	certs_revoke(&certs, revoked, 1000);
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		meet(&rows[i]);
}

static void
who_is_revoked_is_refused_and_so_is_an_old_list(void **state)
{
	char crl[CERTS_PATH];
	const struct meeting rows[] = {
		{ .what = "revoked", .caller = { .name = "next" },
		  .called = { .crl_file = certs_path(&certs, "crl.pem", crl) },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_REVOKED },
		{ .what = "old list", .caller = { .name = "next" },
		  .called = { .crl_file = crl },
		  .caller_sees = TUNNELTLS_REFUSED_US,
		  .called_sees = TUNNELTLS_CRL },
	};

	(void)state;
	certs_revoke(&certs, certs.serial + 1, 1000);
	meet(&rows[0]);
	certs_revoke(&certs, 0, -30);
	meet(&rows[1]);
}

static void
a_fingerprint_is_enough_where_it_is_asked_for(void **state)
{
	struct tunneltls *self;
	struct tunneltls_print print;
	char ca[CERTS_PATH];
	struct err e = { .code = 0 };
	struct tunneltls_config calls = { .ca_file = certs_path(&certs,
	    "ca.pem", ca) }, called = { .server = true, .print_count = 1 };
	struct handshake h;

	(void)state;
	certs_make(&certs, &(struct certs_wish){ .name = "self",
	    .self_signed = true });
	self = certs_tls(&certs, "self", &calls, &e);
	assert_non_null(self);
	print = *tunneltls_own(self);
	called.prints = &print;
	handshake_init(&h, self, certs_tls(&certs, "b", &called, &e));
	handshake_run(&h);
	assert_int_equal(h.end[0].refusal, TUNNELTLS_NONE);
	assert_int_equal(h.end[1].refusal, TUNNELTLS_NONE);
	assert_memory_equal(tunnelwire_print(h.end[1].wire), &print,
	    sizeof(print));
	assert_string_equal(tunnelwire_subject(h.end[1].wire), "/CN=self");
	handshake_fini(&h);
}

/* ---- who speaks something else ---- */

static void
others_get_an_alert_and_are_told_apart(void **state)
{
	struct handshake h;

	(void)state;
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	assert_int_equal(handshake_stranger(&h, "h2"),
	    TUNNELTLS_NOT_OURS);
	handshake_fini(&h);
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	assert_int_equal(handshake_stranger(&h, NULL),
	    TUNNELTLS_NOT_OURS);
	handshake_fini(&h);
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	assert_int_equal(handshake_says(&h, "GET / HTTP/1.1\r\n\r\n"),
	    TUNNELTLS_NOT_TLS);
	handshake_fini(&h);
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	assert_int_equal(handshake_says(&h, ""), TUNNELTLS_CLOSED);
	handshake_fini(&h);
}

static void
who_shows_no_certificate_is_absent(void **state)
{
	struct handshake h;

	(void)state;
	handshake_init(&h, certs_need(&certs, "a", false),
	    certs_need(&certs, "b", true));
	assert_int_equal(handshake_stranger(&h, TUNNELTLS_ALPN),
	    TUNNELTLS_ABSENT);
	handshake_fini(&h);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_wrong_with_files_is_said),
		TEST(the_same_files_and_rules_are_equal),
		TEST(each_doubt_has_its_reason),
		TEST(who_is_revoked_is_refused_and_so_is_an_old_list),
		TEST(a_fingerprint_is_enough_where_it_is_asked_for),
		TEST(others_get_an_alert_and_are_told_apart),
		TEST(who_shows_no_certificate_is_absent),
	};

	return cmocka_run_group_tests_name("tunneltls", tests, NULL, NULL);
}
