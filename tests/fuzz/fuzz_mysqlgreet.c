/* tests/fuzz/fuzz_mysqlgreet.c - whatever a server greets with, or answers to a
 * log-in: what is known of a part stays true of the whole, and each greeting gets
 * a log-in that is as long as it says. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/wbuf.h"
#include "monitors/mysqlgreet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
log_in(const struct mysqlgreet_packet *p)
{
	uint8_t octets[256];
	struct wbuf w;

	wbuf_init(&w, octets, sizeof(octets));
	if (!mysqlgreet_login(&w, p, "gtmd"))
		return;
	assert(!w.bad && w.off == 4u + octets[0]);
	assert(octets[3] == (uint8_t)(p->sequence + 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum mysqlgreet is = MYSQLGREET_MORE, now;
	struct mysqlgreet_packet p;
	bool answer;

	if (len == 0 || len > 512)
		return 0;
	answer = (data[0] & 1) != 0;
	data++;
	len--;
	for (size_t n = 0; n <= len; n++) {
		uint8_t *copy = malloc(n + 1);

		assert(copy != NULL);
		memcpy(copy + 1, data, n);
		now = answer ? mysqlgreet_answer(copy + 1, n, &p) :
		    mysqlgreet_hello(copy + 1, n, &p);
		assert(is == MYSQLGREET_MORE || now == is);
		assert(!answer || now != MYSQLGREET_HELLO);
		if (now == MYSQLGREET_HELLO)
			log_in(&p);
		is = now;
		free(copy);
	}
	return 0;
}
