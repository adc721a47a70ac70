/* etherip/bpf/bpfload.c - see bpfload.h.
 *
 * Filters of tc have a place of their own among those of a device (PRIORITY, HANDLE); an XDP
 * program hangs on a link, which is pinned beside the maps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfload.h"

#include <assert.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "etherip/bpf/bpfkey.h"

#define PRIORITY	97	/* and those of the other places behind it */
#define HANDLE		1
#define PATH_CAP	512

/* The compiled programs; one octet where the build had no clang. */
static const uint8_t program[] = {
#include "etherip/bpf/eipprogram.inc"
	0
};

/* In the order of the enum. */
static const char *const map_names[BPFLOAD_MAPS] = {
	"eip_peers", "eip_tunnels", "eip_ports", "eip_tables", "eip_held",
	"eip_counts", "eip_buckets", "eip_devices", "eip_groups",
	"eip_shared", "eip_events"
};

struct wan_link {
	unsigned	 ifindex;
	int		 fd;		/* of the XDP link; -1: another's is there */
};

struct bpfload {
	struct bpf_object	*object;	/* NULL: maps alone */
	char			*pins;		/* NULL: nothing is pinned */
	int			 maps[BPFLOAD_MAPS];
	struct bpfkey_shared	*shared;	/* mapped; NULL: not */
	struct ring_buffer	*ring;
	bpfload_event_fn	 on_event;
	void			*arg;
	struct wan_link		*wans;		/* owned */
	size_t			 wan_count, wan_room;
};

/* ---- the folder of pins ---- */

/* Is the last part of it that is there on a BPF file system? Then the rest is made. */
static bool
make_pins(const char *pins)
{
	char path[PATH_CAP];
	size_t len = strlen(pins), at;
	struct statfs fs;

	if (len == 0 || len >= sizeof(path) || pins[0] != '/')
		return false;
	memcpy(path, pins, len + 1);
	for (at = len; statfs(path, &fs) != 0; path[at] = '\0') {
		while (at > 1 && path[at] != '/')
			at--;
		if (errno != ENOENT || at <= 1)
			return false;
	}
	if ((unsigned long)fs.f_type != BPF_FS_MAGIC)
		return false;
	for (at = 1; at <= len; at++) {
		if (pins[at] != '/' && pins[at] != '\0')
			continue;
		memcpy(path, pins, at);
		path[at] = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

static const char *
pin_path(char path[PATH_CAP], const char *pins, const char *name)
{
	(void)snprintf(path, PATH_CAP, "%s/%s", pins, name);
	return path;
}

void
bpfload_unpin(const char *pins)
{
	DIR *d = opendir(pins);
	char path[PATH_CAP];
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, "eip_", 4) == 0)
			(void)unlink(pin_path(path, pins, entry->d_name));
	(void)closedir(d);
	(void)rmdir(pins);
}

/* ---- loading ---- */

