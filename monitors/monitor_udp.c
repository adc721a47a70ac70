/* monitors/monitor_udp.c - the table of "gtm monitor udp".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

static const struct prop udp_props[] = {
	MONITOR_ROWS("gtm monitor udp", "/Common/udp"),
	MONITOR_TRY_ROWS,
	MONITOR_TEXT_ROWS("default send string"),
	{ .name = "debug", .kind = PROP_BOOL, .names = prop_no_yes,
	  .dflt = "no", .refused = "what probes find is told by show, the log "
	  "and counters", .help = "write a file for each probe" },
	{ .name = NULL }
};

const struct type monitor_udp_type = {
	.words = "gtm monitor udp",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_text),
	.props = udp_props,
	.help = "sends a datagram and may judge the one that answers",
	.check = monitor_check_text,
};
