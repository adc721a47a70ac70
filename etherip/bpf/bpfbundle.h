/* etherip/bpf/bpfbundle.h - the tunnels of one group on the fast ways: each has a slot, stands
 * in the maps as its plan, its group and its way are, and has programs on its devices.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFBUNDLE_H
#define ETHERIP_BPF_BPFBUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bpf/bpftunnel.h"

struct bpfhome;
struct bpfstation_table;
struct err;

/* Embedded in the owner, who fills in the first four. */
struct bpfbundle {
	struct bpfhome	*home;		/* borrowed, as is: */
	const struct bpfstation_table *table;
	bool		 fresh;		/* the table is this process's */
	struct bpftunnel_group group;	/* what tunnels have of the plan */
	struct bpfbundle_tunnel *tunnels;	/* owned */
	size_t		 count, room;
};

/* The plan's tunnels and no other; what is the same stays untouched. 0, or a negative code with
 * a sentence: then some are as planned, and some as they were. */
int bpfbundle_set(struct bpfbundle *b, const struct bpftier_plan *p,
    struct err *e);
/* Looks after all their ways. */
void bpfbundle_renew(struct bpfbundle *b);
/* The group has changed: maps say so. */
void bpfbundle_write(struct bpfbundle *b);
/* There is none any more. */
void bpfbundle_drop(struct bpfbundle *b);
/* They stay in the kernel as they are; only memory goes. */
void bpfbundle_fini(struct bpfbundle *b);

/* The member whose stations are at a place of bpfkey.h; FDB_NONE: no such tunnel now. */
unsigned bpfbundle_member_at(const struct bpfbundle *b, unsigned at);
/* The place of a member; BPFSTATION_ANY: of all, for FDB_NONE. False: there is none. */
bool bpfbundle_at_of(const struct bpfbundle *b, unsigned member,
    unsigned *at);
/* NULL: no such member, or the LAN. */
const struct bpftunnel *bpfbundle_find(const struct bpfbundle *b,
    unsigned member);

/* The guard has shut the way of a member's frames to the LAN's device (bpflane.h). */
void bpfbundle_shut(struct bpfbundle *b, unsigned member, int error);

/* As bpftier.h has them. */
const char *bpfbundle_grounded(struct bpfbundle *b, unsigned member);
const char *bpfbundle_remark(const struct bpfbundle *b, unsigned member);
bool bpfbundle_counts(const struct bpfbundle *b, unsigned member,
    struct bpfkey_counts *out);

#endif
