/* monitors/monitor_tcp.c - the table of "gtm monitor tcp". Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

static const struct prop tcp_props[] = {
	MONITOR_ROWS("gtm monitor tcp", "/Common/tcp"),
	MONITOR_TEXT_ROWS(NULL),
	{ .name = NULL }
};

const struct type monitor_tcp_type = {
	.words = "gtm monitor tcp",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_text),
	.props = tcp_props,
	.help = "connects, may send a text and judge the reply",
	.check = monitor_check_text,
};
