/* tests/unit/admin/shell/test_listing.c - configuration text, in part or on one line.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/shell/listing.h"
#include "core/base/strbuf.h"

static const char text[] =
    "gtm pool a /Common/p {\n"
    "    disabled\n"
    "    members {\n"
    "        /Common/s:v {\n"
    "            ttl 1\n"
    "        }\n"
    "    }\n"
    "    ttl 15\n"
    "}\n"
    "gtm pool a /Common/q { }\n"
    "gtm monitor http \"/Common/a b\" {\n"
    "    send \"GET {\\r\\n\"\n"
    "}\n";

static void
select_keeps_stanzas_and_the_lines_asked_for(void **state)
{
	static const char *const names[] = { "ttl", "send" };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	listing_select(&b, text, names, 2);
	assert_string_equal(b.text,
	    "gtm pool a /Common/p {\n"
	    "    ttl 15\n"
	    "}\n"
	    "gtm pool a /Common/q { }\n"
	    "gtm monitor http \"/Common/a b\" {\n"
	    "    send \"GET {\\r\\n\"\n"
	    "}\n");
	strbuf_fini(&b);
}

static void
select_keeps_blocks_whole(void **state)
{
	static const char *const names[] = { "members" };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	listing_select(&b, text, names, 1);
	assert_string_equal(b.text,
	    "gtm pool a /Common/p {\n"
	    "    members {\n"
	    "        /Common/s:v {\n"
	    "            ttl 1\n"
	    "        }\n"
	    "    }\n"
	    "}\n"
	    "gtm pool a /Common/q { }\n"
	    "gtm monitor http \"/Common/a b\" {\n"
	    "}\n");
	strbuf_fini(&b);
}

static void
one_line_has_an_object_a_line(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	listing_one_line(&b, text);
	assert_string_equal(b.text,
	    "gtm pool a /Common/p { disabled members { /Common/s:v { ttl 1 } } "
	    "ttl 15 }\n"
	    "gtm pool a /Common/q { }\n"
	    "gtm monitor http \"/Common/a b\" { send \"GET {\\r\\n\" }\n");
	strbuf_clear(&b);
	listing_one_line(&b, "");
	assert_int_equal(b.len, 0);
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(select_keeps_stanzas_and_the_lines_asked_for),
		cmocka_unit_test(select_keeps_blocks_whole),
		cmocka_unit_test(one_line_has_an_object_a_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
