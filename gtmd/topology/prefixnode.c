/* gtmd/topology/prefixnode.c - see prefixnode.h. Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/prefixnode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* ---- rows ---- */

/* Octets before the row: an even number of leaves, so that it is aligned. */
static size_t
leaves_len(const struct prefixnode *n)
{
	return (prefixnode_ones(n->starts) + 1u) / 2 * 8;
}

static void
row_new(struct prefixnode *n)
{
	char *block = mem_zalloc(1, leaves_len(n) + prefixnode_ones(n->inner) *
	    sizeof(struct prefixnode));

	n->row = (struct prefixnode *)(void *)(block + leaves_len(n));
}

void
prefixnode_free_row(const struct prefixnode *n)
{
	free((char *)n->row - leaves_len(n));
}

/* Goes as deep as an address has bits, STEP at a time. */
void
prefixnode_free(const struct prefixnode *n)
{
	for (uint32_t i = 0; i < prefixnode_ones(n->inner); i++)
		prefixnode_free(&n->row[i]);
	prefixnode_free_row(n);
}

void
prefixnode_count(const struct prefixnode *n, prefixmap_count_fn *fn, void *arg, int by)
{
	for (uint32_t i = 0; i < prefixnode_ones(n->starts); i++)
		fn(arg, *prefixnode_leaf_at(n, i) >> 8, by);
}

void
prefixnode_each(const struct prefixnode *n, prefixmap_count_fn *fn, void *arg)
{
	prefixnode_count(n, fn, arg, 1);
	for (uint32_t i = 0; i < prefixnode_ones(n->inner); i++)
		prefixnode_each(&n->row[i], fn, arg);
}

size_t
prefixnode_size(const struct prefixnode *n)
{
	size_t size = leaves_len(n) + sizeof(*n);

	for (uint32_t i = 0; i < prefixnode_ones(n->inner); i++)
		size += prefixnode_size(&n->row[i]);
	return size;
}

/* ---- how deep leaves lie ---- */

uint32_t
prefixnode_depths(uint32_t *number, unsigned log2, unsigned top, uint8_t *depth)
{
	size_t count = (size_t)1 << log2;

	memset(depth, (int)(top + log2), count);
	/* Of each pair that is alike its first slot is told. */
	for (unsigned k = 1; k <= log2; k++)
		for (size_t i = 0; i < count >> k; i++) {
			bool alike = number[2 * i] == number[2 * i + 1];

			number[i] = alike ? number[2 * i] : PREFIXNODE_MIXED;
			if (number[i] != PREFIXNODE_MIXED)
				depth[i << k] = (uint8_t)(top + log2 - k);
		}
	for (size_t i = 0, len; i < count; i += len) {
		len = (size_t)1 << (top + log2 - depth[i]);
		memset(depth + i, depth[i], len);
	}
	return number[0];
}

uint32_t
prefixnode_leaf(uint32_t number, unsigned depth)
{
	assert(number <= PREFIXMAP_NUMBER_MAX);
	return number << 8 | depth;
}

/* ---- nodes out of what stands in their slots, and back ---- */

struct prefixnode_place
prefixnode_make(const struct prefixnode_place slots[PREFIXNODE_SLOTS], unsigned top,
    const struct prefixnode_counter *c)
{
	uint32_t number[PREFIXNODE_SLOTS], value = PREFIXNODE_MIXED, leaves = 0, nodes = 0;
	struct prefixnode_place p = { .number = PREFIXNODE_MIXED };
	uint32_t leaf[PREFIXNODE_SLOTS];
	uint8_t depth[PREFIXNODE_SLOTS];

	for (uint32_t i = 0; i < PREFIXNODE_SLOTS; i++)
		number[i] = slots[i].number;
	p.number = prefixnode_depths(number, PREFIXNODE_STEP, top, depth);
	if (p.number != PREFIXNODE_MIXED)
		return p;
	for (uint32_t i = 0; i < PREFIXNODE_SLOTS; i++) {
		uint32_t next;

		if (slots[i].number == PREFIXNODE_MIXED) {
			p.node.inner |= UINT64_C(1) << i;
			continue;
		}
		next = prefixnode_leaf(slots[i].number, depth[i]);
		if (next != value)
			p.node.starts |= UINT64_C(1) << i;
		if (next != value)
			leaf[leaves++] = next;
		value = next;
	}
	row_new(&p.node);
	for (uint32_t i = 0; i < leaves; i++)
		*prefixnode_leaf_at(&p.node, i) = leaf[i];
	for (uint32_t i = 0; i < PREFIXNODE_SLOTS; i++)
		if (slots[i].number == PREFIXNODE_MIXED)
			p.node.row[nodes++] = slots[i].node;
	if (c->fn != NULL)
		prefixnode_count(&p.node, c->fn, c->arg, 1);
	return p;
}

void
prefixnode_open(const struct prefixnode_place *p, struct prefixnode_place slots[PREFIXNODE_SLOTS])
{
	uint32_t leaves = 0, nodes = 0;

	for (uint32_t i = 0; i < PREFIXNODE_SLOTS; i++) {
		if (p->number != PREFIXNODE_MIXED) {
			slots[i] = *p;
			continue;
		}
		leaves += p->node.starts >> i & 1;
		if (p->node.inner >> i & 1)
			slots[i] = (struct prefixnode_place){ PREFIXNODE_MIXED,
			    p->node.row[nodes++] };
		else
			slots[i] = (struct prefixnode_place){ .number =
			    *prefixnode_leaf_at(&p->node, leaves - 1) >> 8 };
	}
}
