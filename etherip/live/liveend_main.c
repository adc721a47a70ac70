/* etherip/live/liveend_main.c - one end of a tunnel's liveness as a program of its own, for tests
 * beside other implementations.
 *
 *	liveend -l ADDRESS -r ADDRESS [-k bfd|icmp] [-d DEVICE] [-i MSEC] [-n COUNT]
 *	    [-m [-t MINTTL]]
 *
 * -m: over many hops. Says "ready", then each verdict in a line when there is a new one, with
 * its reason, and obeys lines on its standard input:
 *
 *	down		by command, which BFD tells the other end
 *	back		from that
 *	pace MSEC	another interval
 *	status		a line of JSON
 *
 * Ends with its input. SPDX-License-Identifier: Apache-2.0
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "etherip/live/liveness.h"

struct program {
	struct loop	*loop;
	struct loop_io	*input;
	struct liveness_table *table;
	struct liveness	*live;
	struct liveness_config config;
	char		 line[128];	/* of the input, as far as it has come */
	size_t		 len;
};

static void
on_verdict(void *arg, struct liveness *l, enum liveness_verdict v)
{
	struct liveness_status s;

	(void)arg;
	liveness_status(l, &s);
	printf("%s: %s\n", liveness_verdict_name(v), s.reason);
}

static void
say_status(const struct program *p)
{
	struct liveness_strays strays = liveness_strays(p->table);
	struct liveness_status s;

	liveness_status(p->live, &s);
	printf("{\"kind\": \"%s\", \"verdict\": \"%s\", \"reason\": \"%s\", "
	    "\"flaps\": %" PRIu64 ", \"sent\": %" PRIu64 ", \"received\": %"
	    PRIu64 ", \"unsent\": %" PRIu64 ", \"refused\": %" PRIu64 ", "
	    "\"unknown\": %" PRIu64 ", \"malformed\": %" PRIu64 ", "
	    "\"detect-ms\": %u}\n", liveness_kind_name(s.kind),
	    liveness_verdict_name(s.verdict), s.reason, s.flaps, s.sent,
	    s.received, s.unsent, s.refused, strays.unknown,
	    strays.malformed, s.detect_ms);
}

static uint32_t
number(const char *text, unsigned long max)
{
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || *text == '-' ||
	    v == 0 || v > max)
		errx(1, "%s: not a number in 1..%lu", text, max);
	return (uint32_t)v;
}

static void
obey(struct program *p, const char *line)
{
	struct liveness_config c = p->config;

	if (strcmp(line, "status") == 0)
		say_status(p);
	else if (strcmp(line, "down") == 0 || strcmp(line, "back") == 0)
		liveness_admin(p->live, line[0] == 'd');
	else if (strncmp(line, "pace ", 5) == 0) {
		c.interval_ms = number(line + 5, 60000);
		if (liveness_set(p->live, &c))
			p->config = c;
	} else
		warnx("%s: no such command", line);
}

static void
on_input(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct program *p = arg;
	ssize_t n = read(fd, p->line + p->len, sizeof(p->line) - p->len);
	char *end;

	(void)io;
	(void)events;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		loop_stop(p->loop);
		return;
	}
	p->len += (size_t)n;
	while ((end = memchr(p->line, '\n', p->len)) != NULL) {
		*end++ = '\0';
		obey(p, p->line);
		p->len -= (size_t)(end - p->line);
		memmove(p->line, end, p->len);
	}
	if (p->len == sizeof(p->line))
		errx(1, "a line is too long");
}

static void
take_address(const char *text, struct addr *a)
{
	if (addr_parse(text, a) != 0)
		errx(1, "%s: not an address", text);
}

static void
take_option(struct liveness_config *c, int option, const char *text)
{
	switch (option) {
	case 'l':
		take_address(text, &c->local);
		break;
	case 'r':
		take_address(text, &c->remote);
		break;
	case 'k':
		c->kind = strcmp(text, "icmp") == 0 ? LIVENESS_ICMP :
		    LIVENESS_BFD;
		break;
	case 'd':
		(void)snprintf(c->device, sizeof(c->device), "%s", text);
		break;
	case 'i':
		c->interval_ms = number(text, 60000);
		break;
	case 'n':
		c->multiplier = (uint8_t)number(text, 255);
		break;
	case 'm':
		c->far = true;
		break;
	case 't':
		c->min_ttl = (uint8_t)number(text, 255);
		break;
	default:
		errx(1, "usage: liveend -l ADDRESS -r ADDRESS ...");
	}
}

int
main(int argc, char **argv)
{
	struct program p = { .config = { .kind = LIVENESS_BFD,
	    .interval_ms = 50, .multiplier = 3 } };
	struct err e;
	int option;

	while ((option = getopt(argc, argv, "l:r:k:d:i:n:mt:")) != -1)
		take_option(&p.config, option, optarg);
	if (p.config.local.family == 0 ||
	    p.config.local.family != p.config.remote.family)
		errx(1, "two addresses of one family are needed");
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	p.loop = loop_new(&clock_system, &e);
	if (p.loop == NULL)
		errx(1, "%s", e.text);
	p.table = liveness_table_new(p.loop);
	p.live = liveness_new(p.table, &p.config, on_verdict, &p, &e);
	if (p.live == NULL)
		errx(1, "%s", e.text);
	p.input = loop_io_start(p.loop, STDIN_FILENO, LOOP_READ, on_input, &p);
	if (p.input == NULL)
		err(1, "standard input");
	puts("ready");
	loop_run(p.loop);
	loop_io_stop(&p.input);
	liveness_free(&p.live);
	liveness_table_free(&p.table);
	loop_free(&p.loop);
	return 0;
}
