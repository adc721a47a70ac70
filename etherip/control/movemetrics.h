/* etherip/control/movemetrics.h - what movers count, as metrics of their groups.
 * Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_MOVEMETRICS_H
#define ETHERIP_CONTROL_MOVEMETRICS_H

struct netenact;
struct strbuf;

/* Moves, stations that were looked for and what came of it, frames of ours. */
void movemetrics_write(struct strbuf *b, const struct netenact *n);

#endif
