/* tests/fuzz/fuzz_proxyheader.c - a PROXY header is what it is however it is
 * cut: what is one, or none, stays that with any octets behind it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gtmd/serve/proxyheader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct proxyheader whole = { 0 }, h;
	enum proxyheader_kind end = proxyheader_read(data, len, &whole), kind;
	size_t from = len > 64 ? len - 64 : 0;

	if (end == PROXYHEADER_LOCAL || end == PROXYHEADER_CLIENT) {
		assert(whole.len >= 16 && whole.len <= PROXYHEADER_MAX);
		assert(whole.len <= len);
		from = 0;
	}
	if (end == PROXYHEADER_CLIENT)
		assert(whole.client.addr.family == AF_INET ||
		    whole.client.addr.family == AF_INET6);
	if (end != PROXYHEADER_BAD)
		assert(proxyheader_begins(data, len));
	for (size_t n = from; n < len; n++) {
		uint8_t *p = malloc(n + 1);

		assert(p != NULL);
		memcpy(p + 1, data, n);
		kind = proxyheader_read(p + 1, n, &h);
		if (kind != PROXYHEADER_MORE)
			assert(kind == end && (kind == PROXYHEADER_BAD ||
			    (h.len == whole.len && n >= h.len)));
		free(p);
	}
	return 0;
}
