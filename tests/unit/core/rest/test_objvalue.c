/* tests/unit/core/rest/test_objvalue.c - single values, by the kind of their row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/objvalue.h"

struct thing {
	struct object	 obj;
	uint32_t	 count, bits;
	uint64_t	 size;
	bool		 enabled;
};

static const char *const bit_names[] = { "red", "green", "blue", NULL };

enum { COUNT, SIZE, GONE, STATE, BITS };
static const struct prop props[] = {
	[COUNT] = { .name = "count", .kind = PROP_U32,
	  .off = offsetof(struct thing, count), .max = UINT32_MAX },
	[SIZE] = { .name = "size", .kind = PROP_U64,
	  .off = offsetof(struct thing, size), .max = INT64_MAX },
	[GONE] = { .name = "gone", .kind = PROP_U32, .dflt = "17",
	  .refused = "it is not done here" },
	[STATE] = { .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct thing, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled" },
	[BITS] = { .name = "bits", .kind = PROP_BITS,
	  .off = offsetof(struct thing, bits), .names = bit_names },
	{ .name = NULL }
};

static const struct type thing_type = {
	.words = "test thing", .title = "Thing", .naming = TYPE_NAMED,
	.size = sizeof(struct thing), .props = props, .help = "a thing",
};

static void
each_kind_has_its_form(void **state)
{
	struct object *o = object_new(&thing_type, "/Common/t");
	struct thing *t = (struct thing *)o;
	struct json *j = json_new_object();
	char *text;

	(void)state;
	t->count = UINT32_MAX;
	t->size = INT64_MAX;
	t->bits = 5;
	t->enabled = false;
	objvalue_put_number(j, "count", &props[COUNT], o);
	objvalue_put_number(j, "size", &props[SIZE], o);
	objvalue_put_number(j, "gone", &props[GONE], o);
	objvalue_put_state(j, &props[STATE], o);
	objvalue_put_bits(j, "bits", &props[BITS], o);
	objvalue_put_formatted(j, "text", &props[COUNT], o);
	text = json_line(j);
	assert_string_equal(text, "{\"count\":4294967295,"
	    "\"size\":9223372036854775807,\"gone\":17,\"disabled\":true,"
	    "\"bits\":[\"red\",\"blue\"],\"text\":\"4294967295\"}");
	free(text);
	json_free(&j);
	object_unref(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
