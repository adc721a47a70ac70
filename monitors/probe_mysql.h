/* monitors/probe_mysql.h - probe type "gtm monitor mysql":
 * the server's greeting, and a log-in that need not succeed.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_MYSQL_H
#define MONITORS_PROBE_MYSQL_H

#include "monitors/probe.h"

extern const struct probe_type probe_mysql_type;

#endif
