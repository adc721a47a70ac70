/* tests/fuzz/fuzz_promtext.c - what a hostile target shows as a page of metrics.
 *
 * Octet 0 says how the page is cut; read whole and in pieces it must give the
 * same samples, and what an expression makes of them is in its range.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitors/gaugeexpr.h"
#include "monitors/promtext.h"

#define MOST	1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct seen {
	uint64_t sum;		/* over all octets of all samples */
	struct gaugeexpr *x;
};

static void
add(struct seen *s, const char *text)
{
	for (; *text != '\0'; text++)
		s->sum = s->sum * 31 + (uint8_t)*text;
	s->sum = s->sum * 31;
}

static void
on_sample(void *arg, const struct promtext_sample *p)
{
	struct seen *s = arg;

	assert(promtext_name_len(p->name) == strlen(p->name));
	add(s, p->name);
	for (size_t i = 0; i < p->label_count; i++) {
		add(s, p->labels[i].name);
		add(s, p->labels[i].value);
		assert(promtext_get(p, p->labels[i].name) != NULL);
	}
	for (size_t i = 0; i < gaugeexpr_count(s->x); i++)
		if (gaugeexpr_name(s->x, i) != NULL)
			gaugeexpr_sample(s->x, i, p, false);
}

/* Each piece on a block of its own length. */
static void
read_page(struct promtext *p, const uint8_t *data, size_t len, size_t cut)
{
	for (size_t at = 0; at < len; at += cut) {
		size_t n = len - at < cut ? len - at : cut;
		uint8_t *copy = malloc(n);

		assert(copy != NULL);
		memcpy(copy, data + at, n);
		promtext_push(p, copy, n);
		free(copy);
	}
	promtext_end(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct promtext whole, cut;
	struct seen a = { 0 }, b = { 0 };
	uint64_t value = 0;

	if (len < 1)
		return 0;
	a.x = b.x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS,
	    "a + 8 * rate(b{c=\"d\"}) / e", NULL, NULL);
	assert(a.x != NULL);
	for (mono_ns at = 1; at <= 2; at++) {
		gaugeexpr_begin(a.x);
		promtext_init(&whole, on_sample, &a);
		read_page(&whole, data + 1, len - 1, SIZE_MAX / 2);
		if (gaugeexpr_end(a.x, at * CLOCK_S, MOST, &value) == GAUGE_OK)
			assert(value <= MOST);
	}
	gaugeexpr_begin(b.x);
	promtext_init(&cut, on_sample, &b);
	a.sum = b.sum = 0;
	read_page(&cut, data + 1, len - 1, data[0] % 32 + 1u);
	promtext_init(&whole, on_sample, &a);
	read_page(&whole, data + 1, len - 1, SIZE_MAX / 2);
	assert(a.sum == b.sum && whole.samples == cut.samples &&
	    whole.bad == cut.bad && whole.overlong == cut.overlong);
	gaugeexpr_free(&a.x);
	return 0;
}
