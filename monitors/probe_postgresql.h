/* monitors/probe_postgresql.h - probe type "gtm monitor postgresql":
 * a start-up message, and what the server says to it.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBE_POSTGRESQL_H
#define MONITORS_PROBE_POSTGRESQL_H

#include "monitors/probe.h"

extern const struct probe_type probe_postgresql_type;

#endif
