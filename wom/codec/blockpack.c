/* wom/codec/blockpack.c - see blockpack.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/blockpack.h"

#include <assert.h>
#include <string.h>

#include "wom/codec/blockhead.h"
#include "wom/codec/zpack.h"

size_t
blockpack_literals(struct zpack *z, const uint8_t *in, size_t len,
    uint8_t *out)
{
	struct blockhead h;
	bool ok = blockhead_read(&h, in, len);
	size_t before, n;

	assert(ok && h.packed_literals == h.literals);
	(void)ok;
	if (h.literals == 0)
		return 0;
	before = len - h.literals;
	n = zpack_pack(z, in + before, h.literals, out + before);
	if (n == 0)
		return 0;
	memcpy(out, in, before);
	h.packed_literals = (uint32_t)n;
	blockhead_write(&h, out);
	return before + n;
}
