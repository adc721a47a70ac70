/* tests/unit/core/base/test_log.c - one event is one line in one write, well
 * formed and bounded.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"

/* A pair of datagram sockets: one write(2) is one datagram, so reading one
 * tells whether a line came in one piece. */
static int ends[2];

static void
set_form(enum log_level level, enum log_form form)
{
	const struct log_config c = {
		.fd = ends[1], .level = level, .form = form,
	};

	log_setup(&c);
}

static int
set_up(void **state)
{
	(void)state;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0)
		return -1;
	set_form(LOG_DEBUG, LOG_FORM_BARE);
	return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static int
tear_down(void **state)
{
	(void)state;
	(void)close(ends[0]);
	return close(ends[1]);
}

/* The next line, its newline checked and cut off; NULL when there is none. */
static const char *
next_line(void)
{
	static char line[8192];
	ssize_t n = recv(ends[0], line, sizeof(line) - 1, 0);

	if (n <= 0)
		return NULL;
	line[n] = '\0';
	assert_ptr_equal(strchr(line, '\n'), line + n - 1);
	line[n - 1] = '\0';
	return line;
}

static void
line_has_its_parts(void **state)
{
	(void)state;
	log_at(LOG_NOTICE, "gtm", "member web1:80", "state",
	    "from=%s to=%s fails=%d/%d", "up", "down", 3, 3);
	assert_string_equal(next_line(),
	    "notice gtm member web1:80 state from=up to=down fails=3/3");
	log_at(LOG_ERROR, "gtm", "", "exit", "%s", "");
	assert_string_equal(next_line(), "error gtm exit");
	log_at(LOG_DEBUG, "gtm", NULL, "tick", "n=%d", 1);
	assert_string_equal(next_line(), "debug gtm tick n=1");
	assert_null(next_line());
}

static void
level_is_a_threshold(void **state)
{
	(void)state;
	for (int limit = LOG_ERROR; limit <= LOG_DEBUG; limit++) {
		set_form((enum log_level)limit, LOG_FORM_BARE);
		for (int l = LOG_ERROR; l <= LOG_DEBUG; l++) {
			log_at((enum log_level)l, "a", NULL, "e", "%d", l);
			if ((next_line() != NULL) != (l <= limit))
				fail_msg("level %d at limit %d", l, limit);
		}
	}
}

/* 2026-01-31T09:05:00.250Z, then a blank. */
static void
time_is_rfc3339_utc(void **state)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ info a e";
	const char *line;

	(void)state;
	set_form(LOG_INFO, LOG_FORM_TIME);
	log_at(LOG_INFO, "a", NULL, "e", "%s", "");
	assert_non_null(line = next_line());
	assert_int_equal(strlen(line), strlen(shape));
	for (size_t i = 0; shape[i] != '\0'; i++)
		if (shape[i] == 'd' ? line[i] < '0' || line[i] > '9' :
		    line[i] != shape[i])
			fail_msg("octet %zu of \"%s\"", i, line);
	assert_true(strncmp(line, "2020", 4) > 0);
}

static void
journal_gets_the_severity(void **state)
{
	static const char *const want[] = {
		"<3>error a e", "<4>warning a e", "<5>notice a e",
		"<6>info a e", "<7>debug a e",
	};

	(void)state;
	set_form(LOG_DEBUG, LOG_FORM_JOURNAL);
	for (int l = LOG_ERROR; l <= LOG_DEBUG; l++) {
		log_at((enum log_level)l, "a", NULL, "e", "%s", "");
		assert_string_equal(next_line(), want[l]);
	}
}

static void
foreign_text_cannot_forge_a_line(void **state)
{
	(void)state;
	log_at(LOG_INFO, "a", "pool\nerror x", "e", "%s", "v=\r\n\x1b[1m");
	assert_string_equal(next_line(), "info a pool?error x e v=???[1m");
	assert_null(next_line());
}

static void
overlong_line_is_cut_and_marked(void **state)
{
	static const char mark[] = " ...[cut]";
	size_t whole = 0;

	(void)state;
	for (int n = 2000; n < 2100; n++) {
		const char *line;
		size_t len;

		log_at(LOG_INFO, "a", NULL, "e", "%0*d", n, 7);
		assert_non_null(line = next_line());
		len = strlen(line);
		assert_true(len <= 2048);
		if (len == (size_t)n + strlen("info a e "))
			whole++;
		else
			assert_string_equal(line + len - strlen(mark), mark);
	}
	assert_true(whole > 10 && whole < 90);
}

/* Many blanks at the end: cutting, trimming and marking do not meet. */
static void
overlong_blanks_are_marked_too(void **state)
{
	char euros[3000];

	(void)state;
	log_at(LOG_INFO, "a", NULL, "e", "%3000s", "");
	assert_non_null(strstr(next_line(), "...[cut]"));
	for (size_t i = 0; i + 3 < sizeof(euros); i += 3)
		memcpy(euros + i, "\xe2\x82\xac", 4);
	for (int lead = 0; lead < 3; lead++) {
		const char *line, *cut;

		log_at(LOG_INFO, "a", NULL, "e", "%.*s%s", lead, "abc", euros);
		assert_non_null(line = next_line());
		assert_non_null(cut = strstr(line, " ...[cut]"));
		line += strlen("info a e ") + (size_t)lead;
		assert_int_equal((cut - line) % 3, 0);
	}
}