static int
pin_maps(struct bpf_object *o, const char *pins)
{
	char path[PATH_CAP];

	for (size_t i = 0; i < BPFLOAD_MAPS; i++) {
		struct bpf_map *m = bpf_object__find_map_by_name(o,
		    map_names[i]);

		assert(m != NULL);	/* it is our own program */
		if (bpf_map__set_pin_path(m, pin_path(path, pins,
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
	return l;
}

struct bpfload *
bpfload_open(const char *pins, struct err *e)
{
	const char *at = pins != NULL && make_pins(pins) ? pins : NULL;
	struct bpfload *l = try_open(at);
	int why;

	/* Another shape of maps, or of what is in them: from the start. */
	if (at != NULL && (l == NULL ? errno != EPERM && errno != ENOSYS :
	    l->shared->shape != BPFKEY_SHAPE)) {
		bpfload_close(&l);
		bpfload_unpin(at);
		l = make_pins(at) ? try_open(at) : NULL;
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
	char path[PATH_CAP];

	l->pins = mem_strdup(pins);
	for (size_t i = 0; i < BPFLOAD_MAPS; i++)
		l->maps[i] = bpf_obj_get(pin_path(path, pins, map_names[i]));
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
	for (size_t i = 0; i < l->wan_count; i++)
		if (l->wans[i].fd >= 0)
			(void)close(l->wans[i].fd);
	for (size_t i = 0; l->object == NULL && i < BPFLOAD_MAPS; i++)
		if (l->maps[i] >= 0)
			(void)close(l->maps[i]);
	bpf_object__close(l->object);
	free(l->wans);
	free(l->pins);
	free(l);
}

bool
bpfload_is_pinned(const struct bpfload *l)
{
	return l->pins != NULL;
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

struct bpfkey_shared *
bpfload_shared(const struct bpfload *l)
{
	return l->shared;
}

/* ---- maps ---- */

int
bpfload_put(int map, const void *key, const void *value)
{
	return bpf_map_update_elem(map, key, value, BPF_ANY) == 0 ? 0 : errno;
}

int
bpfload_add(int map, const void *key, const void *value)
{
	return bpf_map_update_elem(map, key, value, BPF_NOEXIST) == 0 ? 0 :
	    errno;
}

int
bpfload_look(int map, const void *key, void *value)
{
	return bpf_map_lookup_elem(map, key, value) == 0 ? 0 : errno;
}

int
bpfload_take(int map, const void *key, void *value)
{
	int rc = value == NULL ? bpf_map_delete_elem(map, key) :
	    bpf_map_lookup_and_delete_elem(map, key, value);

	return rc == 0 ? 0 : errno;
}

#define BATCH	512u

void
bpfload_each(int map, bpfload_each_fn fn, void *arg)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info), in = 0, out = 0, count;
	uint8_t *keys, *values;
	bool first = true, more = true;

	if (bpf_obj_get_info_by_fd(map, &info, &len) != 0)
		return;
	keys = mem_zalloc(BATCH, info.key_size);
	values = mem_zalloc(BATCH, info.value_size);
	while (more) {
		int rc;

		count = BATCH;
		rc = bpf_map_lookup_batch(map, first ? NULL : &in, &out, keys,
		    values, &count, NULL);
		/* The last ones come with ENOENT. */
		more = rc == 0;
		if (rc != 0 && errno != ENOENT)
			break;
		for (uint32_t i = 0; i < count; i++)
			if (!fn(arg, keys + (size_t)i * info.key_size,
			    values + (size_t)i * info.value_size))
				more = false;
		in = out;
		first = false;
	}
	free(keys);
	free(values);
}

static const char *
table_path(const struct bpfload *l, char path[PATH_CAP], uint32_t group)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "eip_table-%u", (unsigned)group);
	return pin_path(path, l->pins, name);
}

void
bpfload_drop_table(const struct bpfload *l, uint32_t group)
{
	char path[PATH_CAP];

	(void)bpf_map_delete_elem(l->maps[BPFLOAD_TABLES], &group);
	if (l->pins != NULL)
		(void)unlink(table_path(l, path, group));
}

int
bpfload_new_table(const struct bpfload *l, uint32_t group, uint32_t limit)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "eip_stations",
	    sizeof(struct bpfkey_station), sizeof(struct bpfkey_known),
	    limit, NULL);
	char path[PATH_CAP];

	if (fd < 0)
		return -1;
	if (bpf_map_update_elem(l->maps[BPFLOAD_TABLES], &group, &fd,
	    BPF_ANY) != 0) {
		int was = errno;

		(void)close(fd);
		errno = was;
		return -1;
	}
	if (l->pins != NULL) {
		(void)unlink(table_path(l, path, group));
		(void)bpf_obj_pin(fd, path);
	}
	return fd;
}

bool
bpfload_has_table(const struct bpfload *l, uint32_t group)
{
	uint32_t id;

	return bpf_map_lookup_elem(l->maps[BPFLOAD_TABLES], &group, &id) == 0;
}

/* By its pin: to open a map by its number takes more rights than we keep. */
int
bpfload_find_table(const struct bpfload *l, uint32_t group)
{
	char path[PATH_CAP];
	int fd = -1;

	if (l->pins != NULL && bpfload_has_table(l, group))
		fd = bpf_obj_get(table_path(l, path, group));
	return fd >= 0 ? fd : -1;
}

uint32_t
bpfload_table_limit(int table)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(table, &info, &len) == 0 ?
	    info.max_entries : 0;
}

unsigned
bpfload_cpus(void)
{
	int n = libbpf_num_possible_cpus();

	return n > 0 ? (unsigned)n : 1;
}

/* ---- filters of tc ---- */

struct place {
	unsigned		 role;
	enum bpf_tc_attach_point at;
	const char		*program;
};

static const struct place places[] = {
	{ BPFKEY_ROLE_LAN, BPF_TC_INGRESS, "eip_lan_in" },
	{ BPFKEY_ROLE_TAP, BPF_TC_EGRESS, "eip_tap_out" },
	{ BPFKEY_ROLE_TAP, BPF_TC_INGRESS, "eip_tap_in" },
	{ BPFKEY_ROLE_WAN, BPF_TC_INGRESS, "eip_wan_in" },
};

#define BOTH_WAYS(device) { .sz = sizeof(struct bpf_tc_hook), \
	.ifindex = (int)(device), \
	.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS }

/* Each has a priority of its own, for a device may have more than one role. */
static uint32_t
priority_of(const struct place *p)
{
	return PRIORITY + (uint32_t)(p - places);
}

static int
attach_filter(const struct bpfload *l, unsigned ifindex,
    const struct place *p, uint32_t *did)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);
	struct bpf_tc_opts opts = { .sz = sizeof(opts), .handle = HANDLE,
	    .priority = priority_of(p), .flags = BPF_TC_F_REPLACE,
	    .prog_fd = bpfload_program(l, p->program) };
	int rc = bpf_tc_hook_create(&hook);

	if (rc == 0)
		*did |= BPFKEY_WAS_BARE;
	else if (rc != -EEXIST)
		return -rc;
	hook.attach_point = p->at;
	rc = bpf_tc_attach(&hook, &opts);
	return rc == 0 ? 0 : -rc;
}

