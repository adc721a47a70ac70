/* tests/unit/gtmd/companion/test_companion_eip.c - what etheripd is asked, and what it
 * answers. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/json.h"
#include "gtmd/companion/companion_eip.h"

#define URL	"https://localhost/mgmt/tm/net/tunnels/tunnel/~Common~"
#define TUNNEL(name, state, group, why)					\
	"\"" URL name "/stats\":{\"nestedStats\":{\"entries\":{"		\
	"\"status.availabilityState\":{\"description\":\"" state "\"},"	\
	"\"status.statusReason\":{\"description\":\"" why "\"},"		\
	"\"vlanGroup\":{\"description\":\"" group "\"}}}}"
#define PAGE(text)	"{\"kind\":\"x\",\"entries\":{" text "}}"

static void
expect_ready(const char *text, const char *group, int code, const char *why)
{
	struct json *j = json_literal(text);
	struct err e = { 0 };

	assert_int_equal(companion_eip_read_ready(j, group, &e), code);
	assert_string_equal(e.text, code != 0 ? why : "");
	json_free(&j);
}

static void
a_tunnel_of_the_group_has_to_be_up(void **state)
{
	(void)state;
	expect_ready(PAGE(""), NULL, ERR_REF, "etheripd has no tunnel");
	expect_ready("{}", "vg", ERR_REF, "etheripd has no tunnel in vlan-group vg");
	expect_ready(PAGE(TUNNEL("eip", "available", "/Common/vg", "")), "vg", 0,
	    NULL);
	expect_ready(PAGE(TUNNEL("eip", "unknown", "/Common/vg", "")),
	    "/Common/vg", 0, NULL);
	expect_ready(PAGE(TUNNEL("eip", "available", "/Common/vg", "")), "other",
	    ERR_REF, "etheripd has no tunnel in vlan-group other");
	expect_ready(PAGE(TUNNEL("eip", "offline", "/Common/vg", "BFD is down")),
	    NULL, ERR_IO, "tunnel /Common/eip is offline: BFD is down");
	expect_ready(PAGE(TUNNEL("a", "offline", "/Common/vg", "no route") ","
	    TUNNEL("b", "available", "/Common/vg", "")), "vg", 0, NULL);
}

static void
expect_ask(struct companion_ask *a, const char *method, const char *path,
    const char *body)
{
	assert_string_equal(a->method, method);
	assert_string_equal(a->path, path);
	if (body == NULL)
		assert_null(a->body);
	else
		assert_string_equal(a->body, body);
	companion_ask_fini(a);
}

static void
a_station_is_asked_about(void **state)
{
	static const char *const addresses[] = { "10.133.63.50", "2001:db8::50" };
	const struct companion_eip_station all = { "02:00:00:00:00:50",
	    "/Common/vg", addresses, 2 }, bare = { .mac = "02:00:00:00:00:50" };
	struct companion_ask a;

	(void)state;
	companion_eip_freeze(&a, &all, 1500 * CLOCK_MS);
	expect_ask(&a, "POST", "/mgmt/tm/net/freeze",
	    "{\"station\":\"02:00:00:00:00:50\",\"vlanGroup\":\"/Common/vg\","
	    "\"addresses\":[\"10.133.63.50\",\"2001:db8::50\"],\"timeout\":1500,"
	    "\"hold\":true}");
	companion_eip_thaw(&a, &bare);
	expect_ask(&a, "POST", "/mgmt/tm/net/thaw",
	    "{\"station\":\"02:00:00:00:00:50\"}");
	companion_eip_move(&a, &all);
	expect_ask(&a, "POST", "/mgmt/tm/net/move",
	    "{\"station\":\"02:00:00:00:00:50\",\"vlanGroup\":\"/Common/vg\","
	    "\"to\":\"local\"}");
	companion_eip_where(&a, &all);
	expect_ask(&a, "GET", "/mgmt/tm/net/where?station=02:00:00:00:00:50"
	    "&vlanGroup=/Common/vg", NULL);
	companion_eip_ready(&a);
	expect_ask(&a, "GET", "/mgmt/tm/net/tunnels/tunnel/stats", NULL);
}

static void
expect_where(const char *text, int code, enum companion_eip_place place)
{
	struct json *j = json_literal(text);
	struct companion_eip_where w;
	struct err e = { 0 };

	assert_int_equal(companion_eip_read_where(j, &w, &e), code);
	assert_int_equal(w.place, place);
	json_free(&j);
}

static void
a_place_is_read(void **state)
{
	(void)state;
	expect_where("{\"items\":[]}", 0, COMPANION_EIP_UNKNOWN);
	expect_where("{\"items\":[{\"where\":\"unknown\"}]}", 0,
	    COMPANION_EIP_UNKNOWN);
	expect_where("{\"items\":[{\"where\":\"unknown\"},{\"where\":\"local\","
	    "\"moves\":3}]}", 0, COMPANION_EIP_LOCAL);
	expect_where("{\"items\":[{\"where\":\"remote\",\"tunnel\":\"t\"}]}", 0,
	    COMPANION_EIP_REMOTE);
	expect_where("{\"items\":[{}]}", ERR_PARSE, COMPANION_EIP_UNKNOWN);
	expect_where("{\"items\":7}", ERR_PARSE, COMPANION_EIP_UNKNOWN);
	expect_where("{}", ERR_PARSE, COMPANION_EIP_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tunnel_of_the_group_has_to_be_up),
		cmocka_unit_test(a_station_is_asked_about),
		cmocka_unit_test(a_place_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
