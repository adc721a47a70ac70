/* tests/fuzz/fuzz_ndframe.c - any octets as neighbour discovery: what is believed can be said
 * again, and is then read as the same. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was learned of a target, announced. */
static void
say_again(const struct ndframe *n, uint16_t vlan)
{
	struct ndframe back;
	struct ethframe f;
	uint8_t out[NDFRAME_MAX];
	size_t len = ndframe_announce(out, n, vlan);

	assert(ethframe_read(&f, out, len) && f.vlan == vlan);
	if (addr_is_any(&n->target))
		return;			/* nobody has that one */
	assert(ndframe_read(&back, &f, out, len));
	assert(back.link == n->link && addr_equal(&back.target, &n->target));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	struct ethframe f;
	struct ndframe n;

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	if (ethframe_read(&f, copy, size) && ndframe_read(&n, &f, copy, size) &&
	    n.link != 0) {
		assert(macaddr_is_station(n.link));
		say_again(&n, f.vlan);
	}
	free(copy);
	return 0;
}
