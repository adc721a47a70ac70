/* tests/fuzz/fuzz_opaque.c - any octets in an opaque group: the first says by which member they
 * came. What passes comes from an address of ours, what is answered is a frame.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "etherip/bridge/opaque.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/ethframe.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two stations, of which one has IPv4 and the other IPv6. */
static void
know(struct opaque *o, struct snoop *snoop, struct fdb *fdb)
{
	static const struct snoop_fact facts[] = {
		{ .ip = { AF_INET, { 10, 0, 0, 1 } }, .mac = 0x020000000001,
		  .seen_s = 1 },
		{ .ip = { AF_INET6, { 0xfe, 0x80, [15] = 1 } },
		  .mac = 0x020000000002, .member = 1, .seen_s = 1 },
	};

	for (int i = 0; i < 2; i++)
		(void)snoop_learn(snoop, &facts[i], NULL);
	*o = (struct opaque){ .snoop = snoop, .fdb = fdb,
	    .base = opaque_derive(0x020000000009, "vg") };
}

static void
decide(const struct opaque *o, unsigned from, uint8_t *octets, size_t len)
{
	uint8_t answer[OPAQUE_ANSWER_MAX];
	struct ethframe f;
	struct opaque_frame x = { from, &f, octets, len, 1 };
	struct opaque_verdict v;

	if (!ethframe_read(&f, octets, len))
		return;
	v = opaque_decide(o, &x, answer);
	if (v.why == OPAQUE_ANSWERED)
		assert(ethframe_read(&f, answer, v.answer_len));
	if (v.why == OPAQUE_PASSES) {
		assert(ethframe_read(&f, octets, len));
		assert(f.src == opaque_proxy(o, from));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct snoop *snoop;
	static struct fdb *fdb;
	static struct opaque o;
	uint8_t *copy;

	if (snoop == NULL) {
		snoop = snoop_new(&(struct snoop_config){ 8, 0 });
		fdb = fdb_new(&(struct fdb_config){ 8, 0 });
		know(&o, snoop, fdb);
	}
	if (size == 0)
		return 0;
	copy = malloc(size > 1 ? size - 1 : 1);
	if (copy == NULL)
		abort();
	memcpy(copy, data + 1, size - 1);
	decide(&o, data[0] % FDB_MEMBERS_MAX, copy, size - 1);
	free(copy);
	return 0;
}
