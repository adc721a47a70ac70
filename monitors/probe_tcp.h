/* monitors/probe_tcp.h - probe type "gtm monitor tcp": connects; sends send and
 * waits for recv when these are set. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_TCP_H
#define MONITORS_PROBE_TCP_H

#include "monitors/probe.h"

extern const struct probe_type probe_tcp_type;

#endif
