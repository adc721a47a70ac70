/* tests/fuzz/fuzz_exectalk.c - whatever a program says and writes to its errors:
 * how it is cut changes nothing. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gtmd/drive/exectalk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* All of it, in pieces of step octets. */
static int
hear(struct exectalk *t, const uint8_t *data, size_t len, size_t step)
{
	struct err e;
	int rc = 0;

	exectalk_init(t);
	for (size_t at = 0; rc == 0 && at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		char *piece = malloc(n);

		assert(piece != NULL);
		memcpy(piece, data + at, n);
		rc = exectalk_hear(t, piece, n, &e);
		free(piece);
	}
	return rc != 0 ? rc : exectalk_end(t, &e);
}

static void
keep(struct err *e, const uint8_t *data, size_t len, size_t step)
{
	struct exectalk_last last = { .len = 0 };

	for (size_t at = 0; at < len; at += step)
		exectalk_keep(&last, (const char *)data + at,
		    len - at < step ? len - at : step);
	assert(last.total == len);
	exectalk_last_text(&last, ERR_IO, "none", e);
	assert(e->text[0] != '\0' && strchr(e->text, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct exectalk whole, cut;
	struct err one, other;
	size_t step;

	if (len < 2 || len > 20000)
		return 0;
	step = (size_t)data[0] * data[0] + 1;
	data++;
	len--;
	assert(hear(&whole, data, len, len) == hear(&cut, data, len, step));
	assert(whole.octets == cut.octets && whole.of == cut.of &&
	    whole.result == cut.result && whole.retry == cut.retry &&
	    whole.lines == cut.lines);
	assert(strcmp(whole.reason.text, cut.reason.text) == 0);
	keep(&one, data, len, len);
	keep(&other, data, len, step);
	assert(strcmp(one.text, other.text) == 0);
	return 0;
}
