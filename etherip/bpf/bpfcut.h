/* etherip/bpf/bpfcut.h - two devices of our own that cut super-frames: what is sent by the first
 * leaves it in pieces, each of which a program on the second one's way out has in hand.
 *
 * The kernel cuts where a device takes no super-frames, after its filters have run: so one
 * device (macvlan) takes none, and hands on to another (veth) that has the program. All of it
 * happens within the call that sends, so nothing is overtaken. Nothing ever leaves by them.
 * Control loop. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFCUT_H
#define ETHERIP_BPF_BPFCUT_H

#include <stdbool.h>

struct bpfcut {
	unsigned in;		/* interface that super-frames are sent by */
	unsigned out;		/* and the one that the pieces come to */
};

/* Makes them, or takes those that a process before has made for that name (of whose they are; any
 * text), if they are up. 0, or an errno: the kernel has no such devices, or lets us make none. */
int bpfcut_make(const char *whose, struct bpfcut *out);
/* Are they there, and up? Frames that are sent by them otherwise are lost. */
bool bpfcut_is_up(const struct bpfcut *c);
/* Both go, by the second. Harmless where it is not there any more. */
void bpfcut_remove(unsigned out);

#endif
