/* etherip/bpf/bpflans.h - the devices of a group's VLANs on the fast ways. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFLANS_H
#define ETHERIP_BPF_BPFLANS_H

#include <stddef.h>
#include <stdint.h>

struct bpfhome;
struct err;

#define BPFLANS_MAX	32u

/* Embedded in the owner; zeros: none. */
struct bpflans {
	unsigned	 ifindex[BPFLANS_MAX];
	size_t		 count;
};

/* These and no others have the programs. 0, or a negative code with a sentence: then
 * those that could be had are there. */
int bpflans_set(struct bpflans *l, struct bpfhome *h,
    const char *const *names, size_t count, struct err *e);
/* What comes in goes to the tunnel in that slot; NULL: to the bridge. */
void bpflans_lead(const struct bpflans *l, const struct bpfhome *h,
    const uint32_t *slot);
/* There is none any more. */
void bpflans_drop(struct bpflans *l, struct bpfhome *h);

#endif
