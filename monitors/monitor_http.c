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
	{ .name = "password", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_text, password), .max = 255,
	  .flags = PROP_SECRET, .help = "for basic authentication" },
	{ .name = "recv-status-code", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_text, recv_status_code), .max = 255,
	  .check = monitor_check_codes,
	  .help = "HTTP status codes that mean up, e.g. 200 204; none = any" },
	{ .name = "username", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_text, username), .max = 255,
	  .help = "for basic authentication (RFC 7617)" },
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
