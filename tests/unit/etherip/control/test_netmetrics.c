/* tests/unit/etherip/control/test_netmetrics.c - every family is there with its help, and the
 * samples of a tunnel with its name. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netmetrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/etherip/control/netbed.h"

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("%s is not in\n%s", part, text);
}

static void
all_families_are_there(void **state)
{
	static const char *const families[] = {
		"tunnel_up", "tunnel_flaps_total", "tunnel_frames_total",
		"tunnel_bytes_total", "tunnel_dropped_total",
		"tunnel_cut_total", "tunnel_merged_total",
		"tunnel_fast_path_frames_total",
		"tunnel_mss_clamped_total", "tunnel_sources_told_total",
		"tunnel_not_learned_total", "tunnel_notes_lost_total",
		"stations", "active",
	};
	char *text;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP
	    "net fdb tunnel /Common/eip { records { 02:00:00:00:00:07 { } } }\n");
	text = netbed_scrape();
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		char line[64];

		(void)snprintf(line, sizeof(line), "\n# TYPE gtm_net_%s ",
		    families[i]);
		has(text, line);
	}
	has(text, "\nprocess_cpu_seconds_total ");
	has(text, "\ngtm_config_serial ");
	has(text, "# TYPE gtm_rest_requests_total counter\n");
	has(text, "\ngtm_net_tunnel_up{tunnel=\"/Common/eip\","
	    "vlan_group=\"/Common/vg\",tier=");
	has(text, "\ngtm_net_tunnel_frames_total{tunnel=\"/Common/eip\","
	    "tier=\"user\",direction=\"in\"} 0\n");
	has(text, "\ngtm_net_stations{vlan_group=\"/Common/vg\","
	    "where=\"remote\"} 1\n");
	has(text, "\ngtm_net_active 1\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_families_are_there,
		    netbed_setup, netbed_teardown),
	};

	return cmocka_run_group_tests_name("netmetrics", tests,
	    netbed_network, NULL);
}
