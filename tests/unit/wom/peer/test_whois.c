/* tests/unit/wom/peer/test_whois.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/peer/whois.h"

static const struct tunneltls_print one = { .octets = { 1 } };
static const struct tunneltls_print two = { .octets = { 2 } };
static const struct tunneltls_print three = { .octets = { 3 } };

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

/* Peer i at 192.0.2.(i + 1). */
static struct peersetup
peer(unsigned i, const struct tunneltls_print *pinned)
{
	struct peersetup s = { .enabled = true, .prints = pinned,
	    .print_count = pinned != NULL };

	s.at.addr = at("192.0.2.1");
	s.at.addr.octets[3] = (uint8_t)(i + 1);
	return s;
}

static void
who_it_is_must_be_certain(void **state)
{
	/* 0: by address. 1: pinned to one. 2 and 3: pinned to two, both.
	 * 4: was seen with three. 5: disabled. */
	const struct peersetup setups[] = {
		peer(0, NULL), peer(1, &one), peer(2, &two), peer(3, &two),
		peer(4, NULL), peer(5, NULL),
	};
	struct whois_peer peers[OBJ_COUNT(setups)];
	struct peersetup disabled = setups[5];
	static const struct {
		const char *from;
		const struct tunneltls_print *print;
		bool	nat;
		int	want;
		enum tunneltls_refusal why;
	} rows[] = {
		{ "192.0.2.1", &three, false, 0, TUNNELTLS_NONE },
		{ "192.0.2.1", &one, true, 0, TUNNELTLS_NONE },
		{ "192.0.2.2", &one, false, 1, TUNNELTLS_NONE },
		{ "192.0.2.2", &three, false, -1, TUNNELTLS_PRINT_WRONG },
		{ "192.0.2.2", &three, true, 4, TUNNELTLS_NONE },
		{ "192.0.2.3", &two, true, 2, TUNNELTLS_NONE },
		{ "192.0.2.9", &one, true, 1, TUNNELTLS_NONE },
		{ "192.0.2.9", &one, false, -1, TUNNELTLS_STRANGER },
		{ "192.0.2.9", &two, true, -1, TUNNELTLS_AMBIGUOUS },
		{ "192.0.2.9", &three, true, 4, TUNNELTLS_NONE },
		{ "192.0.2.6", &three, false, -1, TUNNELTLS_STRANGER },
		{ "2001:db8::1", &two, false, -1, TUNNELTLS_STRANGER },
	};

	(void)state;
	disabled.enabled = false;
	for (size_t i = 0; i < OBJ_COUNT(setups); i++)
		peers[i] = (struct whois_peer){ .setup = &setups[i] };
	peers[4].seen = &three;
	peers[5].setup = &disabled;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct addr from = at(rows[i].from);
		enum tunneltls_refusal why = TUNNELTLS_NONE;
		int got = whois_find(peers, OBJ_COUNT(peers), &from,
		    rows[i].print, rows[i].nat, &why);

		if (got != rows[i].want || (got < 0 && why != rows[i].why))
			fail_msg("row %zu: %d, %s", i, got,
			    tunneltls_refusal_names[why]);
	}
	assert_int_equal(whois_find(NULL, 0, &setups[0].at.addr, &one, true,
	    &(enum tunneltls_refusal){ 0 }), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_it_is_must_be_certain),
	};

	return cmocka_run_group_tests_name("whois", tests, NULL, NULL);
}
