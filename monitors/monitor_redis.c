/* monitors/monitor_redis.c - the table of "gtm monitor redis".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor_redis.h"

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/type.h"
#include "monitors/monitor_rows.h"

static const struct prop redis_props[] = {
	MONITOR_ROWS("gtm monitor redis", "/Common/redis"),
	{ .name = "password", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_redis, password), .max = 255,
	  .flags = PROP_OURS | PROP_SECRET,
	  .help = "sent with AUTH before PING; none = no AUTH" },
	{ .name = "username", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_redis, username), .max = 255,
	  .flags = PROP_OURS,
	  .help = "whose password it is (Redis 6); none = the default user's" },
	{ .name = NULL }
};

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct monitor *m = monitor_effective_draft(d, o);
	const struct monitor_redis *r = (const struct monitor_redis *)m;
	struct object *mo;
	char label[300];

	monitor_check(o, d, out);
	if (m == NULL)
		return;
	object_label(o, label, sizeof(label));
	if (r->username != NULL && r->password == NULL)
		diag_warn(out, &o->pos, "%s: username: not sent, because "
		    "password is none", label);
	mo = &m->obj;
	object_unref(&mo);
}

const struct type monitor_redis_type = {
	.words = "gtm monitor redis",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_redis),
	.props = redis_props,
	.help = "sends PING to a Redis server, and wants PONG",
	.check = check,
};
