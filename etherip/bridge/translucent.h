/* etherip/bridge/translucent.h - groups in mode translucent: stations of one side see those of
 * the other by their addresses with the local bit turned (IEEE 802-2014 section 8.2.2).
 *
 * Turned are both addresses of a frame, so that answers find their way back, and those that ARP
 * and neighbour discovery tell inside; two such gateways one behind the other are as none.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_TRANSLUCENT_H
#define ETHERIP_BRIDGE_TRANSLUCENT_H

#include <stddef.h>
#include <stdint.h>

struct ethframe;

/* A frame crosses from one member to another. f is what ethframe_read said before. Twice is as
 * it was. Checksums stay right, or wrong. */
void translucent_turn(const struct ethframe *f, uint8_t *octets, size_t len);

#endif