static void
errno_survives(void **state)
{
	const struct log_config nowhere = { .fd = -1, .level = LOG_DEBUG };

	(void)state;
	log_setup(&nowhere);
	errno = ENOENT;
	log_at(LOG_INFO, "a", NULL, "e", "%s", "");
	assert_int_equal(errno, ENOENT);
}

static void *
chatter(void *arg)
{
	for (int i = 0; i < 50; i++)
		log_at(LOG_INFO, "a", arg, "e", "%0200d", i);
	return NULL;
}

/* Lines of threads come one after another, none inside another. */
static void
threads_do_not_mix_lines(void **state)
{
	char name[] = "one", other[] = "two";
	pthread_t t[2];
	const char *line;
	int count = 0;

	(void)state;
	assert_int_equal(pthread_create(&t[0], NULL, chatter, name), 0);
	assert_int_equal(pthread_create(&t[1], NULL, chatter, other), 0);
	while (count < 100) {
		if ((line = next_line()) == NULL)
			continue;
		assert_int_equal(strlen(line), strlen("info a one e ") + 200);
		count++;
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
}

static void
findings_become_lines(void **state)
{
	const struct diag_pos full = { "g.conf", 12, 3 }, file = { "g", 0, 0 };
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_error(&d, &full, ERR_RANGE, "ttl: 9 is outside \"1..8\"");
	diag_warn(&d, &file, "empty");
	diag_warn(&d, NULL, "lost");
	log_diag("gtm", &d);
	assert_string_equal(next_line(), "error gtm g.conf:12:3 config "
	    "text=\"ttl: 9 is outside \\\"1..8\\\"\"");
	assert_string_equal(next_line(), "warning gtm g config text=empty");
	assert_string_equal(next_line(), "warning gtm config text=lost");
	diag_fini(&d);
}

static void
quote_only_when_needed(void **state)
{
	static const struct { const char *in, *want; } row[] = {
		{ "plain", "plain" },
		{ "/Common/pool-1:80", "/Common/pool-1:80" },
		{ "k=v", "k=v" },
		{ "\xc3\xa9", "\xc3\xa9" },
		{ "", "\"\"" },
		{ "two words", "\"two words\"" },
		{ "a\"b", "\"a\\\"b\"" },
		{ "a\\b", "\"a\\\\b\"" },
		{ "a\nb\rc\td", "\"a\\nb\\rc\\td\"" },
		{ "\x01\x1f\x7f", "\"\\x01\\x1f\\x7f\"" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *got = log_quote(row[i].in, buf, sizeof(buf));

		if (strcmp(got, row[i].want) != 0)
			fail_msg("row %zu: %s", i, got);
	}
}

/* Whatever the room: terminated, closed, and marked when not whole. */
static void
quote_fits_any_room(void **state)
{
	static const char *const in[] = {
		"plainplainplain", "a b c d e f g", "\n\n\n\n\n", "\x01\x02\x03",
	};
	char whole[64], buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		(void)log_quote(in[i], whole, sizeof(whole));
		for (size_t cap = 6; cap < 40; cap++) {
			size_t n;

			memset(buf, 'X', sizeof(buf));
			n = strlen(log_quote(in[i], buf, cap));
			assert_true(n < cap && buf[cap] == 'X');
			if (strcmp(buf, whole) == 0)
				continue;
			if (buf[0] != '"' || strcmp(buf + n - 4, "...\"") != 0)
				fail_msg("row %zu, %zu: %s", i, cap, buf);
			if (cap > strlen(whole) + 4)
				fail_msg("row %zu cut at %zu", i, cap);
		}
	}
}

static void
levels_have_words(void **state)
{
	(void)state;
	assert_int_equal(log_level_parse("error"), LOG_ERROR);
	assert_int_equal(log_level_parse("warning"), LOG_WARNING);
	assert_int_equal(log_level_parse("notice"), LOG_NOTICE);
	assert_int_equal(log_level_parse("info"), LOG_INFO);
	assert_int_equal(log_level_parse("debug"), LOG_DEBUG);
	assert_int_equal(log_level_parse("Error"), -1);
	assert_int_equal(log_level_parse("err"), -1);
	assert_int_equal(log_level_parse(""), -1);
}

#define IN_SOCKET(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SOCKET(line_has_its_parts),
		IN_SOCKET(level_is_a_threshold),
		IN_SOCKET(time_is_rfc3339_utc),
		IN_SOCKET(journal_gets_the_severity),
		IN_SOCKET(foreign_text_cannot_forge_a_line),
		IN_SOCKET(overlong_line_is_cut_and_marked),
		IN_SOCKET(overlong_blanks_are_marked_too),
		IN_SOCKET(errno_survives),
		IN_SOCKET(threads_do_not_mix_lines),
		IN_SOCKET(findings_become_lines),
		cmocka_unit_test(quote_only_when_needed),
		cmocka_unit_test(quote_fits_any_room),
		cmocka_unit_test(levels_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
