/* tests/fuzz/fuzz_counts.c - what another process says that it has counted, as
 * octets that may be anything; then as lines, framed as they should be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "gtmd/counts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
take(const char *text, size_t len)
{
	struct err e = { 0 };
	int rc = counts_take(NULL, text, len, &e);

	assert(rc == 0 || (rc == ERR_PARSE && e.text[0] != '\0'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct strbuf b;
	size_t lines = 2;

	assert(copy != NULL);
	memcpy(copy, data, len);
	take(copy, len);
	strbuf_init(&b);
	strbuf_add(&b, "gtmd-counts 1\n");
	strbuf_add_len(&b, data, len);
	strbuf_add(&b, "\n");
	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n';
	strbuf_printf(&b, "end %zu\n", lines);
	take(b.text, b.len);
	strbuf_fini(&b);
	free(copy);
	return 0;
}
