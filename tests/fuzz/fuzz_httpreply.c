/* tests/fuzz/fuzz_httpreply.c - what a hostile backend answers to a monitor.
 *
 * Octet 0 chooses what is wanted of the reply, octet 1 how it is cut; the rest
 * is the reply. It is judged whole and in pieces: both must end in the same
 * verdict, and the reader must stay inside what it was given.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "monitors/judge.h"
#include "monitors/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct pattern *
pattern_of(unsigned choice)
{
	static const char *const text[] = { NULL, "200 OK", "h(e|a)+llo",
	    "end$", "^HTTP/1\\.[01]", "\r\n\r\n.+", "", "[^a-z]$" };

	if (text[choice % OBJ_COUNT(text)] == NULL)
		return NULL;
	return pattern_new(text[choice % OBJ_COUNT(text)], NULL);
}

/* data[0..len) as it would stand in the probe's buffer, on a block of its own
 * length. */
static bool
push(struct judge *j, const uint8_t *data, size_t len, enum judge_event ev,
    struct probe_result *r)
{
	uint8_t *copy = malloc(len + 1);
	bool done;

	assert(copy != NULL);
	memcpy(copy, data, len);
	copy[len] = 0;
	done = judge_push(j, copy, len, ev, r);
	assert(j->reply.at <= len && j->reply.look <= len);
	assert(j->reply.status == 0 ||
	    (j->reply.status >= 100 && j->reply.status <= 599));
	free(copy);
	return done;
}

static struct probe_result
judge_cut(const struct judge_spec *spec, const uint8_t *data, size_t len,
    size_t cut)
{
	struct probe_result r = { 0 };
	struct judge j;
	bool done = false;

	judge_init(&j, spec);
	for (size_t at = 0; at < len && !done; ) {
		at = len - at < cut ? len : at + cut;
		done = push(&j, data, at, JUDGE_MORE, &r);
	}
	if (!done)
		done = push(&j, data, len, JUDGE_END, &r);
	assert(done);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct probe_result whole, cut;
	struct judge_spec spec;

	if (len < 2 || len - 2 > 4096)
		return 0;
	spec = (struct judge_spec){
		.recv = pattern_of(data[0] & 7),
		.http = (data[0] & 8) == 0,
		.reverse = (data[0] & 16) != 0,
		.head = (data[0] & 32) != 0,
		.codes = { 200, 204 },
		.code_count = (data[0] & 64) != 0 ? 2 : 0,
	};
	if (!spec.http)
		spec.code_count = 0;
	whole = judge_cut(&spec, data + 2, len - 2, SIZE_MAX / 2);
	cut = judge_cut(&spec, data + 2, len - 2, data[1] % 64 + 1u);
	assert(whole.outcome == cut.outcome && whole.code == cut.code);
	if (spec.recv != NULL)
		pattern_free(&spec.recv);
	return 0;
}
