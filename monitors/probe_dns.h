/* monitors/probe_dns.h - probe type "gtm monitor dns":
 * a query, and the records that answer it.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_DNS_H
#define MONITORS_PROBE_DNS_H

#include "monitors/probe.h"

extern const struct probe_type probe_dns_type;

#endif
