/* etherip/move/rollcall.c - see rollcall.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/rollcall.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"

void
rollcall_fini(struct rollcall *r)
{
	free(r->v);
	*r = (struct rollcall){ 0 };
}

void
rollcall_add(struct rollcall *r, const struct rollcall_entry *e, mono_ns now)
{
	if (r->next == r->count) {
		r->next = r->count = 0;
		if (r->at < now + ROLLCALL_DELAY_NS)
			r->at = now + ROLLCALL_DELAY_NS;
	}
	r->v = mem_grow(r->v, &r->room, r->count + 1, sizeof(*r->v));
	r->v[r->count++] = *e;
}

void
rollcall_cancel(struct rollcall *r, unsigned member)
{
	size_t kept = r->next;

	for (size_t i = r->next; i < r->count; i++)
		if (r->v[i].member != member)
			r->v[kept++] = r->v[i];
	r->count = kept;
}

bool
rollcall_due(struct rollcall *r, mono_ns now, struct rollcall_entry *out)
{
	if (r->next == r->count || r->at > now)
		return false;
	*out = r->v[r->next++];
	r->at = now + ROLLCALL_PACE_NS;
	return true;
}

mono_ns
rollcall_next(const struct rollcall *r)
{
	return r->next < r->count ? r->at : UINT64_MAX;
}
