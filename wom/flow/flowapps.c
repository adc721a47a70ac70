/* wom/flow/flowapps.c - see flowapps.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowapps.h"

#include <stdlib.h>

#include "core/base/mem.h"

void
flowapps_fini(struct flowapps *a)
{
	struct flowapp *t;
	size_t at = 0;

	while ((t = map_next(&a->by_name, &at, NULL)) != NULL) {
		/* It is ours; the type is for who reads. */
		free((void *)(uintptr_t)t->name);
		free(t);
	}
	map_fini(&a->by_name);
}

struct flowapp *
flowapps_get(struct flowapps *a, const char *name)
{
	struct flowapp *t = map_find(&a->by_name, name);

	if (t != NULL)
		return t;
	/* One place is for all that find none. */
	if (a->by_name.count >= FLOWSET_APPS_MAX - 1) {
		name = FLOWSET_OTHERS;
		if ((t = map_find(&a->by_name, name)) != NULL)
			return t;
	}
	t = mem_zalloc(1, sizeof(*t));
	t->name = mem_strdup(name);
	(void)map_put(&a->by_name, t->name, t);
	return t;
}

void
flowapps_add(struct flow_counts *to, const struct flow_counts *more)
{
	to->lan_in += more->lan_in;
	to->lan_out += more->lan_out;
	to->wan_out += more->wan_out;
	to->wan_in += more->wan_in;
	to->dedup += more->dedup;
	to->delta += more->delta;
	to->zero += more->zero;
	to->literal += more->literal;
	to->bypassed += more->bypassed;
	to->packed += more->packed;
	to->blocks_out += more->blocks_out;
	to->blocks_in += more->blocks_in;
	to->again_out += more->again_out;
	to->again_in += more->again_in;
	to->encode_ns += more->encode_ns;
	to->decode_ns += more->decode_ns;
	to->stall_room_ns += more->stall_room_ns;
	to->stall_reader_ns += more->stall_reader_ns;
}
