/* tests/fuzz/fuzz_cutframe.c - any octets as a super-frame: nothing is read past them, and all
 * that is carried comes out once, in order. The first two octets are a limit, the next ten the
 * virtio_net_hdr. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <linux/virtio_net.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "etherip/frame/cutframe.h"
#include "etherip/frame/ethframe.h"

#define BEFORE	(2 + sizeof(struct virtio_net_hdr))

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t head[CUTFRAME_HEAD_MAX], *copy;
	struct virtio_net_hdr h;
	struct cutframe c;
	struct cutpiece p;
	struct ethframe f;
	size_t len, carried = 0, most;

	if (size < BEFORE)
		return 0;
	memcpy(&h, data + 2, sizeof(h));
	len = size - BEFORE;
	copy = malloc(len > 0 ? len : 1);
	if (copy == NULL)
		abort();
	memcpy(copy, data + BEFORE, len);
	if (ethframe_read(&f, copy, len) && cutframe_start(&c, &h, &f, copy,
	    len, (uint16_t)(data[0] << 8 | data[1]))) {
		most = cutframe_packet(&c) + f.payload;
		while (cutframe_next(&c, head, &p)) {
			assert(p.body == copy + c.body + carried);
			assert(p.head_len + p.body_len <= most);
			carried += p.body_len;
		}
		assert(carried == len - c.body);
	}
	free(copy);
	return 0;
}
