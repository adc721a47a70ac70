/* tests/unit/admin/shell/test_rest.c - answers as results, refusals as
 * sentences. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/rest.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "core/rest/client.h"
#include "tests/unit/admin/shell/shelldaemon.h"

static void
each_status_has_its_code(void **state)
{
	static const struct shelldaemon_answer answers[] = {
		{ "GET /200", 200, "{\"a\":1}", "\"5\"" },
		{ "GET /empty", 200, NULL, NULL },
		{ "GET /broken", 200, "{\"a\":", NULL },
		{ "GET /400", 400, "{\"message\":\"ttl: too long\"}", NULL },
		{ "GET /401", 401, "{\"message\":\"m\"}", NULL },
		{ "GET /403", 403, "{\"message\":\"m\"}", NULL },
		{ "GET /404", 404, "{\"message\":\"m\"}", NULL },
		{ "GET /409", 409, "{\"message\":\"m\"}", NULL },
		{ "GET /412", 412, "{\"message\":\"m\"}", NULL },
		{ "GET /503", 503, "no JSON", NULL },
		{ "GET /507", 507, "{\"message\":\"m\"}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	static const struct { const char *path; int rc; const char *says; }
	step[] = {
		{ "/200", 0, NULL }, { "/empty", 0, NULL },
		{ "/broken", ERR_PARSE, "the daemon's answer is" },
		{ "/400", ERR_PARSE, "ttl: too long" },
		{ "/401", ERR_DENIED, "m" }, { "/403", ERR_DENIED, "m" },
		{ "/404", ERR_NOTFOUND, "m" }, { "/409", ERR_EXISTS, "m" },
		{ "/412", ERR_CONFLICT, "m" },
		{ "/503", ERR_BUSY, "answered with status 503" },
		{ "/507", ERR_NOSPACE, "m" },
	};
	struct shelldaemon *d = shelldaemon_new(answers);
	struct client *c = client_new(shelldaemon_socket(d));

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct rest_result r;
		struct err e = { 0 };
		int rc = rest_call(c, &(struct rest_call){ .method = "GET",
		    .path = step[i].path }, &r, &e);

		if (rc != step[i].rc || (step[i].says != NULL &&
		    strstr(e.text, step[i].says) == NULL))
			fail_msg("%s: %d %s", step[i].path, rc, e.text);
		if (i == 0) {
			assert_string_equal(r.etag, "\"5\"");
			assert_int_equal(json_get_int(json_find(r.body, "a")),
			    1);
		}
		/* What a refusal says beside its sentence is there too. */
		if (rc == ERR_EXISTS)
			assert_non_null(json_find(r.body, "message"));
		rest_result_fini(&r);
	}
	client_free(&c);
	shelldaemon_free(&d);
}

static void
a_page_comes_as_it_is(void **state)
{
	static const struct shelldaemon_answer answers[] = {
		{ "GET /page", 200, "<p>{\n", NULL },
		{ "GET /403", 403, "{\"message\":\"not for you\"}", NULL },
		{ "GET /503", 503, "<p>", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shelldaemon *d = shelldaemon_new(answers);
	struct client *c = client_new(shelldaemon_socket(d));
	struct rest_page page;
	struct err e;

	(void)state;
	assert_int_equal(rest_page(c, "/page", &page, &e), 0);
	assert_int_equal(page.len, 5);
	assert_memory_equal(page.text, "<p>{\n", 5);
	rest_page_fini(&page);
	assert_int_equal(rest_page(c, "/403", &page, &e), ERR_DENIED);
	assert_string_equal(e.text, "not for you");
	assert_null(page.text);
	assert_int_equal(rest_page(c, "/503", &page, &e), ERR_BUSY);
	assert_non_null(strstr(e.text, "status 503"));
	client_free(&c);
	shelldaemon_free(&d);
	c = client_new("/nowhere/x.sock");
	assert_int_equal(rest_page(c, "/page", &page, &e), ERR_IO);
	rest_page_fini(&page);
	client_free(&c);
}

static void
nobody_listening_is_told(void **state)
{
	struct client *c = client_new("/nowhere/x.sock");
	struct rest_result r;
	struct err e;

	(void)state;
	assert_int_equal(rest_call(c, &(struct rest_call){ .method = "GET",
	    .path = "/" }, &r, &e), ERR_IO);
	assert_string_equal(e.text, "/nowhere/x.sock: No such file or "
	    "directory");
	assert_null(r.body);
	client_free(&c);
}

static void
count_progress(void *arg, size_t sent, size_t total)
{
	size_t *last = arg;

	assert_true(sent <= total);
	*last = sent;
}

static void
progress_ends_with_all_octets(void **state)
{
	static const struct shelldaemon_answer answers[] = {
		{ "POST", 200, "{}", NULL }, { NULL, 0, NULL, NULL }
	};
	struct shelldaemon *d = shelldaemon_new(answers);
	struct client *c = client_new(shelldaemon_socket(d));
	struct json *body = json_new_object();
	char *text = calloc(1, 100001);
	size_t sent = 0;
	struct rest_result r;
	struct err e;

	(void)state;
	memset(text, 'x', 100000);
	json_put_text(body, "t", text);
	assert_int_equal(rest_call(c, &(struct rest_call){ .method = "POST",
	    .path = "/", .body = body, .progress = count_progress,
	    .progress_arg = &sent }, &r, &e), 0);
	assert_int_equal(sent, 100000 + strlen("{\"t\":\"\"}"));
	rest_result_fini(&r);
	json_free(&body);
	free(text);
	client_free(&c);
	shelldaemon_free(&d);
}

static void
names_become_parts_of_paths(void **state)
{
	const struct catalog_type t = { .path = "/mgmt/tm/gtm/server" };
	static const struct { const char *name, *tail, *want; } step[] = {
		{ NULL, NULL, "/mgmt/tm/gtm/server" },
		{ "", "?x", "/mgmt/tm/gtm/server?x" },
		{ "/Common/a b", NULL, "/mgmt/tm/gtm/server/~Common~a%20b" },
		{ "/T/x~y:1%", "/stats",
		  "/mgmt/tm/gtm/server/~T~x%7Ey:1%25/stats" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		char *path = rest_path(&t, step[i].name, step[i].tail);

		assert_string_equal(path, step[i].want);
		free(path);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_has_its_code),
		cmocka_unit_test(a_page_comes_as_it_is),
		cmocka_unit_test(nobody_listening_is_told),
		cmocka_unit_test(progress_ends_with_all_octets),
		cmocka_unit_test(names_become_parts_of_paths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
