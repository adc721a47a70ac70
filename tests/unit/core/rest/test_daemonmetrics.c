/* tests/unit/core/rest/test_daemonmetrics.c - a daemon's own numbers stand between those
 * that all have. SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/daemonmetrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/store.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restreply.h"
#include "tests/unit/core/model/storekit.h"

static unsigned written;

static void
write_own(void *arg, struct strbuf *out)
{
	assert_ptr_equal(arg, &written);
	written++;
	strbuf_add(out, "own 7\n");
}

static const char *
find(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	if (at == NULL)
		fail_msg("%s is not in\n%s", line, text);
	return at;
}

static void
its_own_numbers_stand_among_those_of_all(void **state)
{
	struct store *store = storekit_loaded();
	const struct restdaemon rest = { .config = { .store = store } };
	const struct daemonmetrics m = { .rest = &rest, .started = 1234,
	    .write = write_own, .arg = &written };
	struct restreply r = { 0 };
	struct strbuf b = { 0 };
	char journal[80];

	(void)state;
	storekit_set_note(store, "s1", "longer by a record");
	(void)snprintf(journal, sizeof(journal),
	    "\ngtm_config_journal_bytes %zu\n", store_pending(store));
	assert_true(store_pending(store) > 0);
	daemonmetrics_scrape(&m, &r);
	assert_int_equal(written, 0);
	assert_false(r.stream.more(r.stream.arg, &b));
	assert_int_equal(written, 1);
	assert_true(find(b.text, "\nprocess_cpu_seconds_total ") <
	    find(b.text, "\nprocess_start_time_seconds 1234\n"));
	assert_true(find(b.text, "\ngtm_config_serial 2\n") <
	    find(b.text, journal));
	assert_true(find(b.text, journal) < find(b.text, "\nown 7\n"));
	assert_true(find(b.text, "\nown 7\n") <
	    find(b.text, "\n# TYPE gtm_rest_requests_total counter\n"));
	restreply_fini(&r);
	strbuf_fini(&b);
	store_free(&store);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    its_own_numbers_stand_among_those_of_all,
		    storekit_setup, storekit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
