/* tests/fuzz/fuzz_discover.c - packets that pass a gateway, which anybody can have sent:
 * questions, answers, segments that open connections.
 *
 * Input: a packet from its IP header on. What is read as a question can be answered
 * and asked again, and what is written then is read as the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "wom/discover/askwire.h"
#include "wom/discover/ippacket.h"
#include "wom/discover/serverbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
on_network(void *arg, const struct addr_prefix *network)
{
	size_t *count = arg;

	assert(network->len == 8 * addr_len(&network->addr));
	++*count;
}

static void
try_ask(const uint8_t *data, size_t len)
{
	struct askwire_answer a = { .at.port = 443 }, got;
	uint8_t out[ASKWIRE_LEN];
	struct askwire_ask ask;
	struct addr from;

	if (!askwire_read_ask(&ask, &from, data, len))
		return;
	assert(len >= ASKWIRE_LEN);	/* an answer is never more */
	a.at.addr = from;
	memcpy(a.token, ask.token, sizeof(a.token));
	askwire_write_answer(out, from.family, &ask, &a);
	assert(askwire_read_answer(&got, out, sizeof(out), from.family,
	    false));
	assert(memcmp(got.token, ask.token, sizeof(got.token)) == 0);
	assert(addr_equal(&got.at.addr, &from));
}

static void
try_answer(const uint8_t *data, size_t len)
{
	struct askwire_answer a;

	for (unsigned i = 0; i < 4; i++)
		if (askwire_read_answer(&a, data, len, i & 1 ? AF_INET6 :
		    AF_INET, i == 0))
			assert(a.at.port != 0 && a.at.addr.family != 0);
}

static void
try_opening(const uint8_t *data, size_t len)
{
	const struct serverbook_rules r = { .hops_max = 255,
	    .rtt_max_ns = 10, .count_max = 1, .len4 = 32, .len6 = 128 };
	struct ippacket_opening o;
	size_t networks = 0;
	const struct serverbook_watch w = { .came = on_network,
	    .went = on_network, .arg = &networks };
	struct serverbook *b;

	if (!ippacket_read_opening(&o, data, len))
		return;
	assert(ippacket_hops(o.ttl) <= 127);
	b = serverbook_new(&w);
	serverbook_set(b, &r);
	serverbook_see(b, &o, 1);
	assert(serverbook_count(b) == 0 && networks == 0);
	serverbook_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	try_ask(data, len);
	try_answer(data, len);
	try_opening(data, len);
	return 0;
}
