/* monitors/monitor_redis.h - "gtm monitor redis", ours: how a Redis server is
 * asked whether it serves. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_REDIS_H
#define MONITORS_MONITOR_REDIS_H

#include "monitors/monitor.h"

struct monitor_redis {
	struct monitor	 base;
	char		*password;	/* NULL = no AUTH */
	char		*username;	/* NULL = the server's default user */
};

extern const struct type monitor_redis_type;

#endif
