/* tests/unit/wom/control/test_wommetrics.c - every family is there with its help, and
 * the samples of a peer with its name. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <stdlib.h>
#include <string.h>

#include "core/rest/restdaemon.h"
#include "tests/unit/core/rest/restkit.h"
#include "wom/control/wommetrics.h"
#include "wom/control/womsums.h"

static char *
scrape(void)
{
	struct restdaemon *d = (struct restdaemon *)(void *)wombed.control;
	struct restrequest q = restkit_request("GET", "/metrics", NULL);

	restreply_fini(&wombed.reply);
	wombed.reply = (struct restreply){ 0 };
	d->config.scrape(d, &q, &wombed.reply);
	restrequest_fini(&q);
	return wombed_text();
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("%s is not in\n%s", part, text);
}

static void
all_families_are_there(void **state)
{
	char *text;

	(void)state;
	wombed_start("wom remote-endpoint r {\naddress 192.0.2.1\nendpoint "
	    "disabled\n}\n");
	text = scrape();
	has(text, "\nprocess_cpu_seconds_total ");
	has(text, "\ngtm_config_serial ");
	has(text, "\ngtm_wom_peer_up{remote_endpoint=\"/Common/r\"} 0\n");
	has(text, "\ngtm_wom_connections{remote_endpoint=\"/Common/r\"} 0\n");
	has(text, "\ngtm_wom_door_refused_total{reason=\"expired\"} 0\n");
	has(text, "# TYPE gtm_rest_requests_total counter\n");
	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++)
		has(text, r->metric);
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_families_are_there,
		    wombed_setup, wombed_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
