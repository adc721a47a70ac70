/* etherip/bpf/bpfway.h - the way of a tunnel's packets: the device that they leave by, and the
 * station that takes them there, as the kernel's routes and neighbours have them.
 *
 * The programs use neither, so nobody else keeps the neighbour alive: who asks here makes the
 * kernel look for it, and is to ask again every few seconds. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFWAY_H
#define ETHERIP_BPF_BPFWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"

struct bpfway_ends {
	struct addr local, remote;
};

struct bpfway {
	unsigned ifindex;
	unsigned mtu;		/* of the route, or of the device */
	uint8_t	 mac[6];	/* the device's */
	uint8_t	 hop[6];	/* the next station's, if it is */
	bool	 known;
};

/* A socket to ask by, close-on-exec, the caller's; or -1 with errno. */
int bpfway_open(void);
/* 0, or an errno: no route, or by no Ethernet device (EPROTOTYPE). */
int bpfway_find(int fd, const struct bpfway_ends *ends, struct bpfway *out);

/* A socket that becomes readable when routes, neighbours or devices change, non-blocking; or -1
 * with errno. */
int bpfway_watch(void);
/* Reads all that it says. True: something may have changed that bpfway_find tells. */
bool bpfway_drain(int fd);

#endif
