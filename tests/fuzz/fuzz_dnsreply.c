/* tests/fuzz/fuzz_dnsreply.c - whatever answers the query of a dns monitor: octet 0
 * chooses type and address, octet 1 whether the query's header and question are
 * put in front, so that the records behind them are reached. What is counted was
 * there, and a cut message never says more than the whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "monitors/dnsreply.h"

#define RECORD_MIN	11	/* root, type, class, TTL, length */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static enum dnsreply
read_cut(const uint8_t *reply, size_t len, const uint8_t *query,
    size_t query_len, const struct addr *wanted, struct dnsreply_seen *seen)
{
	uint8_t *copy = malloc(len + 1);
	enum dnsreply is;

	assert(copy != NULL);
	memcpy(copy + 1, reply, len);
	is = dnsreply_read(copy + 1, len, query, query_len, wanted, seen);
	free(copy);
	assert(seen->of_type <= seen->records);
	assert(seen->records * RECORD_MIN <= len);
	assert(!seen->match || (wanted != NULL && seen->of_type != 0));
	return is;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t query[DNSREPLY_QUERY_MAX], name[DNSNAME_MAX], reply[2048];
	struct dnsreply_seen whole, cut;
	struct addr wanted;
	struct wbuf w;
	size_t n, at = 0;
	bool six, some;

	if (len < 4 || len > sizeof(reply) - sizeof(query))
		return 0;
	six = (data[0] & 1) != 0;
	some = (data[0] & 2) != 0;
	if (addr_parse(six ? "2001:db8::7" : "192.0.2.7", &wanted) != 0 ||
	    dnsname_parse("www.example.com", name) == 0)
		abort();
	wbuf_init(&w, query, sizeof(query));
	dnsreply_ask(&w, name, six ? DNSREPLY_AAAA : DNSREPLY_A, 42);
	if ((data[1] & 1) != 0) {
		memcpy(reply, query, w.off);
		reply[2] = 0x81;
		reply[3] = data[2];
		reply[7] = data[3];
		at = w.off;
	}
	memcpy(reply + at, data + 4, len - 4);
	n = at + len - 4;
	if (read_cut(reply, n, query, w.off, some ? &wanted : NULL,
	    &whole) != DNSREPLY_ANSWER)
		return 0;
	for (size_t i = n > 64 ? n - 64 : 0; i < n; i++) {
		(void)read_cut(reply, i, query, w.off, some ? &wanted : NULL,
		    &cut);
		assert(cut.records <= whole.records);
	}
	return 0;
}
