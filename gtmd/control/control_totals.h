/* gtmd/control/control_totals.h - the numbers of the whole process for Prometheus: DNS,
 * probes, configuration, REST, threads. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_TOTALS_H
#define GTMD_CONTROL_CONTROL_TOTALS_H

struct control_metrics;
struct strbuf;

/* Appends some hundred lines. */
void control_totals_write(const struct control_metrics *m, struct strbuf *b);

#endif
