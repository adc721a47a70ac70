/* monitors/probe_grpc_health.h - probe type "gtm monitor grpc-health":
 * a call of grpc.health.v1.Health/Check over HTTP/2.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_GRPC_HEALTH_H
#define MONITORS_PROBE_GRPC_HEALTH_H

#include "monitors/probe.h"

extern const struct probe_type probe_grpc_health_type;

#endif
