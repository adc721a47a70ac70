/* etherip/bpf/bpfhome.h - our part of the kernel: the programs, their maps, the devices that
 * they hang on; one for the process.
 *
 * On a BPF file system all of it is pinned, and outlives the process: the next one takes it
 * over as it is, with stations and counts, and puts its own programs in the place of the old
 * ones, without a frame in between. Programs forward only while somebody stamps. Without such
 * a file system maps end with the process, and programs that are left do nothing.
 * Settings of devices that the programs need are put back by clearing. Control loop.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFHOME_H
#define ETHERIP_BPF_BPFHOME_H

#include <stdbool.h>
#include <stdint.h>

struct bpfhome;
struct err;
struct loop;

/* pins: a directory on a BPF file system, made if it is not there; NULL, or elsewhere: nothing
 * outlives. NULL with a sentence: this build has no programs, no right, an old kernel. */
struct bpfhome *bpfhome_open(struct loop *l, const char *pins,
    struct err *e);
/* All tiers are closed by now. The kernel's part stays. NULL is harmless. */
void bpfhome_close(struct bpfhome **ph);

/* Does it outlive this process? */
bool bpfhome_is_pinned(const struct bpfhome *h);
/* Forward for so long from now. 0: no more. */
void bpfhome_stamp(struct bpfhome *h, unsigned grace_s);
/* The first configuration is complete: tunnels and groups of the process before that nobody
 * has asked for go. */
void bpfhome_settle(struct bpfhome *h);
/* Takes everything of ours out of the kernel and puts devices back. 0, or a negative code. */
int bpfhome_clear(const char *pins, struct err *e);

#endif
