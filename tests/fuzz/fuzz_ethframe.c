/* tests/fuzz/fuzz_ethframe.c - any octets as a frame: nothing is read past them, and a SYN that
 * is clamped is good with the next look. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "etherip/frame/arpframe.h"
#include "etherip/frame/etheriphead.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/mssclamp.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	struct ethframe f;
	struct arpframe a;

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	(void)etheriphead_read(copy, size);
	if (ethframe_read(&f, copy, size)) {
		assert(f.payload <= size && macaddr_is_station(f.src));
		if (arpframe_read(&a, &f, copy, size))
			assert(macaddr_is_station(a.sender_mac));
		(void)mssclamp(&f, copy, size, 1400);
		assert(!mssclamp(&f, copy, size, 1400));
	}
	free(copy);
	return 0;
}
