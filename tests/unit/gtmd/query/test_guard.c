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

/* The same to a query without a question. */
static const char *
ask_alone(struct scene *s, const char *options)
{
	struct stage_query sq = { .name = ".", .payload = 1232,
		.options = options };
	struct answer_room room = { .packet = s->packet, .cap = 4096,
		.via = ANSWER_UDP, .from = (struct sockaddr *)&s->from };
	struct question q;
	size_t len = stage_write(&sq, s->packet, sizeof(s->packet));

	s->packet[5] = 0;
	memmove(s->packet + 12, s->packet + 17, len - 17);
	answer_begin(&s->stage.answer, &s->stage.world);
	question_read(&q, s->packet, len - 5);
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
}

/* An error can always be told in no more octets than were asked with. */
static void
what_is_no_larger_than_its_query_always_goes_out(void **state)
{
	struct scene *s = *state;

	stage_text(&s->stage.settings.identity, "a name that is long enough");
	for (int i = 0; i < 3; i++)
		assert_non_null(strstr(ask(s, "a.org", "0003 0000"),
		    "OPT 1232 000f000200140003001a"));
	for (int i = 0; i < 9; i++)
		assert_string_equal(ask(s, "a.org", "0003 0000"),
		    "REFUSED OPT 1232");
	/* a query that is padded may have its answer, however often */
	for (int i = 0; i < 9; i++)
		assert_non_null(strstr(ask(s, "www.example.com",
		    "000c 0010 00000000000000000000000000000000"), "AN: www"));
	s->stage.settings.identity.len = 0;
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
}

/* Half a cookie: the limit holds, and the reply that slips teaches the rest. A
 * bad one is as long as what it gets. */
static void
who_knows_cookies_is_told_his(void **state)
{
	struct scene *s = *state;
	char option[128];

	for (int i = 0; i < 3; i++)
		(void)ask(s, "www.example.com", NULL);
	assert_string_equal(ask(s, "www.example.com", "000a 0008 " CLIENT),
	    "silence");
	for (int i = 0; i < 5; i++) {
		(void)ask(s, "www.example.com", i == 0 ? "000a 0008 " CLIENT :
		    "000a 0018 " CLIENT "01000000000000000102030405060708");
		assert_int_equal(s->packet[3] & 15, RCODE_BADCOOKIE & 15);
		assert_null(strstr(s->text, "AN:"));
	}
	(void)cookie_of(s, option);
	assert_non_null(strstr(ask(s, "www.example.com", option), "AN: www"));
}

/* RFC 7873 section 5.4. */
static void
a_cookie_may_come_without_a_question(void **state)
{
	static const struct {
		const char	*options;
		unsigned	 rcode;
	} rows[] = {
		{ "000a 0008 " CLIENT, RCODE_NOERROR },
		{ NULL, RCODE_NOERROR },	/* the good one */
		{ "000a 0018 " CLIENT "01000000000000000102030405060708",
		    RCODE_BADCOOKIE },
	};
	struct scene *s = *state;
	char good[128] = "";

	s->stage.settings.limit.rate = 100;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)ask_alone(s, rows[i].options != NULL ? rows[i].options :
		    good);
		assert_int_equal(s->packet[3] & 15, rows[i].rcode & 15);
		assert_int_equal(s->packet[5], 0);
		(void)cookie_of(s, good);
	}
	s->stage.settings.cookies = false;
	(void)ask_alone(s, good);
	assert_int_equal(s->packet[3] & 15, RCODE_FORMERR);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(who_sends_a_cookie_gets_one),
		TEST(over_the_limit_is_silence_or_tcp),
		TEST(made_up_names_share_a_limit),
		TEST(what_is_no_larger_than_its_query_always_goes_out),
		TEST(a_good_cookie_is_never_limited),
		TEST(who_knows_cookies_is_told_his),
		TEST(a_cookie_may_come_without_a_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
