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

#include "core/base/list.h"

struct bpfcut;
struct bpfdevice;
struct bpfhome;
struct bpfkey_event;
struct bpfkey_pair;
struct bpfleap;
struct bpfload;
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
/* Do the TAPs stay open, whoever has them, for as long as programs forward after our end? Not
 * so before this is said. */
void bpfhome_kept(struct bpfhome *h, bool kept);
/* Forward for so long from now, three seconds at least; to be said every second. */
void bpfhome_stamp(struct bpfhome *h, unsigned grace_s);
/* The same, until that time of the monotonic clock: a pair's active unit has its lease, and no
 * grace behind it. 0: no program forwards. */
void bpfhome_stamp_until(struct bpfhome *h, uint64_t until_ns);
/* The first configuration is complete: tunnels and groups of the process before that nobody
 * has asked for go. */
void bpfhome_settle(struct bpfhome *h);
/* Takes everything of ours out of the kernel and puts devices back. 0, or a negative code. */
int bpfhome_clear(const char *pins, struct err *e);

/* ---- for bpftier ---- */

/* A group at home; embedded in its owner. */
struct bpfhome_guest {
	struct list node;
	uint32_t group;			/* its number, the same as long as its name is */
	/* Something that a program told of this group. */
	void (*on_event)(struct bpfhome_guest *g, const struct bpfkey_event *e);
	/* Routes or neighbours may have changed; every few seconds, too. */
	void (*on_ways)(struct bpfhome_guest *g);
};

/* Gives the group its number. 0, or a negative code with a sentence. */
int bpfhome_join(struct bpfhome *h, struct bpfhome_guest *g, const char *name,
    struct err *e);
/* Nothing more is told. forget: the number is free, the stations go. */
void bpfhome_leave(struct bpfhome *h, struct bpfhome_guest *g, bool forget);
/* The place of a tunnel between these two, of that group; the one that it has, if it has one.
 * -1: there is none left. */
int bpfhome_take_slot(struct bpfhome *h, const struct bpfkey_pair *p,
    uint32_t group);
/* Nobody's from here on; nothing passes. */
void bpfhome_free_slot(struct bpfhome *h, uint32_t slot);

/* What is shared, of the object. */
struct bpfload *bpfhome_load(const struct bpfhome *h);
struct bpfdevice *bpfhome_devices(const struct bpfhome *h);
/* What cuts super-frames (bpfcut.h), made when it is first asked for; false: this kernel has
 * nothing for it. Who uses it says so to bpfdevice.h: the last one that does not takes it away. */
bool bpfhome_cut(struct bpfhome *h, struct bpfcut *out);
int bpfhome_ways(const struct bpfhome *h);	/* a socket for bpfway_find */
/* Who asks what devices take; NULL: the kernel does not tell. */
struct bpfleap *bpfhome_leap(const struct bpfhome *h);

#endif
