/* tests/unit/gtmd/mover/fakedaemon.c - see fakedaemon.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedaemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

static void
hang_up(struct fakedaemon_talk *t)
{
	loop_io_stop(&t->io);
	if (t->fd != -1)
		(void)close(t->fd);
	t->fd = -1;
	t->len = 0;
}

void
fakedaemon_answer(struct fakedaemon_talk *t, int status, const char *body)
{
	char *reply;

	if (t->fd == -1)
		return;
	reply = mem_printf("HTTP/1.1 %d Word\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s", status, strlen(body), body);
	/* Who asked may have gone. */
	(void)!send(t->fd, reply, strlen(reply), MSG_NOSIGNAL);
	free(reply);
	hang_up(t);
}

static void
answer(struct fakedaemon_talk *t, const char *question)
{
	static const struct fakedaemon_rule none = { "", 404, "{}" };
	const struct fakedaemon_rule *r = t->daemon->rules;

	while (r != NULL && r->text != NULL &&
	    strstr(question, r->text) == NULL)
		r++;
	if (r == NULL || r->text == NULL)
		r = &none;
	if (r->status != 0)
		fakedaemon_answer(t, r->status, r->body);
}

static void
keep(struct fakedaemon *d, const char *question)
{
	size_t len = strlen(question);

	assert_true(d->heard_len + len < sizeof(d->heard));
	memcpy(d->heard + d->heard_len, question, len + 1);
	d->heard_len += len;
	d->asked++;
}

static void
keep_host(struct fakedaemon *d, const char *in)
{
	const char *at = strcasestr(in, "\r\nHost: ");

	(void)snprintf(d->host, sizeof(d->host), "%.*s", at == NULL ? 0 :
	    (int)strcspn(at + 8, "\r"), at == NULL ? "" : at + 8);
}

/* A whole request is "METHOD /path body". */
static void
read_request(struct fakedaemon_talk *t)
{
	const char *end = strstr(t->in, "\r\n\r\n"), *length;
	int line = (int)strcspn(t->in, "\r");
	size_t body = 0;
	char *question;

	if (end == NULL)
		return;
	length = strcasestr(t->in, "\r\nContent-Length: ");
	if (length != NULL && length < end)
		body = strtoul(length + 18, NULL, 10);
	if (strlen(end + 4) < body)
		return;
	while (line > 0 && t->in[line] != ' ')	/* " HTTP/1.1" goes */
		line--;
	question = mem_printf("%.*s %.*s\n", line, t->in, (int)body, end + 4);
	keep(t->daemon, question);
	keep_host(t->daemon, t->in);
	answer(t, question);
	free(question);
}

static void
on_talk(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct fakedaemon_talk *t = arg;
	ssize_t n = recv(fd, t->in + t->len, sizeof(t->in) - 1 - t->len, 0);

	(void)io;
	(void)events;
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			hang_up(t);
		return;
	}
	t->len += (size_t)n;
	t->in[t->len] = '\0';
	read_request(t);
}

static void
on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct fakedaemon *d = arg;
	struct fakedaemon_talk *t = d->talks;

	(void)io;
	(void)events;
	while (t->fd != -1)
		assert_true(++t < d->talks + FAKEDAEMON_TALKS);
	t->fd = sock_accept(fd, NULL);
	assert_int_not_equal(t->fd, -1);
	t->io = loop_io_start(d->loop, t->fd, LOOP_READ, on_talk, t);
	assert_non_null(t->io);
}

static void
open_door(struct fakedaemon *d, struct loop *l, int fd)
{
	memset(d, 0, sizeof(*d));
	d->loop = l;
	d->door_fd = fd;
	for (size_t i = 0; i < FAKEDAEMON_TALKS; i++) {
		d->talks[i].daemon = d;
		d->talks[i].fd = -1;
	}
	d->door = loop_io_start(l, fd, LOOP_READ, on_door, d);
	assert_non_null(d->door);
}

void
fakedaemon_open(struct fakedaemon *d, struct loop *l, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, FAKEDAEMON_TALKS), 0);
	open_door(d, l, fd);
}

void
fakedaemon_open_page(struct fakedaemon *d, struct loop *l)
{
	struct addrport at;
	struct err e;
	int fd;

	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	fd = sock_listen_tcp(&at, NULL, &e);
	assert_true(fd >= 0);
	open_door(d, l, fd);
	sock_local(fd, &d->at);
}

void
fakedaemon_close(struct fakedaemon *d)
{
	for (size_t i = 0; i < FAKEDAEMON_TALKS; i++)
		hang_up(&d->talks[i]);
	loop_io_stop(&d->door);
	if (d->door_fd != -1)
		(void)close(d->door_fd);
	d->door_fd = -1;
}

char *
fakedaemon_url(const struct fakedaemon *d, const char *path)
{
	char text[ADDR_TEXT_MAX];

	return mem_printf("http://%s%s", addr_format_port(&d->at, text), path);
}

void
fakedaemon_forget(struct fakedaemon *d)
{
	d->asked = 0;
	d->heard_len = 0;
	d->heard[0] = '\0';
}

unsigned
fakedaemon_count(const struct fakedaemon *d, const char *text)
{
	unsigned n = 0;

	for (const char *at = d->heard; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}
