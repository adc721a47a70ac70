/* tests/unit/gtmd/query/test_guard.c - cookies go back, answers that are too many stay
 * small. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>

#include "gtmd/query/guard.h"
#include "gtmd/query/ratelimit.h"
#include "tests/unit/gtmd/query/stage.h"

#define CLIENT	"a1a2a3a4a5a6a7a8"

static const char *const zones[] = { "example.com",
	"@ 300 IN SOA ns h 1 2 3 4 5\n@ 300 IN NS ns\nwww 60 IN A 192.0.2.1\n"
	"mail 60 IN A 192.0.2.2\n*.wild 60 IN A 192.0.2.3\n", NULL };

struct scene {
	struct stage		stage;
	struct clock		clock;
	struct sockaddr_in	from;
	uint8_t			packet[4096];
	char			text[4096];
};

static int
setup(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));

	stage_open(&s->stage, zones);
	clock_fake_init(&s->clock, 100 * CLOCK_S, 1559731985);
	s->from = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0xc0000201) };
	s->stage.answer.clock = &s->clock;
	s->stage.answer.limit = ratelimit_new();
	s->stage.settings.cookies = true;
	s->stage.settings.secrets.count = 1;
	s->stage.settings.limit = (struct ratelimit_rule){
		.rate = 3, .slip = 2, .ipv4_len = 24, .ipv6_len = 56 };
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	ratelimit_free(&s->stage.answer.limit);
	stage_close(&s->stage);
	free(s);
	return 0;
}

/* The reply as text, to a question with these options ("" = EDNS alone). */
static const char *
ask(struct scene *s, const char *name, const char *options)
{
	struct stage_query sq = { .name = name, .type = 1, .payload = 1232,
		.options = options };
	struct answer_room room = { .packet = s->packet, .cap = 4096,
		.via = ANSWER_UDP, .from = (struct sockaddr *)&s->from };
	struct question q;
	size_t len = stage_write(&sq, s->packet, sizeof(s->packet));

	answer_begin(&s->stage.answer, &s->stage.world);
	question_read(&q, s->packet, len);
	len = answer_write(&s->stage.answer, &q, &room);
	return stage_format(s->packet, len, s->text, sizeof(s->text));
}

/* The whole cookie of the last reply, as an option. */
static const char *
cookie_of(const struct scene *s, char option[128])
{
	const char *at = strstr(s->text, "000a0018" CLIENT);

	assert_non_null(at);
	(void)snprintf(option, 128, "000a 0018 %.48s", at + 8);
	return option;
}

#define WWW	"NOERROR aa AN: www.example.com. 60 A 192.0.2.1 OPT 1232"

static void
who_sends_a_cookie_gets_one(void **state)
{
	struct scene *s = *state;
	char option[128];

	assert_string_equal(ask(s, "www.example.com", NULL), WWW);
	(void)ask(s, "www.example.com", "000a 0008 " CLIENT);
	(void)cookie_of(s, option);
	(void)ask(s, "www.example.com", option);
	assert_int_equal(stats_sum(STATS_COOKIE_GOOD), 1);
	assert_int_equal(stats_sum(STATS_COOKIE_HALF), 1);
	s->stage.settings.cookies = false;
	assert_string_equal(ask(s, "www.example.com", option), WWW);
}

static void
over_the_limit_is_silence_or_tcp(void **state)
{
	struct scene *s = *state;

	for (int i = 0; i < 3; i++)
		assert_string_equal(ask(s, "www.example.com", NULL), WWW);
	assert_string_equal(ask(s, "www.example.com", NULL), "silence");
	assert_string_equal(ask(s, "www.example.com", NULL),
	    "NOERROR aa tc OPT 1232");
	/* another name has its own limit, and time heals */
	assert_non_null(strstr(ask(s, "mail.example.com", NULL), "192.0.2.2"));
	clock_fake_advance(&s->clock, CLOCK_S);
	assert_string_equal(ask(s, "www.example.com", NULL), WWW);
}

static void
made_up_names_share_a_limit(void **state)
{
	struct scene *s = *state;

	assert_non_null(strstr(ask(s, "a.wild.example.com", NULL), "AN"));
	assert_non_null(strstr(ask(s, "b.wild.example.com", NULL), "AN"));
	assert_non_null(strstr(ask(s, "c.wild.example.com", NULL), "AN"));
	assert_string_equal(ask(s, "d.wild.example.com", NULL), "silence");
	for (int i = 0; i < 3; i++)
		assert_non_null(strstr(ask(s, "x.example.com", NULL), "NXD"));
	assert_string_equal(ask(s, "y.example.com", NULL), "silence");
	/* what is no larger than its question is never limited */
	for (int i = 0; i < 9; i++)
		assert_non_null(strstr(ask(s, "a.org", NULL), "REFUSED"));
}

static void
a_good_cookie_is_never_limited(void **state)
{
	struct scene *s = *state;
	char option[128];

	(void)ask(s, "www.example.com", "000a 0008 " CLIENT);
	(void)cookie_of(s, option);
	for (int i = 0; i < 20; i++)
		assert_non_null(strstr(ask(s, "www.example.com", option),
		    "AN: www"));
	/* half a cookie: the limit holds, and the reply teaches the rest */
	for (int i = 0; i < 2; i++)
		(void)ask(s, "www.example.com", NULL);
	assert_string_equal(ask(s, "www.example.com", NULL), "silence");
	(void)ask(s, "www.example.com", "000a 0008 " CLIENT);
	assert_int_equal(s->packet[3] & 15, RCODE_BADCOOKIE & 15);
	assert_null(strstr(s->text, "AN:"));
	(void)cookie_of(s, option);
	assert_non_null(strstr(ask(s, "www.example.com", option), "AN: www"));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(who_sends_a_cookie_gets_one),
		TEST(over_the_limit_is_silence_or_tcp),
		TEST(made_up_names_share_a_limit),
		TEST(a_good_cookie_is_never_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
