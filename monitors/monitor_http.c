/* monitors/monitor_http.c - the table of "gtm monitor http".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

static const struct prop http_props[] = {
	MONITOR_ROWS("gtm monitor http", "/Common/http"),
	MONITOR_TEXT_ROWS("GET /\\r\\n"),
	MONITOR_HTTP_ROWS,
	{ .name = NULL }
};

const struct type monitor_http_type = {
	.words = "gtm monitor http",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_text),
	.props = http_props,
	.help = "asks a web server and judges its reply",
	.check = monitor_check_text,
};
