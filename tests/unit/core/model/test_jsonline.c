/* tests/unit/core/model/test_jsonline.c - core/model/jsonline.c, with jansson's
 * own writer beside it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "core/model/jsonline.h"

/* The line must be what jansson makes of it. Takes v. */
static void
same(json_t *v)
{
	char *want = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	struct strbuf b;

	assert_non_null(v);
	assert_non_null(want);
	strbuf_init(&b);
	jsonline_write(&b, (const struct json *)v);
	assert_string_equal(b.text, want);
	assert_int_equal(b.len, strlen(want));
	strbuf_fini(&b);
	free(want);
	json_decref(v);
}

static void
every_octet_of_a_text_is_written_as_jansson_does(void **state)
{
	char text[8] = "";

	(void)state;
	for (int c = 1; c < 0x80; c++) {
		text[0] = (char)c;
		same(json_string(text));
		text[0] = 'a';
		text[1] = (char)c;
		text[2] = 'b';
		same(json_string(text));
		text[1] = text[2] = '\0';
	}
	same(json_string(""));
	same(json_string("\"\\\"\\/\b\f\n\r\t\x01\x1f\x7f"));
	same(json_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
	same(json_stringn("a\0b", 3));
}

static void
numbers_at_their_ends_and_words(void **state)
{
	static const json_int_t ints[] = { 0, 1, -1, 9, 10, -10, INT32_MIN,
	    INT64_MAX, INT64_MIN, INT64_MIN + 1 };
	static const double reals[] = { 0, -0.0, 0.1, 1, -1e300, 1e-300, 1e17,
	    123456789.125, DBL_MAX, DBL_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
		same(json_integer(ints[i]));
	for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++)
		same(json_real(reals[i]));
	same(json_true());
	same(json_false());
	same(json_null());
}

static void
what_is_empty_and_what_holds_one(void **state)
{
	(void)state;
	same(json_object());
	same(json_array());
	same(json_pack("{s:{},s:[]}", "a", "b"));
	same(json_pack("[[],{},[[]],[{}]]"));
	same(json_pack("{s:{s:{s:[i]}}}", "a\"b", "c", "", 1));
}

static struct rand source;

static json_t *
any_value(unsigned depth)
{
	unsigned kind = rand_below(&source, depth < 6 ? 8 : 6);
	json_t *v;
	char key[8] = "k0";

	switch (kind) {
	case 0: return json_integer((json_int_t)rand_u64(&source));
	case 1: return json_real((double)rand_below(&source, 1000000) / 64);
	case 2: return json_string(rand_below(&source, 2) ? "plain" : "\x02\"\\\n\xc3\xbc");
	case 3: return json_true();
	case 4: return json_false();
	case 5: return json_null();
	case 6:
		v = json_array();
		for (uint32_t n = rand_below(&source, 5); n > 0; n--)
			json_array_append_new(v, any_value(depth + 1));
		return v;
	default:
		v = json_object();
		for (uint32_t n = rand_below(&source, 5); n > 0; n--) {
			key[1] = (char)('0' + rand_below(&source, 10));
			json_object_set_new(v, key, any_value(depth + 1));
		}
		return v;
	}
}

static void
random_documents_come_out_as_jansson_has_them(void **state)
{
	(void)state;
	rand_seed_from(&source, 15);
	for (int i = 0; i < 2000; i++)
		same(any_value(0));
}

static void
it_is_added_to_what_the_buffer_holds(void **state)
{
	json_t *v = json_pack("[i]", 7);
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, "data: ");
	jsonline_write(&b, (const struct json *)v);
	assert_string_equal(b.text, "data: [7]");
	strbuf_fini(&b);
	json_decref(v);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_octet_of_a_text_is_written_as_jansson_does),
		cmocka_unit_test(numbers_at_their_ends_and_words),
		cmocka_unit_test(what_is_empty_and_what_holds_one),
		cmocka_unit_test(random_documents_come_out_as_jansson_has_them),
		cmocka_unit_test(it_is_added_to_what_the_buffer_holds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
