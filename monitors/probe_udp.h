/* monitors/probe_udp.h - probe type "gtm monitor udp": datagrams, the
 * one that answers, or its absence.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_UDP_H
#define MONITORS_PROBE_UDP_H

#include "monitors/probe.h"

extern const struct probe_type probe_udp_type;

#endif
