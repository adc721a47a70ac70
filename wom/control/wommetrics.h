/* wom/control/wommetrics.h - womd's numbers for Prometheus.
 * Control loop only. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMMETRICS_H
#define WOM_CONTROL_WOMMETRICS_H

struct enact;
struct strbuf;

/* What it has beside daemonmetrics.h. */
void wommetrics_write(const struct enact *n, struct strbuf *b);

#endif
