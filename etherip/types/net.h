/* etherip/types/net.h - the schema of the net module: which object types there are, which
 * are refused and why, and what is built in. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NET_H
#define ETHERIP_TYPES_NET_H

struct schema;

extern const struct schema net_schema;

#endif
