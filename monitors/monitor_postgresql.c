/* monitors/monitor_postgresql.c - the table of "gtm monitor postgresql".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/type.h"
#include "monitors/monitor_db.h"

static const struct prop postgresql_props[] = {
	MONITOR_DB_ROWS("gtm monitor postgresql", "/Common/postgresql"),
	{ .name = NULL }
};

const struct type monitor_postgresql_type = {
	.words = "gtm monitor postgresql",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_db),
	.props = postgresql_props,
	.help = "starts up with a PostgreSQL server and hears whether it serves",
	.check = monitor_check,
};
