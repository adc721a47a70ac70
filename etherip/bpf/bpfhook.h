/* etherip/bpf/bpfhook.h - programs hung on devices by the role that a device has, and taken off
 * again: filters of tc, and XDP; and those that hear of all devices. Which devices those are is
 * bpfdevice.h's. Control loop. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFHOOK_H
#define ETHERIP_BPF_BPFHOOK_H

#include <stdbool.h>
#include <stdint.h>

struct bpfhook;
struct bpfload;

/* Of all devices. l is borrowed. */
struct bpfhook *bpfhook_new(const struct bpfload *l);
/* XDP programs go unless they are pinned; filters of tc stay. Takes *ph; NULL is harmless. */
void bpfhook_free(struct bpfhook **ph);

/* Programs of a role hang on the device from here on (BPFKEY_ROLE_LAN and so on), in the
 * place of older ones of ours, without a gap. did: takes up the role and BPFKEY_WAS_BARE. 0, or
 * an errno. */
int bpfhook_attach(struct bpfhook *h, unsigned ifindex, unsigned role,
    uint32_t *did);
/* On a WAN's device stands another XDP program: packets are taken a little later, and dearer. */
bool bpfhook_is_late(const struct bpfhook *h, unsigned ifindex);
/* Packets that come in by it are seen while they are in its driver's hands. */
bool bpfhook_is_native(const struct bpfhook *h, unsigned ifindex);
/* The guard (eipguard.bpf) hears what becomes of frames that leap; it stays as long as programs
 * of devices do. False: it could not be had. */
bool bpfhook_guard(struct bpfhook *h);
/* They are taken off; with BPFKEY_WAS_BARE in did clsact, too. */
void bpfhook_detach(struct bpfhook *h, unsigned ifindex, unsigned roles,
    uint32_t did);

#endif
