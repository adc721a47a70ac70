/* tests/unit/core/rest/serverkit.c - see serverkit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/rest/serverkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/rest/restintake.h"
#include "tests/unit/core/base/tempdir.h"

#define TURNS	20	/* without a word: nothing more is to come */

struct loop *serverkit_loop;
struct restserver *serverkit_server;
const char *serverkit_path;

static struct clock clk;
static struct strbuf heard;

int
serverkit_setup(void **state)
{
	static char path[160];
	struct err e;

	assert_int_equal(tempdir_set_up(state), 0);
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	serverkit_loop = loop_new(&clk, &e);
	(void)snprintf(path, sizeof(path), "%s", tempdir_file(&tempdir, "s"));
	serverkit_path = path;
	strbuf_init(&heard);
	return 0;
}

int
serverkit_teardown(void **state)
{
	restserver_free(&serverkit_server);
	loop_free(&serverkit_loop);
	strbuf_fini(&heard);
	return tempdir_tear_down(state);
}

void
serverkit_start(restserver_fn *handle, int listening)
{
	static const struct restintake_room rooms[] = {
		{ "/roomy", 3 << 20 }, { NULL, 0 }
	};
	const struct restserver_config c = { .loop = serverkit_loop,
	    .rooms = rooms, .path = serverkit_path, .listening = listening,
	    .handle = handle };
	struct err e;

	serverkit_server = restserver_new(&c, &e);
	if (serverkit_server == NULL)
		fail_msg("%s", e.text);
}

int
serverkit_connect(void)
{
	int fd = unixsock_connect(serverkit_path, SOCK_STREAM);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

void
serverkit_turn(dur_ns by)
{
	loop_advance(serverkit_loop, &clk, by);
}

void
serverkit_send(int fd, const char *text, size_t len)
{
	for (int idle = 0; len > 0;) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n < 0) {
			assert_int_equal(errno, EAGAIN);
			assert_true(++idle < TURNS);
			serverkit_turn(0);
			continue;
		}
		idle = 0;
		text += n;
		len -= (size_t)n;
	}
}

const char *
serverkit_hear(int fd, int *closed)
{
	char piece[65536];
	bool end = false;

	strbuf_clear(&heard);
	strbuf_add(&heard, "");
	for (int idle = 0; idle < TURNS && !end; idle++) {
		ssize_t n;

		serverkit_turn(0);
		n = read(fd, piece, sizeof(piece));
		end = n == 0 || (n < 0 && errno != EAGAIN);
		if (n > 0) {
			strbuf_add_len(&heard, piece, (size_t)n);
			idle = 0;
		}
	}
	if (closed != NULL)
		*closed = end;
	return heard.text;
}

const char *
serverkit_ask(int fd, const char *text)
{
	serverkit_send(fd, text, strlen(text));
	return serverkit_hear(fd, NULL);
}

void
serverkit_expect(const char *answer, int status)
{
	char want[32];

	(void)snprintf(want, sizeof(want), "HTTP/1.1 %d ", status);
	if (strncmp(answer, want, strlen(want)) != 0)
		fail_msg("%.200s\nwanted: %s", answer, want);
}
