/* tests/fuzz/fuzz_redisreply.c - whatever a server says to AUTH and PING: what is
 * known of a part stays true of the whole. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitors/redisreply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum redisreply is = REDISREPLY_MORE, now;
	enum redisreply_word word, first = REDISREPLY_NONE;
	bool auth;

	if (len == 0 || len > 512)
		return 0;
	auth = (data[0] & 1) != 0;
	data++;
	len--;
	for (size_t n = 0; n <= len; n++) {
		uint8_t *copy = malloc(n + 1);

		assert(copy != NULL);
		memcpy(copy + 1, data, n);
		now = redisreply_read(copy + 1, n, auth, false, &word);
		assert(is == REDISREPLY_MORE || now == is);
		assert(first == REDISREPLY_NONE || word == first);
		assert(now != REDISREPLY_ERROR || word != REDISREPLY_NONE);
		(void)redisreply_read(copy + 1, n, auth, true, &word);
		assert(redisreply_name(word) != NULL);
		is = now;
		first = word;
		free(copy);
	}
	return 0;
}
