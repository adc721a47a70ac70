/* monitors/probe_http.h - probe type "gtm monitor http": sends the octets of
 * send, as they are, and judges the reply. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_HTTP_H
#define MONITORS_PROBE_HTTP_H

#include "monitors/probe.h"

extern const struct probe_type probe_http_type;

#endif
