/* tests/fuzz/fuzz_mirror.c - any bodies of the mirror, to one that listens and to one that sends:
 * what is kept has a place and is bounded, what is sent is what the other end takes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "etherip/pair/leasewire.h"
#include "etherip/pair/mirror.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct mirror *m, mono_ns now)
{
	uint32_t seconds = (uint32_t)(now / CLOCK_S);
	const struct mirror_station *s;
	const struct mirror_address *a;
	size_t count;

	s = mirror_stations(m, &count);
	assert(count <= MIRROR_STATIONS_MAX);
	for (size_t i = 0; i < count; i++)
		assert(strlen(s[i].place) < MIRROR_PLACE_MAX &&
		    s[i].key.mac >> 48 == 0);
	a = mirror_addresses(m, &count);
	assert(count <= MIRROR_ADDRESSES_MAX);
	for (size_t i = 0; i < count; i++)
		assert(strlen(a[i].place) < MIRROR_PLACE_MAX &&
		    a[i].fact.mac >> 48 == 0 && addr_len(&a[i].fact.ip) > 0 &&
		    a[i].fact.seen_s <= seconds);
}

/* What it says is said to another, whose answer comes back. */
static void
talk(struct mirror *from, struct mirror *to, mono_ns now)
{
	uint8_t out[LEASEWIRE_BODY_MAX], ack[64];
	size_t len = mirror_fill(from, out, sizeof(out), now), n;

	if (len == 0)
		return;
	n = mirror_take(to, out, len, ack, sizeof(ack), now);
	assert(mirror_counts(to)->malformed == 0);
	(void)mirror_take(from, ack, n, out, sizeof(out), now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mirror *both[2] = { mirror_new(), mirror_new() };
	mono_ns now = CLOCK_S;
	uint8_t answer[64];

	/* Two octets of length, then a body; the first octet's top bit: stations to send. */
	while (size > 2) {
		size_t len = (size_t)(data[0] & 0x7f) << 8 | data[1];
		struct fdb_key k = { data[2], 0 };
		struct snoop_fact f = { .mac = data[2], .ip = {
		    (data[2] & 1) != 0 ? AF_INET : AF_INET6, { data[2] } } };

		if ((data[0] & 0x80) != 0 && mirror_wants(both[0], now)) {
			(void)mirror_add(both[0], "group tunnel", &k);
			for (int i = data[2]; i > 0; i -= 3)
				(void)mirror_add_address(both[0], "group ",
				    &f);
			mirror_go(both[0], now);
		}
		data += 2;
		size -= 2;
		len = len < size ? len : size;
		(void)mirror_take(both[0], data, len, answer, sizeof(answer),
		    now);
		check(both[0], now);
		talk(both[0], both[1], now);
		check(both[1], now);
		now += 60 * CLOCK_MS;
		data += len;
		size -= len;
	}
	mirror_free(&both[0]);
	mirror_free(&both[1]);
	return 0;
}
