/* etherip/bpf/bpfport.h - what devices must do, and not do, for the programs to be right; and
 * how they get back what they had.
 *
 * A VLAN's device must not merge what comes in, for super-frames cannot be encapsulated. A
 * TAP's MTU leaves room for the heads. Where packets go out, sums that somebody left open are
 * filled in by the kernel: no device knows where they are inside. Control loop.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFPORT_H
#define ETHERIP_BPF_BPFPORT_H

#include <stdbool.h>
#include <stdint.h>

struct bpfkey_device;

#define BPFPORT_ROOM	60u	/* of a TAP: the longest heads, and a tag */

/* Makes the device fit for a role (BPFKEY_ROLE_…), and notes in d what it had; again and again
 * if need be. What it cannot do anyway is left alone. */
void bpfport_prepare(struct bpfkey_device *d, unsigned role);
/* Puts back what was changed for these roles, and notes that. */
void bpfport_restore(struct bpfkey_device *d, unsigned roles);

/* Can frames with open sums come from it? From wires they cannot. */
bool bpfport_is_virtual(const char *name);

#endif
