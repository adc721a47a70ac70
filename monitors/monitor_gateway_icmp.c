/* monitors/monitor_gateway_icmp.c - the table of "gtm monitor gateway-icmp".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

static const struct prop gateway_icmp_props[] = {
	MONITOR_ROWS("gtm monitor gateway-icmp", "/Common/gateway_icmp"),
	MONITOR_TRY_ROWS,
	MONITOR_TRANSPARENT_ROW,
	{ .name = NULL }
};

const struct type monitor_gateway_icmp_type = {
	.words = "gtm monitor gateway-icmp",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor),
	.props = gateway_icmp_props,
	.help = "sends an ICMP echo and waits for its reply",
	.check = monitor_check,
};
