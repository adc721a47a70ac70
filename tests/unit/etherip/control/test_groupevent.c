/* tests/unit/etherip/control/test_groupevent.c - what is told of a tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/groupevent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/rest/restevents.h"

static const struct groupevent refused = { .kind = "fast-path",
    .tunnel = "/Common/eip", .group = "/Common/vg", .state = "not-taken",
    .reason = "Operation not supported, 3 lost" };

static void
watchers_hear_all_of_it(void **state)
{
	static const char *const parts[] = { "event: fast-path\n",
	    "\"tunnel\":\"/Common/eip\"", "\"group\":\"/Common/vg\"",
	    "\"state\":\"not-taken\"",
	    "\"reason\":\"Operation not supported, 3 lost\"" };
	struct restevents *events = restevents_new(1);
	struct restevents_reader reader = { .wake = NULL };
	char text[1024];
	ssize_t len;

	(void)state;
	restevents_open(events, &reader, NULL, "fast-path");
	groupevent_tell(events, LOG_DEBUG, &refused);
	len = restevents_read(&reader, text, sizeof(text) - 1);
	assert_true(len > 0);
	text[len] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(text, parts[i]) == NULL)
			fail_msg("%s is not in\n%s", parts[i], text);
	restevents_close(&reader);
	restevents_free(&events);
}

static void
without_watchers_the_log_has_it(void **state)
{
	(void)state;
	groupevent_tell(NULL, LOG_DEBUG, &refused);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watchers_hear_all_of_it),
		cmocka_unit_test(without_watchers_the_log_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
