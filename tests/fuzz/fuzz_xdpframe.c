/* tests/fuzz/fuzz_xdpframe.c - a frame that is read lies within its octets; the
 * reply that it becomes reads as a frame of that length, and turned twice more
 * goes where it came from.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gtmd/xdp/xdpframe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The sums are not what a fuzzer finds: it gets frames with right ones, too. */
static void
take_sums_out(uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	if (len < 42 || p[12] != 8 || p[13] != 0)
		return;
	p[24] = p[25] = 0;
	for (size_t i = 14; i < 34; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	p[24] = (uint8_t)(~sum >> 8);
	p[25] = (uint8_t)~sum;
	p[40] = p[41] = 0;
}

static void
turn(const uint8_t *data, size_t len)
{
	struct xdpframe f, g;
	uint8_t *p = malloc(len + XDPFRAME_MIN);
	size_t n;

	assert(p != NULL);
	memcpy(p, data, len);
	if (xdpframe_read(p, len, &f)) {
		assert(f.headers + f.len <= len);
		n = xdpframe_turn(p, &f, f.len, 7);
		assert(n >= XDPFRAME_MIN && n <= len + XDPFRAME_MIN);
		assert(xdpframe_source(p, &f) < p + n);
		/* To port 0 nothing goes; else it is a frame again. */
		if (xdpframe_read(p, n, &g)) {
			assert(g.len == f.len && g.headers == f.headers);
			(void)xdpframe_turn(p, &g, g.len, 7);
			assert(memcmp(p, data, 12) == 0);
			assert(memcmp(xdpframe_source(p, &g),
			    data + (xdpframe_source(p, &g) - p),
			    f.ipv6 ? 36 : 12) == 0);
		} else {
			assert(data[f.headers - 6] == 0 &&
			    data[f.headers - 5] == 0);
		}
	}
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *p = malloc(len + 1);

	assert(p != NULL);
	memcpy(p, data, len);
	turn(p, len);
	take_sums_out(p, len);
	turn(p, len);
	free(p);
	return 0;
}
