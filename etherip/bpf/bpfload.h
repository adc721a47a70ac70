/* etherip/bpf/bpfload.h - the programs in the kernel (eipprogram.bpf) and their maps: loaded,
 * pinned, hung on devices, taken off again.
 *
 * It knows maps by their names and devices by their numbers, and nothing of tunnels. Control
 * loop. Layer: etherip/bpf; the owner of libbpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFLOAD_H
#define ETHERIP_BPF_BPFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpfkey_event;
struct bpfkey_shared;
struct bpfload;
struct err;

enum bpfload_map {
	BPFLOAD_PEERS, BPFLOAD_TUNNELS, BPFLOAD_PORTS, BPFLOAD_TABLES,
	BPFLOAD_HELD, BPFLOAD_COUNTS, BPFLOAD_BUCKETS, BPFLOAD_DEVICES,
	BPFLOAD_GROUPS, BPFLOAD_SHARED, BPFLOAD_EVENTS
};
#define BPFLOAD_MAPS	11

/* pins: a directory on a BPF file system, made where it is missing; NULL, or elsewhere:
 * nothing is pinned. What is pinned there and has our shape is taken over. NULL with a
 * sentence and errno. */
struct bpfload *bpfload_open(const char *pins, struct err *e);
/* The maps of a process that has gone, to clear after it. NULL: there are none. */
struct bpfload *bpfload_open_pinned(const char *pins);
/* Whatever is not pinned goes, but for filters of tc. NULL is harmless. */
void bpfload_close(struct bpfload **pl);
/* Takes all pins away: maps go with who has them open. */
void bpfload_unpin(const char *pins);

/* Does it outlive this process? */
bool bpfload_is_pinned(const struct bpfload *l);
/* The descriptor of a map, of the object. */
int bpfload_map(const struct bpfload *l, enum bpfload_map which);
/* That of a program by its name. */
int bpfload_program(const struct bpfload *l, const char *name);
struct bpfkey_shared *bpfload_shared(const struct bpfload *l);

/* ---- maps: 0, or an errno ---- */

/* Whether it is there or not. */
int bpfload_put(int map, const void *key, const void *value);
/* EEXIST: it is there. */
int bpfload_add(int map, const void *key, const void *value);
int bpfload_look(int map, const void *key, void *value);
/* Takes it out; value may be NULL. */
int bpfload_take(int map, const void *key, void *value);
/* Calls fn for each that is there at some time meanwhile, a few hundred together; fn may take
 * out what it is told. False from fn: no more. */
typedef bool (*bpfload_each_fn)(void *arg, const void *key, const void *value);
void bpfload_each(int map, bpfload_each_fn fn, void *arg);
/* A table of stations for the group, empty, in the place of the one that it has; its
 * descriptor, the caller's. Or -1 with errno. */
int bpfload_new_table(const struct bpfload *l, uint32_t group,
    uint32_t limit);
/* Is there one? */
bool bpfload_has_table(const struct bpfload *l, uint32_t group);
/* The one that a process before us made, the caller's. Or -1. */
int bpfload_find_table(const struct bpfload *l, uint32_t group);
/* There is none any more. */
void bpfload_drop_table(const struct bpfload *l, uint32_t group);
/* How many stations a table can hold; 0: no table. */
uint32_t bpfload_table_limit(int table);
/* CPUs that count, which is how many values BPFLOAD_COUNTS has for a slot. */
unsigned bpfload_cpus(void);

/* ---- devices ---- */

/* Programs of a role hang on the device from here on (BPFKEY_ROLE_LAN, …TAP, …WAN), in the
 * place of older ones of ours, without a gap. did: takes up the role and BPFKEY_WAS_BARE. 0, or
 * an errno. */
int bpfload_attach(struct bpfload *l, unsigned ifindex, unsigned role,
    uint32_t *did);
/* On a WAN's device stands another XDP program: packets are taken a little later, and dearer. */
bool bpfload_is_late(const struct bpfload *l, unsigned ifindex);
/* They are taken off; with BPFKEY_WAS_BARE in did clsact, too. */
void bpfload_detach(struct bpfload *l, unsigned ifindex, unsigned roles,
    uint32_t did);

/* ---- events ---- */

typedef void (*bpfload_event_fn)(void *arg, const struct bpfkey_event *e);

/* Readable when there are some; of the object. -1 before the first bpfload_events. */
int bpfload_events_fd(const struct bpfload *l);
/* Calls fn for each that waits. */
void bpfload_events(struct bpfload *l, bpfload_event_fn fn, void *arg);

#endif
