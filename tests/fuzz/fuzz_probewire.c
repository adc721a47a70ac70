/* tests/fuzz/fuzz_probewire.c - what comes over the socket pair of the prober,
 * damaged. What is understood is said again, and is then the same octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "monitors/probewire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
again_to_prober(const struct probewire_frame *f, struct strbuf *b)
{
	struct probewire_monitor m;
	struct probewire_join j;
	enum health_state state;
	uint32_t number;
	uint64_t token;

	if (f->kind == PROBEWIRE_MONITOR && probewire_get_monitor(f, &m))
		probewire_put_monitor(b, &m);
	else if (f->kind == PROBEWIRE_FORGET &&
	    probewire_get_forget(f, &number))
		probewire_put_forget(b, number);
	else if (f->kind == PROBEWIRE_JOIN && probewire_get_join(f, &j))
		probewire_put_join(b, &j);
	else if (f->kind == PROBEWIRE_LEAVE && probewire_get_leave(f, &token))
		probewire_put_leave(b, token);
	else if (f->kind == PROBEWIRE_RECALL &&
	    probewire_get_recall(f, &token, &state))
		probewire_put_recall(b, token, state);
	return b->len > 0;
}

static bool
again_from_prober(const struct probewire_frame *f, struct strbuf *b)
{
	struct probestat row = { 0 };
	struct probewire_counts c = { .row_count = 1, .rows = &row };
	struct probereport r;
	uint64_t token;

	if (f->kind == PROBEWIRE_REPORT && probewire_get_report(f, &token, &r))
		probewire_put_report(b, token, &r);
	/* Numbers that are cut to what is kept come back as that. */
	else if (f->kind == PROBEWIRE_COUNTS && probewire_get_counts(f, &c))
		probewire_put_counts(b, &c);
	return b->len > 0 && f->kind != PROBEWIRE_COUNTS;
}

/* Octets behind an address of four are not kept, so the second time counts. */
static void
try(const struct probewire_frame *f)
{
	struct strbuf once = { 0 }, twice = { 0 };
	struct probewire_frame g;

	if (again_to_prober(f, &once) || again_from_prober(f, &once)) {
		assert(probewire_next(once.text, once.len, &g) ==
		    (long)once.len);
		assert(again_to_prober(&g, &twice) ||
		    again_from_prober(&g, &twice));
		assert(once.len == twice.len &&
		    memcmp(once.text, twice.text, once.len) == 0);
	}
	strbuf_fini(&once);
	strbuf_fini(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct probewire_frame f;
	size_t off = 0;
	long n;

	assert(copy != NULL);
	memcpy(copy, data, len);
	while ((n = probewire_next(copy + off, len - off, &f)) > 0) {
		assert((size_t)n <= len - off);
		try(&f);
		off += (size_t)n;
	}
	free(copy);
	return 0;
}
