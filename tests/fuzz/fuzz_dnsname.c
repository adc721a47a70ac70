/* tests/fuzz/fuzz_dnsname.c - domain names out of foreign octets and text.
 *
 * Octet 0 says where in the rest a name is read; the rest is then also taken
 * as text. What was accepted must hold what the header promises: limits, lower
 * case, the way to text and back, an order that agrees with itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_limits(const uint8_t *name, size_t len)
{
	size_t at = 0;

	assert(len >= 1 && len <= DNSNAME_MAX && dnsname_len(name) == len);
	while (name[at] != 0) {
		assert(name[at] <= 63);
		for (size_t i = 1; i <= name[at]; i++)
			assert(name[at + i] < 'A' || name[at + i] > 'Z');
		at += name[at] + 1u;
	}
	assert(at + 1 == len && dnsname_labels(name) < DNSNAME_LABELS_MAX);
}

/* name on a block of its own length: nothing may read past its end. */
static void
check_name(const uint8_t *from, size_t len)
{
	uint8_t *name = malloc(len), back[DNSNAME_MAX];
	char text[DNSNAME_TEXT_MAX];
	const uint8_t *parent;

	assert(name != NULL);
	memcpy(name, from, len);
	check_limits(name, len);
	assert(dnsname_parse(dnsname_format(name, text), back) == len);
	assert(dnsname_equal(name, back) && dnsname_compare(name, back) == 0);
	assert(dnsname_hash(name, len) == dnsname_hash(back, len));
	parent = dnsname_parent(name);
	assert(dnsname_is_under(name, parent));
	assert((dnsname_compare(parent, name) < 0) == (*name != 0));
	assert(dnsname_is_under(parent, name) == (*name == 0));
	free(name);
}

static void
try_wire(const uint8_t *msg, size_t len, size_t at)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf r;
	size_t n;

	rbuf_init(&r, msg, len);
	r.off = at;
	n = dnsname_read(&r, name);
	assert((n == 0) == r.bad && r.off <= r.len && r.off >= at);
	if (n > 0)
		check_name(name, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t name[DNSNAME_MAX];
	char *text;
	size_t n;

	if (len == 0)
		return 0;
	try_wire(data + 1, len - 1, data[0] < len ? data[0] : len - 1);
	if ((text = malloc(len)) == NULL)
		return 0;
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	if ((n = dnsname_parse(text, name)) > 0)
		check_name(name, n);
	free(text);
	return 0;
}
