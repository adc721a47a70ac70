/* etherip/bpf/bpftable.c - see bpftable.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpftable.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfpins.h"

static const char *
table_path(const struct bpfload *l, char path[BPFPINS_PATH], uint32_t group)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "eip_table-%u", (unsigned)group);
	return bpfpins_path(path, bpfload_pins(l), name);
}

void
bpftable_drop(const struct bpfload *l, uint32_t group)
{
	char path[BPFPINS_PATH];

	(void)bpfmap_take(bpfload_map(l, BPFLOAD_TABLES), &group, NULL);
	if (bpfload_pins(l) != NULL)
		(void)unlink(table_path(l, path, group));
}

int
bpftable_new(const struct bpfload *l, uint32_t group, uint32_t limit)
{
	int fd = bpfmap_new("eip_stations", sizeof(struct bpfkey_station),
	    sizeof(struct bpfkey_known), limit), rc;
	char path[BPFPINS_PATH];

	if (fd < 0)
		return -1;
	rc = bpfmap_put(bpfload_map(l, BPFLOAD_TABLES), &group, &fd);
	if (rc != 0) {
		(void)close(fd);
		errno = rc;
		return -1;
	}
	if (bpfload_pins(l) != NULL) {
		(void)unlink(table_path(l, path, group));
		bpfmap_pin(fd, path);
	}
	return fd;
}

bool
bpftable_has(const struct bpfload *l, uint32_t group)
{
	uint32_t id;

	return bpfmap_look(bpfload_map(l, BPFLOAD_TABLES), &group, &id) == 0;
}

/* By its pin: to open a map by its number takes more rights than we keep. */
int
bpftable_find(const struct bpfload *l, uint32_t group)
{
	char path[BPFPINS_PATH];
	int fd = -1;

	if (bpfload_pins(l) != NULL && bpftable_has(l, group))
		fd = bpfmap_open(table_path(l, path, group));
	return fd;
}
