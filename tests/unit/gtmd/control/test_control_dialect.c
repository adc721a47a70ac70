/* tests/unit/gtmd/control/test_control_dialect.c - what REST calls otherwise than the
 * property tables: addresses of servers, translations, two fallback addresses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/control/control_dialect.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"

/* A value given as text: 1 taken, 0 the table's business, or an error. */
static int
take(struct object *o, const char *key, const char *value, struct err *e)
{
	/* A document is an object or an array. */
	char *text = mem_printf("[%s]", value);
	struct json *j = json_parse(text, strlen(text), e);
	int rc;

	assert_non_null(j);
	rc = restdialect_find(control_dialect, o->type)->take(o, key,
	    json_item(j, 0), e);
	json_free(&j);
	free(text);
	return rc;
}

/* What is shown beside the table's rows; freed by the caller. */
static char *
shown(const struct object *o)
{
	struct json *j = json_new_object();
	char *line;

	restdialect_find(control_dialect, o->type)->show(o, j);
	line = json_line(j);
	json_free(&j);
	return line;
}

static void
expect_shown(const struct object *o, const char *want)
{
	char *line = shown(o);

	assert_string_equal(line, want);
	free(line);
}

/* ---- servers ---- */

#define ONE	"{\"name\":\"192.0.2.1\",\"deviceName\":\"d1\","	\
		"\"translation\":\"none\"}"
#define TWO	"{\"name\":\"192.0.2.2\",\"deviceName\":\"d1\","	\
		"\"translation\":\"none\"}"
#define THREE	"{\"name\":\"192.0.2.3\",\"deviceName\":\"d2\","	\
		"\"translation\":\"none\"}"

static void
addresses_of_all_devices_are_one_list_and_back(void **state)
{
	struct object *o = object_new(&server_type, "/Common/s");
	const struct server *s = (const struct server *)o;
	struct err e = { 0 };

	(void)state;
	expect_shown(o, "{}");
	assert_int_equal(take(o, "addresses", "[" ONE "," TWO "," THREE "]",
	    &e), 1);
	assert_int_equal(s->devices.count, 2);
	assert_true(object_has(o, "devices"));
	expect_shown(o, "{\"addresses\":[" ONE "," TWO "," THREE "]}");
	object_unref(&o);
}

/* A device that is left without any goes; the other one keeps what else is
 * known of it. */
static void
a_new_list_says_all_addresses_there_are(void **state)
{
	struct object *o = object_new(&server_type, "/Common/s");
	const struct server *s = (const struct server *)o;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(take(o, "addresses", "[" ONE "," THREE "]", &e), 1);
	assert_int_equal(prop_set(prop_find(server_device_type.props,
	    "description", NULL), s->devices.v[0], "kept", &e), 0);
	assert_int_equal(take(o, "addresses", "[" TWO "]", &e), 1);
	assert_int_equal(s->devices.count, 1);
	assert_string_equal(((const struct server_device *)s->devices.v[0])->
	    description, "kept");
	expect_shown(o, "{\"addresses\":[" TWO "]}");
	assert_int_equal(take(o, "addresses", "[]", &e), 1);
	expect_shown(o, "{}");
	object_unref(&o);
}

static void
a_device_without_a_name_is_called_by_its_address(void **state)
{
	struct object *o = object_new(&server_type, "/Common/s");
	struct err e = { 0 };

	(void)state;
	assert_int_equal(take(o, "addresses", "[{\"name\":\"192.0.2.9\"}]",
	    &e), 1);
	expect_shown(o, "{\"addresses\":[{\"name\":\"192.0.2.9\","
	    "\"deviceName\":\"192.0.2.9\",\"translation\":\"none\"}]}");
	object_unref(&o);
}

/* ---- single values ---- */

struct value_case {
	const struct type *type;
	const char	*key, *value;
	int		 want;		/* 1, 0, or the code */
	const char	*says;		/* of an error */
};

