/* monitors/probe_gateway_icmp.h - probe type "gtm monitor gateway-icmp": an ICMP
 * echo and its reply.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_GATEWAY_ICMP_H
#define MONITORS_PROBE_GATEWAY_ICMP_H

#include "monitors/probe.h"

extern const struct probe_type probe_gateway_icmp_type;

#endif
