/* tests/fuzz/fuzz_httphead.c - what a stranger sends over TLS: a head, and a body
 * in chunks after it.
 *
 * What must hold: the head ends at the same octet whether it comes at once or
 * octet by octet; what is taken has no octet that ends a line or a text
 * anywhere; a body is never longer than what carried it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/chunked.h"
#include "admin/rest/httphead.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
find_by_octets(const char *text, size_t len)
{
	struct err e;
	size_t at = 0;
	int rc = 0;

	for (size_t n = 0; rc == 0 && n <= len; n++)
		rc = httphead_find_end(text, n, &at, &e);
	return rc;
}

static void
try_head(const char *octets, size_t len)
{
	char *text = mem_strndup(octets, len);
	struct httphead h;
	struct err e;

	if (httphead_parse(&h, text, len, &e) == 0) {
		assert(*h.method != '\0' && *h.target != '\0');
		assert(strpbrk(h.target, " \r\n") == NULL);
		assert(h.count <= FRAMING_HEADERS_MAX);
		for (size_t i = 0; i < h.count; i++)
			assert(strpbrk(h.lines[i].value, "\r\n") == NULL);
		if (framing_check(&h.framing, &e) == 0)
			for (size_t i = 0; i < h.count; i++)
				assert(strpbrk(h.lines[i].name, " \t") == NULL);
	}
	free(text);
}

static void
try_body(const char *octets, size_t len)
{
	struct chunked c = { .state = CHUNKED_SIZE };
	struct strbuf b;
	struct err e;
	ssize_t used;

	strbuf_init(&b);
	used = chunked_read(&c, octets, len, &b, &e);
	assert(used < 0 || (size_t)used == len || c.state == CHUNKED_DONE);
	assert(b.len <= len);
	strbuf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	struct err e;
	size_t at = 0;
	int end = httphead_find_end(text, len, &at, &e);

	assert(end == find_by_octets(text, len));
	if (end <= 0)
		return 0;
	try_head(text, (size_t)end);
	try_body(text + end, len - (size_t)end);
	return 0;
}
