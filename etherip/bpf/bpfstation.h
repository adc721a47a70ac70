/* etherip/bpf/bpfstation.h - the stations of a group in the table of the programs, which learn
 * beside us: asked for, put, taken out, counted. Places are those of bpfkey.h.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFSTATION_H
#define ETHERIP_BPF_BPFSTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bpf/bpfkey.h"
#include "etherip/bridge/fdb.h"

struct bpfstation_table {
	int		 fd;		/* of its map */
	uint32_t	 group;
	uint32_t	 ageing_s;	/* 0: never */
	struct bpfkey_shared *shared;
};

#define BPFSTATION_ANY	0xffffu		/* of the places: all of them */

/* From one shape to the other. */
struct bpfkey_station bpfstation_key(const struct fdb_key *k);
struct fdb_key bpfstation_of(const struct bpfkey_station *s);
/* The clock that programs go by. */
uint32_t bpfstation_now_s(void);

/* False: not known, or too long ago. */
bool bpfstation_find(const struct bpfstation_table *t,
    const struct fdb_key *k, struct bpfkey_known *out);
/* It is at that place from now on. False: there is no room. */
bool bpfstation_put(const struct bpfstation_table *t,
    const struct fdb_key *k, unsigned at, unsigned pins);
/* As fdb_pin. */
bool bpfstation_pin(const struct bpfstation_table *t,
    const struct fdb_key *k, unsigned add, unsigned take);
bool bpfstation_drop(const struct bpfstation_table *t,
    const struct fdb_key *k);
/* Forgets what is at a place but for what is configured; returns how many. */
size_t bpfstation_flush(const struct bpfstation_table *t, unsigned at);
/* Forgets what is too old. */
size_t bpfstation_sweep(const struct bpfstation_table *t);
/* Calls fn for each that is not too old. */
void bpfstation_each(const struct bpfstation_table *t,
    void (*fn)(void *arg, const struct bpfkey_station *s,
    const struct bpfkey_known *k), void *arg);
uint32_t bpfstation_count(const struct bpfstation_table *t, unsigned at);

#endif
