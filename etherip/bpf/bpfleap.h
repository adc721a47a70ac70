/* etherip/bpf/bpfleap.h - what the kernel says of a device that frames may leap to (eipleap.bpf):
 * does it take frames straight from XDP, how long ones, and does anything stand before it that
 * they would pass by?
 *
 * It is told over generic netlink, family "netdev", since Linux 6.3. That answer changes with
 * what is at a device: another program, another end of a pair. The kernel answers within the
 * call that asks, so nothing here waits. Control loop. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFLEAP_H
#define ETHERIP_BPF_BPFLEAP_H

#include <stdbool.h>
#include <stdint.h>

struct bpfleap;

struct bpfleap_port {
	bool	 takes;		/* it says that it takes them, */
	bool	 gives;		/* and that it can hand some on */
	uint32_t mtu;
	uint32_t carriers;	/* times that its carrier has come or gone */
	char	 queue[24];	/* the discipline by which frames of the stack wait; "": not told */
};

/* NULL with errno: the kernel tells nobody (ENOENT), or no socket could be had. */
struct bpfleap *bpfleap_open(void);
/* Takes *pl; NULL is harmless. */
void bpfleap_free(struct bpfleap **pl);

/* 0, or an errno. */
int bpfleap_ask(struct bpfleap *l, unsigned ifindex, struct bpfleap_port *out);
/* Do frames that leave the usual way wait in what somebody has chosen with care (a shaper)? */
bool bpfleap_is_queued(const struct bpfleap_port *p);

/* Readable when devices take frames that did not, or no longer do; of the object, non-blocking. */
int bpfleap_watch(const struct bpfleap *l);
/* Reads all that it says. True: something may have changed. */
bool bpfleap_drain(const struct bpfleap *l);

/* The number of this network namespace, as /proc/self/ns/net shows it; 0: not known. */
uint32_t bpfleap_net(const struct bpfleap *l);

#endif
