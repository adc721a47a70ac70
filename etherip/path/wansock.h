/* etherip/path/wansock.h - the socket of one tunnel: raw IP of protocol 97 (RFC 3378), between
 * two addresses and with nobody else. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_WANSOCK_H
#define ETHERIP_PATH_WANSOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;

struct wansock_config {
	struct addr local, remote;	/* of one family */
	bool	 use_pmtu;	/* DF, and what routers say is believed; IPv6: always */
	bool	 fragment;	/* what is too long is sent in fragments */
	bool	 ipsec;		/* ESP in transport mode, or nothing */
};

/* A non-blocking descriptor, close-on-exec, which tells TOS, TTL (IPv6: as control messages)
 * and the interface of what comes; or a code with a sentence. */
int wansock_open(const struct wansock_config *c, struct err *e);

/* One that sends packets whose IP head is given, too (fragments), and hears nothing; or a code
 * with a sentence. */
int wansock_open_heads(const struct wansock_config *c, struct err *e);

/* What is left for an untagged IP packet inside a datagram that the way takes whole, as the
 * socket last sent; 0: the kernel knows no way. */
uint16_t wansock_mtu(int fd, uint8_t family);
/* The same as it is now, also when nothing has been sent since it changed, without IPsec's
 * share. 0 with a sentence: there is no way, or no such address here. */
uint16_t wansock_way(const struct wansock_config *c, struct err *e);

/* Octets of the outer IP head, of EtherIP's, and of the frame's. */
static inline uint16_t
wansock_overhead(uint8_t family)
{
	return family == AF_INET6 ? 40 + 2 + 14 : 20 + 2 + 14;
}

#endif
