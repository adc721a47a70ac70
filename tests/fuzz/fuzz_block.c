/* tests/fuzz/fuzz_block.c - encoded blocks as a hostile peer may send them, to a
 * site that knows one block, whose name is all zero to make it easy to find.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stddef.h>

#include "wom/codec/anchorindex.h"
#include "wom/codec/decoder.h"
#include "wom/codec/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define ROOM	(4 * (size_t)HISTORY_BLOCK_MAX)

static struct decoder *
known_site(void)
{
	static const uint8_t secret[BLOCKID_SECRET];
	static const struct blockid id;
	static struct anchorindex index;
	static struct encoder_config with;
	static uint8_t block[10000];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)(i * i >> 5);
	anchorindex_init(&index, ROOM);
	with = (struct encoder_config){ history_new(ROOM), &index,
	    blockid_key_new(secret) };
	assert(with.history != NULL && with.key != NULL);
	(void)history_add(with.history, &id, block, sizeof(block));
	return decoder_new(&with);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct decoder *d;
	const uint8_t *plain;
	size_t made = 0, count;

	if (d == NULL)
		d = known_site();
	switch (decoder_block(d, data, len, &plain, &made)) {
	case DECODER_OK:
		assert(made > 0 && made <= HISTORY_BLOCK_MAX);
		break;
	case DECODER_MISSING:
		(void)decoder_missing(d, &count);
		assert(count > 0 && count <= BLOCKHEAD_SOURCES_MAX);
		break;
	case DECODER_DAMAGED:
		break;
	}
	return 0;
}
