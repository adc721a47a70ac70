/* tests/unit/wom/codec/site.c - see site.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/codec/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/base/err.h"

static void
make_key(struct site *s)
{
	static const uint8_t secret[BLOCKID_SECRET] = "both know this";

	s->key = blockid_key_new(secret);
	assert_non_null(s->key);
}

static void
make_rest(struct site *s, size_t octets)
{
	struct encoder_config with;

	assert_non_null(s->history);
	anchorindex_init(&s->index, octets);
	with = (struct encoder_config){ s->history, &s->index, s->key };
	s->encoder = encoder_new(&with);
	s->decoder = decoder_new(&with);
}

void
site_init(struct site *s, size_t octets)
{
	make_key(s);
	s->history = history_new(octets);
	make_rest(s, octets);
}

void
site_open(struct site *s, const struct history_place *at)
{
	struct history_place place = *at;
	struct err e = { 0 };

	make_key(s);
	place.key = s->key;
	s->history = history_open(&place, &e);
	if (s->history == NULL)
		fail_msg("%s", e.text);
	make_rest(s, at->octets);
}

void
site_fini(struct site *s)
{
	encoder_free(&s->encoder);
	decoder_free(&s->decoder);
	anchorindex_fini(&s->index);
	blockid_key_free(&s->key);
	history_free(&s->history);
}

void
site_forget(struct site *s, size_t octets)
{
	site_fini(s);
	site_init(s, octets);
}

static void
take_back(struct site *a, const struct site *b)
{
	size_t count;
	const struct blockid *ids = decoder_missing(b->decoder, &count);

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = history_find(a->history, &ids[i]);

		if (slot != HISTORY_NONE)
			history_set_shared(a->history, slot, false);
	}
}

size_t
site_carry(struct site *a, struct site *b, const uint8_t *plain, size_t len)
{
	static uint8_t wire[BLOCKHEAD_ENCODED_MAX(HISTORY_BLOCK_MAX)];
	const uint8_t *out;
	size_t n = encoder_block(a->encoder, plain, len, wire), got;
	enum decoder_result r;

	assert_in_range(n, BLOCKHEAD_OCTETS + 1, BLOCKHEAD_ENCODED_MAX(len));
	r = decoder_block(b->decoder, wire, n, &out, &got);
	if (r == DECODER_MISSING) {
		take_back(a, b);
		n = encoder_alone(a->encoder, plain, len, wire);
		r = decoder_block(b->decoder, wire, n, &out, &got);
	}
	assert_int_equal(r, DECODER_OK);
	assert_int_equal(got, len);
	assert_memory_equal(out, plain, len);
	return n;
}
