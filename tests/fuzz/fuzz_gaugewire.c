/* tests/fuzz/fuzz_gaugewire.c - what comes over the socket pair of pages of
 * numbers, damaged. What is understood is said again, and understood the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "monitors/gaugewire.h"
#include "monitors/probewire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
say_again(const struct gaugewire_message *m, struct strbuf *b,
    struct gaugewire_message *out)
{
	struct probewire_frame f;

	gaugewire_put(b, m);
	assert(probewire_next(b->text, b->len, &f) == (long)b->len);
	assert(f.kind == PROBEWIRE_GAUGE);
	if (!gaugewire_get(f.body, f.len, out))
		assert(!"what was understood is not said so");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct gaugewire_message m, n, o;
	struct strbuf once = { 0 }, twice = { 0 };
	uint8_t *copy;

	if (len > PROBEWIRE_FRAME_MAX - 64)
		return 0;
	copy = malloc(len > 0 ? len : 1);
	assert(copy != NULL);
	memcpy(copy, data, len);
	if (gaugewire_get(copy, len, &m)) {
		/* Octets behind an address of four are not kept, so the
		 * second time counts. */
		say_again(&m, &once, &n);
		say_again(&n, &twice, &o);
		assert(once.len == twice.len &&
		    memcmp(once.text, twice.text, once.len) == 0);
	}
	strbuf_fini(&once);
	strbuf_fini(&twice);
	free(copy);
	return 0;
}
