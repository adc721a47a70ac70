/* tests/fuzz/fuzz_memory.c - the file of what is remembered, damaged.
 *
 * The octets are read as a file as they are; then, framed with the head and
 * the checksum that they should have, as lines. What is told is written anew
 * and must be told the same again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/checksum.h"
#include "gtmd/plan/memory_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
again_monitor(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	assert(state == HEALTH_UP || state == HEALTH_DOWN);
	memory_text_monitor(arg, monitor, to, state);
}

static void
again_held(void *arg, const char *type, const char *pool, const char *member)
{
	memory_text_held(arg, type, pool, member);
}

/* Reads a text; what it tells, as a text. False when it is refused. */
static bool
read_again(const char *text, size_t len, struct memory_text *out)
{
	struct memory_text_sink sink = { again_monitor, again_held, out };
	struct err e;
	int rc;

	memory_text_init(out);
	rc = memory_text_read(text, len, &sink, &e);
	assert(rc == 0 || (rc == ERR_PARSE && e.text[0] != '\0'));
	memory_text_end(out);
	return rc == 0;
}

/* The lines with the head and the end that fit them. */
static void
frame(struct strbuf *b, const uint8_t *data, size_t len)
{
	size_t lines = 0;

	strbuf_init(b);
	strbuf_add(b, "gtmd-memory 1\n");
	strbuf_add_len(b, data, len);
	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n';
	strbuf_printf(b, "end %zu %016" PRIx64 "\n", lines,
	    checksum_add(CHECKSUM_START, data, len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory_text raw, once, twice;
	struct strbuf b;
	char *copy = malloc(len > 0 ? len : 1);

	assert(copy != NULL);
	memcpy(copy, data, len);
	(void)read_again(copy, len, &raw);
	memory_text_fini(&raw);
	free(copy);

	frame(&b, data, len);
	if (read_again(b.text, b.len, &once)) {
		bool ok = read_again(once.text.text, once.text.len, &twice);

		assert(ok);
		assert(twice.text.len == once.text.len);
		assert(memcmp(twice.text.text, once.text.text,
		    once.text.len) == 0);
		memory_text_fini(&twice);
	}
	memory_text_fini(&once);
	strbuf_fini(&b);
	return 0;
}
