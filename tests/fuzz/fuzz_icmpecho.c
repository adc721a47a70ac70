/* tests/fuzz/fuzz_icmpecho.c - whatever ICMP comes in: what is read of it lies in it,
 * and more octets behind it change nothing. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/wire/icmpecho.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct icmpecho whole, cut;
	uint8_t family;
	bool header;
	enum icmpecho_kind kind;

	if (len == 0)
		return 0;
	family = (data[0] & 1) != 0 ? AF_INET6 : AF_INET;
	header = family == AF_INET && (data[0] & 2) != 0;
	data++;
	len--;
	kind = icmpecho_read(data, len, family, header, &whole);
	for (size_t n = len > 128 ? len - 128 : 0; n < len; n++) {
		uint8_t *p = malloc(n + 1);
		enum icmpecho_kind k;

		assert(p != NULL);
		memcpy(p + 1, data, n);
		k = icmpecho_read(p + 1, n, family, header, &cut);
		/* A token that is cut off is none. */
		if (k == ICMPECHO_LOST && cut.token == 0)
			cut.token = whole.token;
		if (k != ICMPECHO_OTHER)
			assert(k == kind && memcmp(&cut, &whole,
			    sizeof(cut)) == 0);
		free(p);
	}
	return 0;
}
