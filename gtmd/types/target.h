/* gtmd/types/target.h - which addresses may stand in an answer.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_TARGET_H
#define GTMD_TYPES_TARGET_H

struct addr;
struct err;

/* Refuses what no client can connect to: the unspecified address, 0.0.0.0/8
 * (RFC 6890), multicast (RFC 5771, RFC 4291 2.7), 240.0.0.0/4 with broadcast
 * (RFC 1112 4, RFC 919), and IPv4-mapped IPv6, which belongs in an A record.
 * prop is the property's name for the sentence. */
int target_check_addr(const char *prop, const struct addr *a, struct err *e);

#endif
