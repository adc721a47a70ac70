/* etherip/control/netclaim.h - what the two units of a pair do for a take-over: the active one
 * tells the other of its stations (netmirror.h), and who becomes active puts those where they
 * were and tells the networks around it (etherip/pair/takeover.h).
 * Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETCLAIM_H
#define ETHERIP_CONTROL_NETCLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct netclaim;
struct netenact;

struct netclaim *netclaim_new(struct loop *loop, struct netenact *n);
/* Takes *pc; NULL is harmless. */
void netclaim_free(struct netclaim **pc);

/* The role is another, and what follows from it for addresses and groups has been done. */
void netclaim_role(struct netclaim *c, bool active);
/* Stations behind tunnels that the other unit has told of, and their addresses. */
size_t netclaim_stations(const struct netclaim *c, size_t *addresses);
/* A mirror's body has come from the other unit. */
void netclaim_body(struct netclaim *c, const uint8_t *octets, size_t len);

#endif
