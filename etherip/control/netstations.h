/* etherip/control/netstations.h - GET net/fdb: which stations there are, and behind which
 * member of their group. Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETSTATIONS_H
#define ETHERIP_CONTROL_NETSTATIONS_H

struct netenact;
struct restreply;
struct restrequest;

/* ?vlanGroup= and ?tunnel= choose by name, ?mac= one station, ?limit= how many are told. */
void netstations_get(const struct netenact *n, const struct restrequest *q,
    struct restreply *r);

#endif
