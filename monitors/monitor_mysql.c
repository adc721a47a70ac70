/* monitors/monitor_mysql.c - the table of "gtm monitor mysql".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor_db.h"

static const struct prop mysql_props[] = {
	MONITOR_DB_ROWS("gtm monitor mysql", "/Common/mysql"),
	{ .name = NULL }
};

const struct type monitor_mysql_type = {
	.words = "gtm monitor mysql",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_db),
	.props = mysql_props,
	.help = "greets a MySQL or MariaDB server and hears whether it serves",
	.check = monitor_check,
};
