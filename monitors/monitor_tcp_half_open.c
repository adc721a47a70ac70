/* monitors/monitor_tcp_half_open.c - the table of "gtm monitor tcp-half-open".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

static const struct prop tcp_half_open_props[] = {
	MONITOR_ROWS("gtm monitor tcp-half-open", "/Common/tcp_half_open"),
	MONITOR_TRY_ROWS,
	MONITOR_TRANSPARENT_ROW,
	{ .name = NULL }
};

const struct type monitor_tcp_half_open_type = {
	.words = "gtm monitor tcp-half-open",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor),
	.props = tcp_half_open_props,
	.help = "is content when a port takes connections",
	.check = monitor_check,
};