static void
values_are_taken_left_or_refused(void **state)
{
	static const struct value_case cases[] = {
		{ &server_type, "product", "\"bigip\"", 0, NULL },
		{ &server_type, "addresses", "\"192.0.2.1\"", ERR_PARSE,
		  "a list of objects" },
		{ &server_type, "addresses", "[{\"deviceName\":\"d\"}]",
		  ERR_PARSE, "name must be given" },
		{ &server_type, "addresses", "[{\"name\":\"192.0.2.1\","
		  "\"translation\":\"192.0.2.2\"}]", ERR_UNSUPPORTED,
		  "not supported yet: addresses: translation" },
		{ &server_type, "addresses", "[{\"name\":\"192.0.2.1\","
		  "\"translation\":\"::\"}]", 1, NULL },
		{ &server_vs_type, "translationAddress", "\"none\"", 1, NULL },
		{ &server_vs_type, "translationAddress", "\"any6\"", 1, NULL },
		{ &server_vs_type, "translationAddress", "\"192.0.2.1\"", 0,
		  NULL },
		{ &server_vs_type, "translationPort", "\"any\"", 1, NULL },
		{ &server_vs_type, "translationPort", "80", 0, NULL },
		{ &server_vs_type, "destination", "\"192.0.2.1:80\"", 0, NULL },
		{ &pool_type_a, "fallbackIp", "\"192.0.2.1\"", 0, NULL },
		{ &pool_type_a, "fallbackIpv4", "\"192.0.2.1\"", 1, NULL },
		{ &pool_type_a, "fallbackIpv6", "\"192.0.2.1\"", 1, NULL },
		{ &pool_type_a, "fallbackIpv6", "\"::\"", 1, NULL },
		{ &pool_type_a, "fallbackIpv4", "\"2001:db8::1\"", ERR_RANGE,
		  "is not an IPv4 address" },
		{ &pool_type_a, "fallbackIpv4", "\"host\"", ERR_RANGE,
		  "fallbackIpv4: \"host\" is not an IPv4 address" },
		{ &pool_type_aaaa, "fallbackIpv6", "\"2001:db8::1\"", 1, NULL },
		{ &pool_type_aaaa, "fallbackIpv4", "\"192.0.2.1\"", ERR_RANGE,
		  "is not an IPv6 address" },
		/* What the table refuses is refused by any name. */
		{ &pool_type_a, "fallbackIpv4", "\"224.0.0.1\"", ERR_RANGE,
		  "fallback-ip" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		const struct value_case *k = &cases[i];
		struct object *o = object_new(k->type, "x");
		struct err e = { 0 };
		int rc = take(o, k->key, k->value, &e);

		if (rc != k->want)
			fail_msg("%s %s: %d, not %d: %s", k->key, k->value, rc,
			    k->want, e.text);
		if (k->says != NULL && strstr(e.text, k->says) == NULL)
			fail_msg("%s %s: %s", k->key, k->value, e.text);
		object_unref(&o);
	}
}

static void
the_address_of_the_pools_family_counts(void **state)
{
	struct object *o = object_new(&pool_type_a, "/Common/p");
	const struct pool *p = (const struct pool *)o;
	char text[ADDR_TEXT_MAX];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(take(o, "fallbackIpv6", "\"192.0.2.7\"", &e), 1);
	assert_string_equal(addr_format(&p->rare->fallback_ip, text), "192.0.2.7");
	assert_int_equal(take(o, "fallbackIpv4", "\"any\"", &e), 1);
	assert_string_equal(addr_format(&p->rare->fallback_ip, text), "192.0.2.7");
	object_unref(&o);
}

static void
a_virtual_server_says_that_nothing_is_translated(void **state)
{
	struct object *o = object_new(&server_vs_type, "v");

	(void)state;
	expect_shown(o, "{\"explicitLinkName\":\"none\","
	    "\"translationAddress\":\"none\"}");
	object_unref(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    addresses_of_all_devices_are_one_list_and_back),
		cmocka_unit_test(a_new_list_says_all_addresses_there_are),
		cmocka_unit_test(
		    a_device_without_a_name_is_called_by_its_address),
		cmocka_unit_test(values_are_taken_left_or_refused),
		cmocka_unit_test(the_address_of_the_pools_family_counts),
		cmocka_unit_test(
		    a_virtual_server_says_that_nothing_is_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
