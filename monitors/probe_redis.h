/* monitors/probe_redis.h - probe type "gtm monitor redis":
 * PING, and the PONG that answers it.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_REDIS_H
#define MONITORS_PROBE_REDIS_H

#include "monitors/probe.h"

extern const struct probe_type probe_redis_type;

#endif
