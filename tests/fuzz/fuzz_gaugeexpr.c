/* tests/fuzz/fuzz_gaugeexpr.c - expressions and paths as somebody may write them,
 * on a document as somebody may answer it.
 *
 * Octet 0 chooses the form; the expression ends at the first octet 0, behind it
 * stands the document, or are the labels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "monitors/gaugeexpr.h"

#define MOST	1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
judge(struct gaugeexpr *x, const char *text)
{
	struct json *j = json_parse(text, strlen(text), NULL);
	uint64_t value = 0;

	gaugeexpr_begin(x);
	if (j != NULL)
		gaugeexpr_document(x, j);
	if (gaugeexpr_end(x, CLOCK_S, MOST, &value) == GAUGE_OK)
		assert(value <= MOST);
	json_free(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	bool is_json = len > 0 && (data[0] & 1) != 0;
	struct err e = { 0 };
	struct gaugeexpr *x;
	char *text, *more;

	if (len < 1 || len > 4096)
		return 0;
	text = mem_strndup((const char *)data + 1, len - 1);
	more = strlen(text) + 2 < len ? mem_strndup((const char *)data + 2 +
	    strlen(text), len - 2 - strlen(text)) : mem_strdup("");
	x = gaugeexpr_new(is_json ? GAUGEEXPR_JSON : GAUGEEXPR_PROMETHEUS, text,
	    is_json ? NULL : more, &e);
	assert((x == NULL) == (e.code != 0));
	if (x != NULL && is_json)
		judge(x, more);
	gaugeexpr_free(&x);
	free(text);
	free(more);
	return 0;
}
