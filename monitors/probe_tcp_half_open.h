/* monitors/probe_tcp_half_open.h - probe type "gtm monitor tcp-half-open": a
 * connection that is reset as soon as it stands.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_TCP_HALF_OPEN_H
#define MONITORS_PROBE_TCP_HALF_OPEN_H

#include "monitors/probe.h"

extern const struct probe_type probe_tcp_half_open_type;

#endif
