/* tests/unit/gtmd/drive/qmpdoor.c - see qmpdoor.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/drive/qmpdoor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/model/json.h"

void
qmpdoor_say(struct qmpdoor *d, const char *text)
{
	if (d->fd != -1)
		(void)send(d->fd, text, strlen(text), MSG_NOSIGNAL);
}

void
qmpdoor_answer(struct qmpdoor *d, const struct json *command,
    struct json **pvalue, const char *wrong)
{
	struct json *j = json_new_object(), *error = json_new_object();
	char *line;

	json_put_text(error, "class", "GenericError");
	json_put_text(error, "desc", wrong);
	if (wrong == NULL)
		json_put(j, "return", pvalue);
	else
		json_put(j, "error", &error);
	json_free(&error);
	json_put_int(j, "id", json_get_int(json_find(command, "id")));
	line = json_line(j);
	qmpdoor_say(d, line);
	qmpdoor_say(d, "\r\n");
	free(line);
	json_free(&j);
}

static void
hang_up(struct qmpdoor *d)
{
	loop_io_stop(&d->io);
	if (d->fd != -1)
		(void)close(d->fd);
	d->fd = -1;
	strbuf_clear(&d->in);
}

static void
take_line(struct qmpdoor *d, const char *line, size_t len)
{
	struct json *j = json_parse(line, len, NULL), *done;
	const char *name = json_get_text(json_find(j, "execute"));

	assert(name != NULL);
	if (strcmp(name, "qmp_capabilities") == 0) {
		done = json_new_object();
		qmpdoor_answer(d, j, &done, NULL);
	} else {
		d->command(d->arg, d, j);
	}
	json_free(&j);
}

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct qmpdoor *d = arg;
	char octets[4096], *end;
	ssize_t n = read(fd, octets, sizeof(octets));

	assert(io == d->io && events == LOOP_READ);
	if (n <= 0) {
		hang_up(d);
		return;
	}
	strbuf_add_len(&d->in, octets, (size_t)n);
	while (d->fd != -1 && d->in.len > 0 &&
	    (end = memchr(d->in.text, '\n', d->in.len)) != NULL) {
		size_t len = (size_t)(end - d->in.text) + 1;
		char *line = strndup(d->in.text, len);

		memmove(d->in.text, d->in.text + len, d->in.len - len);
		d->in.len -= len;
		take_line(d, line, len);
		free(line);
	}
}

/* Who comes while there is a client waits, as at a QEMU. */
static void
on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct qmpdoor *d = arg;

	assert(io == d->door_io && events == LOOP_READ);
	if (d->fd != -1)
		hang_up(d);
	d->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert(d->fd != -1);
	d->clients++;
	d->io = loop_io_start(d->loop, d->fd, LOOP_READ, on_io, d);
	if (d->greeting != NULL)
		qmpdoor_say(d, d->greeting);
}

void
qmpdoor_open(struct qmpdoor *d)
{
	d->fd = -1;
	strbuf_init(&d->in);
	d->listener = unixsock_listen(d->path, SOCK_STREAM, 0600, 4, NULL);
	assert(d->listener >= 0);
	d->door_io = loop_io_start(d->loop, d->listener, LOOP_READ, on_door,
	    d);
}

void
qmpdoor_close(struct qmpdoor *d)
{
	if (d->door_io == NULL)
		return;
	hang_up(d);
	loop_io_stop(&d->door_io);
	(void)close(d->listener);
	strbuf_fini(&d->in);
}
