/* tests/fuzz/fuzz_pgreply.c - whatever a server says to a start-up message: what is
 * known of a part stays true of the whole. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitors/pgreply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[PGREPLY_STATE_TEXT];
	enum pgreply is = PGREPLY_MORE;

	if (len > 512)
		return 0;
	for (size_t n = 0; n <= len; n++) {
		uint8_t *copy = malloc(n + 1);
		int state = -1;
		enum pgreply now;

		assert(copy != NULL);
		memcpy(copy + 1, data, n);
		now = pgreply_read(copy + 1, n, &state);
		assert(is == PGREPLY_MORE || now == is);
		if (now == PGREPLY_ERROR) {
			assert(state >= 0 && state < PGREPLY_STATE_MAX);
			assert(memmem(data, n, pgreply_state(state, text),
			    5) != NULL);
			(void)pgreply_is_down(state);
		}
		is = now;
		free(copy);
	}
	return 0;
}
