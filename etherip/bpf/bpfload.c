/* etherip/bpf/bpfload.c - see bpfload.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfload.h"

#include <assert.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfpins.h"

/* The compiled programs; one octet where the build had no clang. */
static const uint8_t program[] = {
#include "etherip/bpf/eipprogram.inc"
	0
};

static const uint8_t guard[] = {
#include "etherip/bpf/eipguard.inc"
	0
};

/* In the order of the enum. */
static const char *const map_names[BPFLOAD_MAPS] = {
	"eip_peers", "eip_tunnels", "eip_ports", "eip_tables", "eip_held",
	"eip_counts", "eip_buckets", "eip_devices", "eip_groups",
	"eip_shared", "eip_events", "eip_lanes"
};

struct bpfload {
	struct bpf_object	*object;	/* NULL: maps alone */
	struct bpf_object	*guard;		/* NULL: there is none */
	char			*pins;		/* NULL: nothing is pinned */
	int			 maps[BPFLOAD_MAPS];
	struct bpfkey_shared	*shared;	/* mapped; NULL: not */
	struct ring_buffer	*ring;
	bpfload_event_fn	 on_event;
	void			*arg;
};

/* ---- loading ---- */

static int
pin_maps(struct bpf_object *o, const char *pins)
{
	char path[BPFPINS_PATH];

	for (size_t i = 0; i < BPFLOAD_MAPS; i++) {
		struct bpf_map *m = bpf_object__find_map_by_name(o,
		    map_names[i]);

		assert(m != NULL);	/* it is our own program */
		if (bpf_map__set_pin_path(m, bpfpins_path(path, pins,
		    map_names[i])) != 0)
			return -1;
	}
	return 0;
}

/* The library's own words go nowhere: what matters comes back as an errno. */
static struct bpf_object *
load(const char *pins)
{
	struct bpf_object *o;
	int was;

	(void)libbpf_set_print(NULL);
	if (sizeof(program) == 1) {
		errno = ENOSYS;
		return NULL;
	}
	o = bpf_object__open_mem(program, sizeof(program) - 1, NULL);
	if (o == NULL)
		return NULL;
	if ((pins == NULL || pin_maps(o, pins) == 0) &&
	    bpf_object__load(o) == 0)
		return o;
	was = errno;
	bpf_object__close(o);
	errno = was;
	return NULL;
}

static struct bpfload *
new_load(void)
{
	struct bpfload *l = mem_zalloc(1, sizeof(*l));

	for (size_t i = 0; i < BPFLOAD_MAPS; i++)
		l->maps[i] = -1;
	return l;
}

static bool
map_shared(struct bpfload *l)
{
	void *at = mmap(NULL, sizeof(*l->shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, l->maps[BPFLOAD_SHARED], 0);

	l->shared = at == MAP_FAILED ? NULL : at;
	return l->shared != NULL;
}

static void
find_maps(struct bpfload *l)
{
	for (size_t i = 0; i < BPFLOAD_MAPS; i++) {
		l->maps[i] = bpf_object__find_map_fd_by_name(l->object,
		    map_names[i]);
		assert(l->maps[i] >= 0);
	}
}

/* It is of use with the others' maps alone, and they without it. */
static void
load_guard(struct bpfload *l)
{
	struct bpf_object *o = sizeof(guard) == 1 ? NULL :
	    bpf_object__open_mem(guard, sizeof(guard) - 1, NULL);
	struct bpf_map *m;
	int rc = o == NULL ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < BPFLOAD_MAPS; i++) {
		m = bpf_object__find_map_by_name(o, map_names[i]);
		if (m != NULL)
			rc = bpf_map__reuse_fd(m, l->maps[i]);
	}
	if (rc == 0)
		rc = bpf_object__load(o);
	if (rc == 0)
		l->guard = o;
	else
		bpf_object__close(o);
}

