/* etherip/bpf/bpftable.h - the maps that hold stations, one a group: made, found again by the
 * next process, dropped. What is in one is bpfstation.h's. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFTABLE_H
#define ETHERIP_BPF_BPFTABLE_H

#include <stdbool.h>
#include <stdint.h>

struct bpfload;

/* A table for the group, empty, in the place of the one that it has; its descriptor, the
 * caller's. Or -1 with errno. */
int bpftable_new(const struct bpfload *l, uint32_t group, uint32_t limit);
/* Is there one? */
bool bpftable_has(const struct bpfload *l, uint32_t group);
/* The one that a process before us made, the caller's. Or -1. */
int bpftable_find(const struct bpfload *l, uint32_t group);
/* There is none any more. */
void bpftable_drop(const struct bpfload *l, uint32_t group);

#endif
