/* tests/unit/gtmd/query/test_additional.c - addresses beside an answer, and the name
 * servers of its zone: told where they help, never a reason to truncate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = { "example.com",
	"@ 300 IN SOA ns h 1 2 3 4 5\n@ 300 IN NS ns\nns 60 IN A 192.0.2.1\n"
	"host 60 IN A 192.0.2.2\nhost 60 IN AAAA 2001:db8::2\n"
	"alias 60 IN CNAME host\n*.wild 60 IN A 192.0.2.3\n", NULL };

#define AUTHORITY " NS: example.com. 300 NS ns.example.com."
#define GLUE "ns.example.com. 60 A 192.0.2.1"

static const struct {
	struct stage_wide wide;
	uint16_t	  type;
	const char	 *reply;	/* behind the answer section */
} rows[] = {
	{ { "zoned.example.com", WIDE_MX, { "5 host.example.com." },
	    .full = true }, 15, AUTHORITY " AR: " GLUE
	    " | host.example.com. 60 A 192.0.2.2"
	    " | host.example.com. 60 AAAA 2001:db8::2" },
	{ { "dynamic.example.com", WIDE_MX, { "5 wide.example.com." },
	    .full = true }, 15, AUTHORITY " AR: " GLUE
	    " | wide.example.com. 15 A 10.0.0.1" },
	{ { "aliased.example.com", WIDE_MX, { "5 alias.example.com." },
	    .full = true }, 15, AUTHORITY " AR: " GLUE },
	{ { "made.example.com", WIDE_MX, { "5 x.wild.example.com." },
	    .full = true }, 15, AUTHORITY " AR: " GLUE },
	{ { "srv.example.com", WIDE_SRV, { "1 2 3 host.example.com." },
	    .full = true }, 33, AUTHORITY " AR: " GLUE
	    " | host.example.com. 60 A 192.0.2.2"
	    " | host.example.com. 60 AAAA 2001:db8::2" },
	{ { "null.example.com", WIDE_MX, { "0 ." }, .full = true }, 15,
	    AUTHORITY " AR: " GLUE },
	{ { "text.example.com", WIDE_TXT, { "\"host.example.com\"" },
	    .full = true }, 16, AUTHORITY " AR: " GLUE },
	{ { "short.example.com", WIDE_MX, { "5 host.example.com." },
	    .full = false }, 15,
	    "" },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static int
setup(void **state)
{
	static struct stage s;

	stage_open(&s, zones);
	stage_add(&s, &(struct stage_wide){ "wide.example.com", WIDE_A,
	    { "10.0.0.1" }, .ttl_s = 15 });
	for (size_t i = 0; i < ROWS; i++)
		stage_add(&s, &rows[i].wide);
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	stage_close(*state);
	return 0;
}

static void
what_helps_is_told(void **state)
{
	struct stage *s = *state;
	char text[2048];
	uint8_t packet[1232];

	for (size_t i = 0; i < ROWS; i++) {
		struct stage_query q = { .name = rows[i].wide.domain,
		    .type = rows[i].type };
		size_t len = stage_write(&q, packet, sizeof(packet));
		const char *behind;

		len = stage_answer(s, packet, len, sizeof(packet), ANSWER_TCP);
		(void)stage_format(packet, len, text, sizeof(text));
		behind = strstr(text, " NS: ");
		if (behind == NULL)
			behind = "";
		if (strcmp(behind, rows[i].reply) != 0)
			fail_msg("%s: %s", q.name, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_helps_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
