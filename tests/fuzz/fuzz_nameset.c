/* tests/fuzz/fuzz_nameset.c - what a hostile peer may say that it knows, to a site
 * that knows a few blocks. What is a set marks those that are in it; what is none
 * changes nothing. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stddef.h>

#include "wom/codec/history.h"
#include "wom/codec/nameset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define BLOCKS	64

static struct history *
known_site(void)
{
	struct history *h = history_new(4 * (size_t)HISTORY_BLOCK_MAX);
	struct blockid id = { { 0 } };
	const uint8_t octet = 7;

	assert(h != NULL);
	for (uint8_t i = 0; i < BLOCKS; i++) {
		/* Close together and far apart. */
		id.octets[i % 6] = (uint8_t)(i * 37);
		id.octets[15] = i;
		(void)history_add(h, &id, &octet, 1);
	}
	return h;
}

static uint32_t
count_shared(const struct history *h)
{
	uint32_t n = 0;

	for (uint32_t slot = history_newest(h); slot != HISTORY_NONE;
	    slot = history_older(h, slot))
		n += history_is_shared(h, slot);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct history *h;
	static uint8_t own[4096];
	uint32_t before, shared = 0;
	size_t n;

	if (h == NULL)
		h = known_site();
	before = count_shared(h);
	if (nameset_mark(h, data, len, &shared))
		assert(count_shared(h) == shared);
	else
		assert(count_shared(h) == before);
	/* Our own, in as many octets as this has. */
	n = len % (sizeof(own) - NAMESET_HEAD) + NAMESET_HEAD;
	n = nameset_write(h, own, n);
	assert(nameset_mark(h, own, n, &shared) && shared <= BLOCKS);
	return 0;
}
