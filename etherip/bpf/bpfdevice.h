/* etherip/bpf/bpfdevice.h - which devices have programs of ours, and for how many tunnels; what
 * they were like before stands in a map, so that whoever clears can put it back.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFDEVICE_H
#define ETHERIP_BPF_BPFDEVICE_H

#include <stdbool.h>

struct bpfdevice;
struct bpfload;
struct err;

/* Of all devices. l is borrowed. */
struct bpfdevice *bpfdevice_new(const struct bpfload *l);
/* Devices stay as they are. Takes *pd; NULL is harmless. */
void bpfdevice_free(struct bpfdevice **pd);

/* One more needs the device in that role (BPFKEY_ROLE_…). 0, or a negative code with a
 * sentence. */
int bpfdevice_use(struct bpfdevice *d, unsigned ifindex, unsigned role,
    struct err *e);
/* One fewer does; the last one takes the programs off and puts back what the device had.
 * Harmless for one that nobody uses. */
void bpfdevice_leave(struct bpfdevice *d, unsigned ifindex, unsigned role);
/* Looks after settings that others may have changed. */
void bpfdevice_renew(struct bpfdevice *d, unsigned ifindex, unsigned role);
/* As bpfhook_is_late. */
bool bpfdevice_is_late(const struct bpfdevice *d, unsigned ifindex);
/* As bpfhook_is_native, and bpfhook_guard. */
bool bpfdevice_is_native(const struct bpfdevice *d, unsigned ifindex);
bool bpfdevice_guard(struct bpfdevice *d);
/* Sums that somebody left open may come: they are filled in where packets leave by this
 * device. */
void bpfdevice_fill_sums(struct bpfdevice *d, unsigned ifindex);

/* Those that nobody uses go; all: those in use, too. */
void bpfdevice_sweep(struct bpfdevice *d, bool all);

#endif
