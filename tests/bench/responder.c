/* tests/bench/responder.c - a backend for any number of health checks.
 *
 *	responder PORT
 *
 * Listens on all of 127.0.0.0/8, reads what comes first on a connection,
 * answers as a small web server without keep-alive would, and closes. One
 * thread, edge-triggered, no buffers: it has to cost less than who asks.
 * Address 127.255.0.0/16 takes connections and never says a word. The request
 * COUNT is answered with how many connections it has taken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS	256

static uint64_t accepted;

static const char reply[] =
    "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";

static int
fail(const char *what)
{
	perror(what);
	return 1;
}

static int
listen_on(unsigned port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;

	sin.sin_addr.s_addr = htonl(INADDR_ANY);
	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(fd, 65535) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The connections of a silent address stay until the other side ends them. */
static int
silent(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) == -1)
		return 0;
	return ntohl(at.sin_addr.s_addr) >> 16 == 0x7fff;
}

static void
take_all(int ep, int listener)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	int fd;

	while ((fd = accept4(listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		accepted++;
		ev.data.fd = fd;
		if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == -1)
			(void)close(fd);
	}
}

static void
say_count(int fd)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "accepted %llu\n",
	    (unsigned long long)accepted);

	(void)!send(fd, text, (size_t)n, MSG_NOSIGNAL);
}

static void
answer(int fd)
{
	char request[2048];
	ssize_t n = recv(fd, request, sizeof(request), 0);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0 && silent(fd))
		return;
	if (n == 5 && memcmp(request, "COUNT", 5) == 0)
		say_count(fd);
	else if (n > 0)
		(void)!send(fd, reply, sizeof(reply) - 1, MSG_NOSIGNAL);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	struct rlimit r;
	struct epoll_event ev = { .events = EPOLLIN }, got[EVENTS];
	int ep = epoll_create1(EPOLL_CLOEXEC);
	int listener = argc == 2 ?
	    listen_on((unsigned)strtoul(argv[1], NULL, 10)) : -1;

	if (listener == -1 || ep == -1)
		return fail("responder PORT");
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	ev.data.fd = listener;
	if (epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev) == -1)
		return fail("epoll");
	for (;;) {
		int n = epoll_wait(ep, got, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			if (got[i].data.fd == listener)
				take_all(ep, listener);
			else
				answer(got[i].data.fd);
		}
	}
}
