/* monitors/probe_https.h - probe type "gtm monitor https": shakes hands by TLS,
 * then goes on as http. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_HTTPS_H
#define MONITORS_PROBE_HTTPS_H

#include "monitors/probe.h"

extern const struct probe_type probe_https_type;

#endif
