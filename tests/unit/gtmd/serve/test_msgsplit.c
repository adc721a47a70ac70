/* tests/unit/gtmd/serve/test_msgsplit.c - a stream is cut the same way however it
 * arrives.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gtmd/serve/msgsplit.h"

/* Feeds at most step octets at a time; each message's length and whether it
 * was cut go to out. Returns their number. */
static size_t
split(const uint8_t *p, size_t len, size_t step, size_t *out)
{
	struct msgsplit *s = calloc(1, sizeof(*s));
	struct msgsplit_msg m;
	size_t n = 0, cap;

	while (len > 0) {
		uint8_t *to = msgsplit_room(s, &cap);
		size_t take = len < step ? len : step;

		if (take > cap)
			take = cap;
		assert_true(take > 0);
		memcpy(to, p, take);
		msgsplit_fed(s, take);
		p += take;
		len -= take;
		while (msgsplit_next(s, &m)) {
			for (size_t i = 0; i < m.len; i++)
				assert_int_equal(m.octets[i], (uint8_t)(n + i));
			out[n++] = m.len << 1 | m.cut;
		}
	}
	assert_false(msgsplit_partial(s));
	free(s);
	return n;
}

static void
any_arrival_gives_the_same_messages(void **state)
{
	static const size_t lens[] = { 12, 0, 300, 4096, 4097, 1, 65535, 40,
		8192, 13 };
	static const size_t steps[] = { 1, 2, 3, 7, 100, 4098, 8192, 100000 };
	size_t count = sizeof(lens) / sizeof(lens[0]), at = 0, got[16];
	uint8_t *stream = malloc(200000);

	(void)state;
	for (size_t n = 0; n < count; n++) {
		stream[at++] = (uint8_t)(lens[n] >> 8);
		stream[at++] = (uint8_t)lens[n];
		for (size_t i = 0; i < lens[n]; i++)
			stream[at++] = (uint8_t)(n + i);
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(split(stream, at, steps[i], got), count);
		for (size_t n = 0; n < count; n++)
			assert_int_equal(got[n], lens[n] > MSGSPLIT_MAX ?
			    MSGSPLIT_MAX << 1 | 1 : lens[n] << 1);
	}
	free(stream);
}

static void
a_cut_short_message_is_partial(void **state)
{
	static const uint8_t octets[] = { 0, 3, 1, 2 };
	struct msgsplit *s = calloc(1, sizeof(*s));
	struct msgsplit_msg m;
	size_t cap;

	(void)state;
	assert_false(msgsplit_partial(s));
	for (size_t i = 0; i < sizeof(octets); i++) {
		*msgsplit_room(s, &cap) = octets[i];
		msgsplit_fed(s, 1);
		assert_false(msgsplit_next(s, &m));
		assert_true(msgsplit_partial(s));
	}
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_arrival_gives_the_same_messages),
		cmocka_unit_test(a_cut_short_message_is_partial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
