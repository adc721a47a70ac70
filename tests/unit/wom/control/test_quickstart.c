/* tests/unit/wom/control/test_quickstart.c - what the words stand for, and that
 * nothing else can be said by them. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "tests/unit/core/model/confkit.h"
#include "wom/control/quickstart.h"
#include "wom/types/wom.h"

#define MUST	"\"wanSelfIp\":\"192.0.2.1\",\"cert\":\"/c.pem\","	\
	"\"key\":\"/k.pem\",\"caFile\":\"/ca.pem\""

static int
quick(struct strbuf *b, const char *body, struct err *e)
{
	struct json *j = json_parse(body, strlen(body), e);
	int rc;

	assert_non_null(j);
	strbuf_init(b);
	rc = quickstart_write(b, j, e);
	json_free(&j);
	return rc;
}

/* It is a configuration without findings. */
static void
the_text_is_a_good_configuration(void **state)
{
	static const char *const bodies[] = {
		"{" MUST "}",
		"{" MUST ",\"lanVlans\":[\"eth1\",\"eth2\"],\"wanVlans\":"
		"\"eth0\",\"advertisedRoutes\":[\"10.1.0.0/24\","
		"\"2001:db8::/32\"],\"remoteEndpoints\":[\"192.0.2.2\"],"
		"\"applications\":[\"vmware-vmotion\",\"any\"],\"discovery\":"
		"\"enabled\",\"deduplication\":\"disabled\",\"chain\":"
		"\"/chain.pem\"}",
	};
	struct err e = { 0 };
	struct confkit c;
	struct strbuf b;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bodies); i++) {
		if (quick(&b, bodies[i], &e) != 0)
			fail_msg("%s", e.text);
		confkit_open_clean(&c, &wom_schema, b.text);
		confkit_close(&c);
		strbuf_fini(&b);
	}
}

static void
what_is_missing_or_no_word_is_told(void **state)
{
	static const struct {
		const char *body, *said;
	} row[] = {
		{ "{}", "wan-self-ip" }, { "{}", "cert:" }, { "{}", "key:" },
		{ "{}", "ca-file or peer-fingerprints" },
		{ "{" MUST ",\"colour\":\"red\"}", "colour: unknown" },
		{ "{" MUST ",\"chain\":[\"a\"]}", "chain: one word" },
		{ "{" MUST ",\"lanVlans\":\"a }\"}", "lanVlans: a word" },
		{ "{" MUST ",\"lanVlans\":[\"a\",\"b\\n\"]}", "lanVlans" },
		{ "{" MUST ",\"lanVlans\":[5]}", "lanVlans" },
		{ "{" MUST ",\"applications\":\"x { }\"}", "applications" },
		{ "{" MUST ",\"discovery\":\"maybe\"}", "discovery" },
	};
	struct strbuf b;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct err e = { 0 };

		if (quick(&b, row[i].body, &e) == 0 ||
		    strstr(e.text, row[i].said) == NULL)
			fail_msg("%s: %s", row[i].body, e.text);
		assert_int_equal(b.len, 0);
		strbuf_fini(&b);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_a_good_configuration),
		cmocka_unit_test(what_is_missing_or_no_word_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
