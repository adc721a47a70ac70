/* etherip/bpf/bpfmap.c - see bpfmap.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfmap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"

int
bpfmap_new(const char *name, uint32_t key_len, uint32_t value_len,
    uint32_t room)
{
	return bpf_map_create(BPF_MAP_TYPE_HASH, name, key_len, value_len,
	    room, NULL);
}

void
bpfmap_pin(int map, const char *path)
{
	(void)bpf_obj_pin(map, path);
}

int
bpfmap_open(const char *path)
{
	int fd = bpf_obj_get(path);

	return fd >= 0 ? fd : -1;
}

int
bpfmap_put(int map, const void *key, const void *value)
{
	return bpf_map_update_elem(map, key, value, BPF_ANY) == 0 ? 0 : errno;
}

int
bpfmap_add(int map, const void *key, const void *value)
{
	return bpf_map_update_elem(map, key, value, BPF_NOEXIST) == 0 ? 0 :
	    errno;
}

int
bpfmap_look(int map, const void *key, void *value)
{
	return bpf_map_lookup_elem(map, key, value) == 0 ? 0 : errno;
}

int
bpfmap_take(int map, const void *key, void *value)
{
	int rc = value == NULL ? bpf_map_delete_elem(map, key) :
	    bpf_map_lookup_and_delete_elem(map, key, value);

	return rc == 0 ? 0 : errno;
}

#define BATCH	512u

void
bpfmap_each(int map, bpfmap_each_fn fn, void *arg)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info), in = 0, out = 0, count;
	uint8_t *keys, *values;
	bool first = true, last = false, more = true;

	if (bpf_obj_get_info_by_fd(map, &info, &len) != 0)
		return;
	keys = mem_zalloc(BATCH, info.key_size);
	values = mem_zalloc(BATCH, info.value_size);
	while (more && !last) {
		int rc;

		count = BATCH;
		rc = bpf_map_lookup_batch(map, first ? NULL : &in, &out, keys,
		    values, &count, NULL);
		/* The last ones come with ENOENT. */
		last = rc != 0;
		if (rc != 0 && errno != ENOENT)
			break;
		for (uint32_t i = 0; more && i < count; i++)
			more = fn(arg, keys + (size_t)i * info.key_size,
			    values + (size_t)i * info.value_size);
		in = out;
		first = false;
	}
	free(keys);
	free(values);
}

uint32_t
bpfmap_room(int map)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(map, &info, &len) == 0 ?
	    info.max_entries : 0;
}

unsigned
bpfmap_cpus(void)
{
	int n = libbpf_num_possible_cpus();

	return n > 0 ? (unsigned)n : 1;
}
