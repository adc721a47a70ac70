/* tests/unit/admin/shell/shelldaemon.c - see shelldaemon.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/admin/shell/shelldaemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restdescribe.h"
#include "gtmd/types/gtm.h"

#define ANSWERS_MAX	32

struct shelldaemon {
	const struct shelldaemon_answer *answers;
	bool		 used[ANSWERS_MAX];
	char		 path[64];
	int		 fd;
	pthread_t	 thread;
	pthread_mutex_t	 lock;
	struct strbuf	 asked;		/* under the lock */
	char		*shown;
	bool		 broken;
};

const char shelldaemon_net[] = "{\"types\": ["
    "{\"words\": \"net tunnels tunnel\", \"naming\": \"named\","
    " \"path\": \"/mgmt/tm/net/tunnels/tunnel\", \"help\": \"a tunnel\","
    " \"properties\": ["
    "{\"name\": \"local-address\", \"restName\": \"localAddress\","
    " \"kind\": \"addr\"},"
    "{\"name\": \"profile\", \"restName\": \"profile\", \"kind\": \"ref\","
    " \"ref\": \"net tunnels etherip\"},"
    "{\"name\": \"remote-address\", \"restName\": \"remoteAddress\","
    " \"kind\": \"addr\"}]},"
    "{\"words\": \"net vlan-group\", \"naming\": \"named\","
    " \"path\": \"/mgmt/tm/net/vlan-group\", \"help\": \"VLANs as one\","
    " \"properties\": ["
    "{\"name\": \"members\", \"restName\": \"members\", \"kind\": \"refs\","
    " \"ref\": \"net vlan\"},"
    "{\"name\": \"mode\", \"restName\": \"mode\", \"kind\": \"enum\","
    " \"words\": [\"opaque\", \"translucent\", \"transparent\"]}]}]}";

/* One request, head and body; false when the peer says nothing more. */
static bool
read_request(int fd, struct strbuf *b)
{
	char piece[4096], *end, *length;
	ssize_t n;

	for (;;) {
		end = b->text != NULL ? strstr(b->text, "\r\n\r\n") : NULL;
		length = b->text != NULL ? strstr(b->text, "Content-Length: ") :
		    NULL;
		if (end != NULL && b->len >= (size_t)(end + 4 - b->text) +
		    (length != NULL ? strtoul(length + 16, NULL, 10) : 0))
			return true;
		n = read(fd, piece, sizeof(piece));
		if (n <= 0)
			return false;
		strbuf_add_len(b, piece, (size_t)n);
	}
}

static const struct shelldaemon_answer *
find_answer(struct shelldaemon *d, const char *request)
{
	const struct shelldaemon_answer *a = d->answers;
	size_t i;

	for (i = 0; a != NULL && a[i].request != NULL; i++) {
		if (d->used[i] || strncmp(request, a[i].request,
		    strlen(a[i].request)) != 0)
			continue;
		d->used[i] = a[i + 1].request != NULL &&
		    strcmp(a[i].request, a[i + 1].request) == 0;
		return &a[i];
	}
	return NULL;
}

static void
say(int fd, int status, const char *etag, const char *body)
{
	char *text = mem_printf("HTTP/1.1 %d X\r\n%s%s%sContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s", status, etag != NULL ? "ETag: " : "",
	    etag != NULL ? etag : "", etag != NULL ? "\r\n" : "",
	    strlen(body), body);
	size_t len = strlen(text), at = 0;
	ssize_t n = 1;

	while (at < len && n > 0) {
		n = send(fd, text + at, len - at, MSG_NOSIGNAL);
		at += n > 0 ? (size_t)n : 0;
	}
	free(text);
}

static void
answer(struct shelldaemon *d, int fd, const char *request)
{
	const struct shelldaemon_answer *a = find_answer(d, request);
	struct json *doc;
	char *text;

	if (a != NULL) {
		say(fd, a->status, a->etag, a->body != NULL ? a->body : "");
	} else if (strncmp(request, "GET /mgmt/tm/gtm/describe ", 26) == 0) {
		doc = restdescribe_schema(&gtm_schema);
		text = json_line(doc);
		say(fd, 200, NULL, text);
		free(text);
		json_free(&doc);
	} else {
		say(fd, 404, NULL, "{\"code\":404,\"message\":\"not here\"}");
	}
}

static void
note(struct shelldaemon *d, const char *request)
{
	const char *head = strstr(request, "\r\n\r\n");
	const char *match = strstr(request, "\r\nIf-Match: ");
	size_t line = strcspn(request, "\r");

	if (strstr(request, "/describe ") != NULL)
		return;
	(void)pthread_mutex_lock(&d->lock);
	strbuf_add_len(&d->asked, request, line - strlen(" HTTP/1.1"));
	if (match != NULL && match < head)
		strbuf_printf(&d->asked, " [%.*s]",
		    (int)strcspn(match + 12, "\r"), match + 12);
	if (head[4] != '\0')
		strbuf_printf(&d->asked, " %s", head + 4);
	strbuf_add_char(&d->asked, '\n');
	(void)pthread_mutex_unlock(&d->lock);
}

static void *
run(void *arg)
{
	struct shelldaemon *d = arg;
	int fd;

	while ((fd = accept(d->fd, NULL, NULL)) != -1) {
		struct strbuf b;

		strbuf_init(&b);
		if (read_request(fd, &b)) {
			note(d, b.text);
			answer(d, fd, b.text);
		} else if (b.len > 0) {
			d->broken = true;
		}
		strbuf_fini(&b);
		(void)close(fd);
	}
	return NULL;
}

struct shelldaemon *
shelldaemon_new(const struct shelldaemon_answer *answers)
{
	static unsigned serial;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct shelldaemon *d = mem_zalloc(1, sizeof(*d));

	d->answers = answers;
	(void)snprintf(d->path, sizeof(d->path), "/tmp/gtm-shell-%ld-%u.sock",
	    (long)getpid(), serial++);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", d->path);
	(void)unlink(d->path);
	strbuf_init(&d->asked);
	(void)pthread_mutex_init(&d->lock, NULL);
	d->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(d->fd, 16), 0);
	assert_int_equal(pthread_create(&d->thread, NULL, run, d), 0);
	return d;
}

void
shelldaemon_free(struct shelldaemon **pd)
{
	struct shelldaemon *d = *pd;

	*pd = NULL;
	(void)shutdown(d->fd, SHUT_RDWR);	/* accept gives up */
	(void)pthread_join(d->thread, NULL);
	(void)close(d->fd);
	(void)unlink(d->path);
	(void)pthread_mutex_destroy(&d->lock);
	assert_false(d->broken);
	strbuf_fini(&d->asked);
	free(d->shown);
	free(d);
}

const char *
shelldaemon_socket(const struct shelldaemon *d)
{
	return d->path;
}

const char *
shelldaemon_asked(struct shelldaemon *d)
{
	free(d->shown);
	(void)pthread_mutex_lock(&d->lock);
	d->shown = mem_strdup(d->asked.text);
	strbuf_clear(&d->asked);
	(void)pthread_mutex_unlock(&d->lock);
	return d->shown;
}
