/* etherip/control/netmetrics.h - etheripd's numbers for Prometheus.
 * Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETMETRICS_H
#define ETHERIP_CONTROL_NETMETRICS_H

struct netenact;
struct strbuf;

/* What it has beside daemonmetrics.h. */
void netmetrics_write(const struct netenact *n, struct strbuf *b);

#endif