static void
detach_filter(unsigned ifindex, const struct place *p)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);
	struct bpf_tc_opts opts = { .sz = sizeof(opts), .handle = HANDLE,
	    .priority = priority_of(p) };

	hook.attach_point = p->at;
	(void)bpf_tc_detach(&hook, &opts);
}

static void
detach_clsact(unsigned ifindex)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);

	(void)bpf_tc_hook_destroy(&hook);
}

/* ---- XDP ---- */

static const char *
link_path(const struct bpfload *l, char path[PATH_CAP], unsigned ifindex)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "eip_xdp-%u", ifindex);
	return pin_path(path, l->pins, name);
}

static struct wan_link *
find_wan(const struct bpfload *l, unsigned ifindex)
{
	for (size_t i = 0; i < l->wan_count; i++)
		if (l->wans[i].ifindex == ifindex)
			return &l->wans[i];
	return NULL;
}

/* The link of the process before, with our program on it; -1: there is none, or its device
 * has gone. */
static int
take_over_link(const struct bpfload *l, unsigned ifindex, int fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t len = sizeof(info);
	char path[PATH_CAP];
	int link = l->pins == NULL ? -1 :
	    bpf_obj_get(link_path(l, path, ifindex));

	if (link < 0)
		return -1;
	if (bpf_obj_get_info_by_fd(link, &info, &len) == 0 &&
	    info.xdp.ifindex == ifindex &&
	    bpf_link_update(link, fd, NULL) == 0)
		return link;
	(void)unlink(path);
	(void)close(link);
	return -1;
}

static int
make_link(const struct bpfload *l, unsigned ifindex, int fd)
{
	struct bpf_link_create_opts o = { .sz = sizeof(o),
	    .flags = XDP_FLAGS_DRV_MODE };
	int link = bpf_link_create(fd, (int)ifindex, BPF_XDP, &o);
	char path[PATH_CAP];

	if (link < 0 && errno != EBUSY && errno != EEXIST && errno != EPERM &&
	    errno != ENODEV) {
		o.flags = XDP_FLAGS_SKB_MODE;
		link = bpf_link_create(fd, (int)ifindex, BPF_XDP, &o);
	}
	if (link >= 0 && l->pins != NULL)
		(void)bpf_obj_pin(link, link_path(l, path, ifindex));
	return link >= 0 ? link : -1;
}

static void
attach_xdp(struct bpfload *l, unsigned ifindex)
{
	int fd = bpfload_program(l, "eip_strip");
	struct wan_link *w = find_wan(l, ifindex);

	if (w == NULL) {
		l->wans = mem_grow(l->wans, &l->wan_room, l->wan_count + 1,
		    sizeof(*l->wans));
		w = &l->wans[l->wan_count++];
		*w = (struct wan_link){ ifindex, -1 };
	}
	if (w->fd >= 0)
		return;
	w->fd = take_over_link(l, ifindex, fd);
	if (w->fd < 0)
		w->fd = make_link(l, ifindex, fd);
}

static void
detach_xdp(struct bpfload *l, unsigned ifindex)
{
	struct wan_link *w = find_wan(l, ifindex);
	char path[PATH_CAP];

	if (l->pins != NULL)
		(void)unlink(link_path(l, path, ifindex));
	if (w == NULL)
		return;
	if (w->fd >= 0)
		(void)close(w->fd);
	*w = l->wans[--l->wan_count];
}

bool
bpfload_is_late(const struct bpfload *l, unsigned ifindex)
{
	const struct wan_link *w = find_wan(l, ifindex);

	return w != NULL && w->fd < 0;
}

/* ---- devices ---- */

int
bpfload_attach(struct bpfload *l, unsigned ifindex, unsigned role,
    uint32_t *did)
{
	for (size_t i = 0; i < OBJ_COUNT(places); i++) {
		int why = places[i].role != role ? 0 :
		    attach_filter(l, ifindex, &places[i], did);

		if (why != 0)
			return why;
	}
	if (role == BPFKEY_ROLE_WAN)
		attach_xdp(l, ifindex);
	*did |= role;
	return 0;
}

void
bpfload_detach(struct bpfload *l, unsigned ifindex, unsigned roles,
    uint32_t did)
{
	for (size_t i = 0; i < OBJ_COUNT(places); i++)
		if ((places[i].role & roles) != 0)
			detach_filter(ifindex, &places[i]);
	if ((roles & BPFKEY_ROLE_WAN) != 0)
		detach_xdp(l, ifindex);
	if ((did & BPFKEY_WAS_BARE) != 0 && (did & BPFKEY_ROLES & ~roles) == 0)
		detach_clsact(ifindex);
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