static struct bpfload *
try_open(const char *pins)
{
	struct bpf_object *o = load(pins);
	struct bpfload *l;

	if (o == NULL)
		return NULL;
	l = new_load();
	l->object = o;
	l->pins = mem_strdup(pins);
	find_maps(l);
	if (!map_shared(l)) {
		bpfload_close(&l);
		return NULL;
	}
	if (l->shared->shape == 0)
		l->shared->shape = BPFKEY_SHAPE;
	load_guard(l);
	return l;
}

struct bpfload *
bpfload_open(const char *pins, struct err *e)
{
	const char *at = pins != NULL && bpfpins_make(pins) ? pins : NULL;
	struct bpfload *l = try_open(at);
	int why;

	/* Another shape of maps, or of what is in them: from the start. */
	if (at != NULL && (l == NULL ? errno != EPERM && errno != ENOSYS :
	    l->shared->shape != BPFKEY_SHAPE)) {
		bpfload_close(&l);
		bpfpins_remove(at);
		l = bpfpins_make(at) ? try_open(at) : NULL;
	}
	if (l != NULL)
		return l;
	why = errno;
	(void)err_sys(e, why, sizeof(program) == 1 ?
	    "this program was built without clang" :
	    "programs for the kernel (5.18 or later)");
	errno = why;
	return NULL;
}

struct bpfload *
bpfload_open_pinned(const char *pins)
{
	struct bpfload *l = new_load();
	char path[BPFPINS_PATH];

	l->pins = mem_strdup(pins);
	for (size_t i = 0; i < BPFLOAD_MAPS; i++)
		l->maps[i] = bpf_obj_get(bpfpins_path(path, pins, map_names[i]));
	if (l->maps[BPFLOAD_DEVICES] < 0)
		bpfload_close(&l);
	return l;
}

void
bpfload_close(struct bpfload **pl)
{
	struct bpfload *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	ring_buffer__free(l->ring);
	if (l->shared != NULL)
		(void)munmap(l->shared, sizeof(*l->shared));
	for (size_t i = 0; l->object == NULL && i < BPFLOAD_MAPS; i++)
		if (l->maps[i] >= 0)
			(void)close(l->maps[i]);
	bpf_object__close(l->guard);
	bpf_object__close(l->object);
	free(l->pins);
	free(l);
}

const char *
bpfload_pins(const struct bpfload *l)
{
	return l->pins;
}

int
bpfload_map(const struct bpfload *l, enum bpfload_map which)
{
	return l->maps[which];
}

int
bpfload_program(const struct bpfload *l, const char *name)
{
	const struct bpf_program *p = bpf_object__find_program_by_name(
	    l->object, name);

	assert(p != NULL);
	return bpf_program__fd(p);
}

int
bpfload_guard(const struct bpfload *l, const char *name)
{
	const struct bpf_program *p = l->guard == NULL ? NULL :
	    bpf_object__find_program_by_name(l->guard, name);

	return p != NULL ? bpf_program__fd(p) : -1;
}

struct bpfkey_shared *
bpfload_shared(const struct bpfload *l)
{
	return l->shared;
}

/* ---- events ---- */

static int
on_sample(void *arg, void *data, size_t len)
{
	struct bpfload *l = arg;

	if (len >= sizeof(struct bpfkey_event) && l->on_event != NULL)
		l->on_event(l->arg, data);
	return 0;
}

int
bpfload_events_fd(const struct bpfload *l)
{
	return l->ring == NULL ? -1 : ring_buffer__epoll_fd(l->ring);
}

void
bpfload_events(struct bpfload *l, bpfload_event_fn fn, void *arg)
{
	l->on_event = fn;
	l->arg = arg;
	if (l->ring == NULL)
		l->ring = ring_buffer__new(l->maps[BPFLOAD_EVENTS], on_sample,
		    l, NULL);
	if (l->ring != NULL)
		(void)ring_buffer__consume(l->ring);
}
