/* etherip/bpf/bpfload.h - the programs in the kernel (eipprogram.bpf, eipguard.bpf) and their
 * maps: loaded, pinned, taken over from the process before.
 *
 * It knows maps by their names, and nothing of tunnels and devices. Control loop.
 * Layer: etherip/bpf; with bpfmap, bpftable and bpfhook the owner of libbpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFLOAD_H
#define ETHERIP_BPF_BPFLOAD_H

#include <stddef.h>
#include <stdint.h>

struct bpfkey_event;
struct bpfkey_shared;
struct bpfload;
struct err;

enum bpfload_map {
	BPFLOAD_PEERS, BPFLOAD_TUNNELS, BPFLOAD_PORTS, BPFLOAD_TABLES,
	BPFLOAD_HELD, BPFLOAD_COUNTS, BPFLOAD_BUCKETS, BPFLOAD_DEVICES,
	BPFLOAD_GROUPS, BPFLOAD_SHARED, BPFLOAD_EVENTS, BPFLOAD_LANES
};
#define BPFLOAD_MAPS	12

/* pins: a directory on a BPF file system, made where it is missing; NULL, or elsewhere:
 * nothing is pinned. What is pinned there and has our shape is taken over. NULL with a
 * sentence and errno. */
struct bpfload *bpfload_open(const char *pins, struct err *e);
/* The maps of a process that has gone, to clear after it. NULL: there are none. */
struct bpfload *bpfload_open_pinned(const char *pins);
/* Whatever is not pinned goes. NULL is harmless. */
void bpfload_close(struct bpfload **pl);

/* Where it is pinned, and so outlives this process; of the object. NULL: nowhere. */
const char *bpfload_pins(const struct bpfload *l);
/* The descriptor of a map, of the object. */
int bpfload_map(const struct bpfload *l, enum bpfload_map which);
/* That of a program by its name. */
int bpfload_program(const struct bpfload *l, const char *name);
/* That of one of the guard's (eipguard.bpf), which needs a kernel that describes itself (BTF); -1:
 * this one does not, or not to us. */
int bpfload_guard(const struct bpfload *l, const char *name);
struct bpfkey_shared *bpfload_shared(const struct bpfload *l);

/* ---- events ---- */

typedef void (*bpfload_event_fn)(void *arg, const struct bpfkey_event *e);

/* Readable when there are some; of the object. -1 before the first bpfload_events. */
int bpfload_events_fd(const struct bpfload *l);
/* Calls fn for each that waits. */
void bpfload_events(struct bpfload *l, bpfload_event_fn fn, void *arg);

#endif
