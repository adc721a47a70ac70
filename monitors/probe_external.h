/* monitors/probe_external.h - probe type "gtm monitor external": runs a
 * program with the address and the port as its first arguments; any output
 * means up, an end without one means down. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_EXTERNAL_H
#define MONITORS_PROBE_EXTERNAL_H

#include "monitors/probe.h"

extern const struct probe_type probe_external_type;

#endif
