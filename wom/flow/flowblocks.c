/* wom/flow/flowblocks.c - see flowblocks.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowblocks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

static size_t
octets_of(unsigned size)
{
	return (size_t)1024 << size;
}

static unsigned
size_for(size_t cap)
{
	unsigned size = 0;

	assert(cap <= FLOWBLOCKS_MAX);
	while (octets_of(size) < cap)
		size++;
	return size;
}

void
flowblocks_init(struct flowblocks *p, size_t idle_max)
{
	for (unsigned i = 0; i < FLOWBLOCKS_SIZES; i++)
		list_init(&p->spare[i]);
	p->used = p->idle = 0;
	p->idle_max = idle_max;
}

void
flowblocks_fini(struct flowblocks *p)
{
	assert(p->used == 0);
	for (unsigned i = 0; i < FLOWBLOCKS_SIZES; i++)
		LIST_EACH(&p->spare[i], it)
			free(OBJ_OF(it, struct flowblock, node));
}

struct flowblock *
flowblocks_get(struct flowblocks *p, size_t cap)
{
	unsigned size = size_for(cap);
	struct list *spare = &p->spare[size];
	struct flowblock *b;

	if (list_empty(spare)) {
		b = mem_resize(NULL, sizeof(*b) + octets_of(size), 1);
		b->cap = (uint32_t)octets_of(size);
		list_init(&b->node);
	} else {
		/* The one that was used last is in the processor's cache. */
		b = OBJ_OF(spare->prev, struct flowblock, node);
		list_remove(&b->node);
		p->idle -= b->cap;
	}
	p->used += b->cap;
	b->number = 0;
	b->named = false;
	b->at = b->len = 0;
	return b;
}

void
flowblocks_put(struct flowblocks *p, struct flowblock **pb)
{
	struct flowblock *b = *pb;

	*pb = NULL;
	if (b == NULL)
		return;
	assert(list_empty(&b->node) && p->used >= b->cap);
	p->used -= b->cap;
	if (p->idle + b->cap > p->idle_max) {
		free(b);
		return;
	}
	p->idle += b->cap;
	list_append(&p->spare[size_for(b->cap)], &b->node);
}

static void
move(struct flowblocks *p, struct flowblock **pb, size_t cap)
{
	struct flowblock *b = flowblocks_get(p, cap), *was = *pb;

	if (was != NULL) {
		assert(was->at == 0 && !was->named);
		b->number = was->number;
		b->len = was->len;
		memcpy(b->octets, was->octets, was->len);
		flowblocks_put(p, pb);
	}
	*pb = b;
}

void
flowblocks_fit(struct flowblocks *p, struct flowblock **pb)
{
	if (size_for((*pb)->len) < size_for((*pb)->cap))
		move(p, pb, (*pb)->len);
}

void
flowblocks_grow(struct flowblocks *p, struct flowblock **pb, size_t cap)
{
	if (*pb == NULL || (*pb)->cap < cap)
		move(p, pb, cap);
}
