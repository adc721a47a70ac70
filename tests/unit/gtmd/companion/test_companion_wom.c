/* tests/unit/gtmd/companion/test_companion_wom.c - what womd is asked, and what it
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
#include "gtmd/companion/companion_wom.h"

#define URL	"https://localhost/mgmt/tm/wom/remote-endpoint/~Common~"
#define ENDPOINT(name, state, why)					\
	"\"" URL name "/stats\":{\"nestedStats\":{\"entries\":{"		\
	"\"status.availabilityState\":{\"description\":\"" state "\"},"	\
	"\"status.statusReason\":{\"description\":\"" why "\"}}}}"
#define PAGE(text)	"{\"entries\":{" text "}}"

static void
expect_ready(const char *text, int code, const char *why)
{
	struct json *j = json_literal(text);
	struct err e = { 0 };

	assert_int_equal(companion_wom_read_ready(j, &e), code);
	assert_string_equal(e.text, code != 0 ? why : "");
	json_free(&j);
}

static void
one_endpoint_has_to_be_there(void **state)
{
	(void)state;
	expect_ready("{}", ERR_REF, "womd has no remote endpoint");
	expect_ready(PAGE(ENDPOINT("r", "available", "")), 0, NULL);
	expect_ready(PAGE(ENDPOINT("r", "offline", "no answer")), ERR_IO,
	    "remote endpoint /Common/r is offline: no answer");
	/* Not yet is not there. */
	expect_ready(PAGE(ENDPOINT("r", "unknown", "calling")), ERR_IO,
	    "remote endpoint /Common/r is unknown: calling");
	expect_ready(PAGE(ENDPOINT("r", "offline", "no") ","
	    ENDPOINT("s", "available", "")), 0, NULL);
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
jobs_are_opened_looked_at_and_closed(void **state)
{
	struct companion_wom_job job = { .name = "/Common/m/1/vm 1/memory/1" };
	struct companion_ask a;

	(void)state;
	companion_wom_open(&a, &job);
	expect_ask(&a, "POST", "/mgmt/tm/wom/job",
	    "{\"name\":\"/Common/m/1/vm 1/memory/1\"}");
	job.application = "/Common/vmotion";
	assert_int_equal(addr_parse("10.133.60.5", &job.destination), 0);
	job.port = 8000;
	job.expected = 1024;
	companion_wom_open(&a, &job);
	expect_ask(&a, "POST", "/mgmt/tm/wom/job",
	    "{\"name\":\"/Common/m/1/vm 1/memory/1\","
	    "\"application\":\"/Common/vmotion\",\"destination\":\"10.133.60.5\","
	    "\"port\":8000,\"expected\":1024}");
	companion_wom_look(&a, job.name);
	expect_ask(&a, "GET",
	    "/mgmt/tm/wom/job?name=/Common/m/1/vm%201/memory/1", NULL);
	companion_wom_close(&a, job.name);
	expect_ask(&a, "DELETE",
	    "/mgmt/tm/wom/job?name=/Common/m/1/vm%201/memory/1", NULL);
	companion_wom_ready(&a);
	expect_ask(&a, "GET", "/mgmt/tm/wom/remote-endpoint/stats", NULL);
}

static void
a_job_is_read(void **state)
{
	struct json *j = json_literal("{\"name\":\"n\",\"octets\":1000,"
	    "\"rate\":8000,\"streams\":2,\"wanOut\":100,\"wanIn\":20}");
	struct companion_wom_state s;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(companion_wom_read_state(j, &s, &e), 0);
	assert_int_equal(s.octets, 1000);
	assert_int_equal(s.wire_octets, 120);
	assert_int_equal(s.rate_bps, 8000);
	assert_int_equal(s.streams, 2);
	json_free(&j);
	j = json_literal("{\"octets\":-5}");
	assert_int_equal(companion_wom_read_state(j, &s, &e), 0);
	assert_int_equal(s.octets, 0);
	json_free(&j);
	j = json_literal("{\"octets\":\"many\"}");
	assert_int_equal(companion_wom_read_state(j, &s, &e), ERR_PARSE);
	json_free(&j);
}

/* By its name as a path has it: slashes are tildes, and a tilde is no slash. */
static void
an_application_is_switched_by_its_name(void **state)
{
	struct companion_ask a;

	(void)state;
	companion_wom_application(&a, "/Common/late");
	expect_ask(&a, "GET", "/mgmt/tm/wom/optimized-application/"
	    "~Common~late", NULL);
	companion_wom_switch(&a, "/Common/a ~b", true);
	expect_ask(&a, "PATCH", "/mgmt/tm/wom/optimized-application/"
	    "~Common~a%20%7Eb", "{\"enabled\":true}");
	companion_wom_switch(&a, "/Common/late", false);
	expect_ask(&a, "PATCH", "/mgmt/tm/wom/optimized-application/"
	    "~Common~late", "{\"disabled\":true}");
}

static void
an_application_is_read(void **state)
{
	static const struct { const char *body; int rc; bool enabled; } k[] = {
		{ "{\"enabled\":true}", 0, true },
		{ "{\"disabled\":true}", 0, false },
		{ "{}", ERR_PARSE, false },
		{ "{\"enabled\":\"yes\"}", ERR_PARSE, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++) {
		struct json *j = json_literal(k[i].body);
		struct err e = { 0 };
		bool enabled;

		assert_int_equal(companion_wom_read_application(j, &enabled,
		    &e), k[i].rc);
		assert_int_equal(enabled, k[i].enabled);
		json_free(&j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_endpoint_has_to_be_there),
		cmocka_unit_test(jobs_are_opened_looked_at_and_closed),
		cmocka_unit_test(a_job_is_read),
		cmocka_unit_test(an_application_is_switched_by_its_name),
		cmocka_unit_test(an_application_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
