/* tests/unit/monitors/test_redisreply.c - lines of a Redis server, whole and cut.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "monitors/redisreply.h"

struct row {
	const char	*text;
	bool		 auth, ended;
	enum redisreply	 want;
	enum redisreply_word word;
};

static void
each_answer_has_its_meaning(void **state)
{
	static const struct row row[] = {
		{ "+PONG\r\n", false, false, REDISREPLY_PONG, 0 },
		{ "+OK\r\n+PONG\r\n", true, false, REDISREPLY_PONG, 0 },
		{ "+OK\r\n", true, false, REDISREPLY_MORE, 0 },
		{ "", false, true, REDISREPLY_MORE, 0 },
		{ "+PONG\r", false, false, REDISREPLY_MORE, 0 },
		{ "+OK\r\n", false, false, REDISREPLY_GARBLED, 0 },
		{ "+PONG\r\n+PONG\r\n", true, false, REDISREPLY_GARBLED, 0 },
		{ "HTTP/1.0 200 OK\r\n", false, false, REDISREPLY_GARBLED, 0 },
		{ "\r\n", false, false, REDISREPLY_GARBLED, 0 },
		{ "-LOADING Redis is loading the dataset in memory\r\n", false,
		  false, REDISREPLY_ERROR, REDISREPLY_LOADING },
		{ "-MASTERDOWN Link with MASTER is down\r\n", false, false,
		  REDISREPLY_ERROR, REDISREPLY_MASTERDOWN },
		{ "-NOAUTH\r\n", false, false, REDISREPLY_ERROR,
		  REDISREPLY_NOAUTH },
		{ "-LOADINGS x\r\n", false, false, REDISREPLY_ERROR,
		  REDISREPLY_OTHER },
		{ "-\r\n", false, false, REDISREPLY_ERROR, REDISREPLY_OTHER },
		/* A password too many does not make a server ill. */
		{ "-ERR AUTH <password> called without any password\r\n"
		  "+PONG\r\n", true, false, REDISREPLY_PONG, REDISREPLY_ERR },
		/* What was wrong first is the reason. */
		{ "-WRONGPASS invalid\r\n-NOAUTH required\r\n", true, false,
		  REDISREPLY_ERROR, REDISREPLY_WRONGPASS },
		{ "-WRONGPASS invalid\r\n", true, false, REDISREPLY_MORE,
		  REDISREPLY_WRONGPASS },
		{ "-ERR max number of clients reached\r\n", true, true,
		  REDISREPLY_ERROR, REDISREPLY_ERR },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		enum redisreply_word word;
		enum redisreply is = redisreply_read(
		    (const uint8_t *)row[i].text, strlen(row[i].text),
		    row[i].auth, row[i].ended, &word);

		if (is != row[i].want || word != row[i].word)
			fail_msg("row %zu, %s: %d, %s", i, row[i].text, is,
			    redisreply_name(word));
	}
}

static void
each_word_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(redisreply_name(REDISREPLY_MASTERDOWN),
	    "MASTERDOWN");
	for (int w = -1; w <= REDISREPLY_WORDS; w++)
		assert_non_null(redisreply_name(w));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_meaning),
		cmocka_unit_test(each_word_has_a_name),
	};

	return cmocka_run_group_tests_name("redisreply", tests, NULL, NULL);
}
