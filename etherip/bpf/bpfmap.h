/* etherip/bpf/bpfmap.h - what is in a map of the kernel's: asked for, put, taken out. Maps are
 * descriptors; keys and values as bpfkey.h has them. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFMAP_H
#define ETHERIP_BPF_BPFMAP_H

#include <stdbool.h>
#include <stdint.h>

/* A new one, by hashes of keys, for so many; -1 with errno. */
int bpfmap_new(const char *name, uint32_t key_len, uint32_t value_len,
    uint32_t room);
/* It stays there for who opens it, when we are gone; or it does not, and goes with
 * us. -1: there is none to open. */
void bpfmap_pin(int map, const char *path);
int bpfmap_open(const char *path);

/* ---- 0, or an errno ---- */

/* Whether it is there or not. */
int bpfmap_put(int map, const void *key, const void *value);
/* EEXIST: it is there. */
int bpfmap_add(int map, const void *key, const void *value);
int bpfmap_look(int map, const void *key, void *value);
/* Takes it out; value may be NULL. */
int bpfmap_take(int map, const void *key, void *value);

/* Calls fn for each that is there at some time meanwhile, a few hundred together; fn may take
 * out what it is told. False from fn: no more. */
typedef bool (*bpfmap_each_fn)(void *arg, const void *key, const void *value);
void bpfmap_each(int map, bpfmap_each_fn fn, void *arg);

/* How many it can hold; 0: it is no map. */
uint32_t bpfmap_room(int map);
/* CPUs that count, which is how many values a map of each CPU's has for a key. */
unsigned bpfmap_cpus(void);

#endif
