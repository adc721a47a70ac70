/* tests/bench/bench_writers.c - several clients that change things at a rate.
 *
 *   bench_writers -x SOCKET -u URL [-c CLIENTS] [-r PER_SECOND] [-s SECONDS]
 *                 BODY BODY
 *
 * Each client keeps a connection to gtmd's control socket and PATCHes an object
 * of its own, whose number stands for the # in URL, with the two BODYs in turn: every
 * write is a change. Writes are due at even distances and go out on the next
 * client that has none under way; one that finds no client waits, and its time
 * counts from when it was due. Prints one line of key=value: writes answered,
 * reached = these a second, write = microseconds from due to the whole reply.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX	64
#define MESSAGE_MAX	16384
#define PATIENCE_NS	UINT64_C(30000000000)

struct client {
	unsigned	 number;
	bool		 busy;
	unsigned	 turn;		/* which body is next */
	uint64_t	 due_ns;	/* of what is under way */
	size_t		 len;
	char		 text[MESSAGE_MAX];
};

struct bench {
	const char	*socket, *url, *body[2];
	unsigned	 clients;
	double		 rate, seconds;
	struct client	*client;
	struct pollfd	 fds[CLIENTS_MAX];
	uint64_t	*ns;
	size_t		 sent, answered, total;
	uint64_t	 start, end;
};

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void *
room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		die("memory");
	return p;
}

static int
http_open(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(at.sun_path)) {
		(void)fprintf(stderr, "%s is too long\n", path);
		exit(1);
	}
	memcpy(at.sun_path, path, strlen(path));
	if (fd == -1 || connect(fd, (void *)&at, sizeof(at)) == -1)
		die(path);
	return fd;
}

static uint64_t
due(const struct bench *b, size_t i)
{
	return b->start + (uint64_t)((double)i / b->rate * 1e9);
}

/* The next write that is due, on this client. */
static void
client_send(struct bench *b, struct client *c, int fd)
{
	const char *body = b->body[c->turn++ % 2];
	int hash = (int)strcspn(b->url, "#");
	int n = snprintf(c->text, sizeof(c->text), "PATCH %.*s%u%s HTTP/1.1\r\n"
	    "Host: localhost\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", hash, b->url, c->number,
	    b->url + hash + (b->url[hash] == '#'), strlen(body), body);

	if (n < 0 || (size_t)n >= sizeof(c->text))
		die("body");
	if (send(fd, c->text, (size_t)n, MSG_NOSIGNAL) != n)
		die("send");
	c->due_ns = due(b, b->sent++);
	c->busy = true;
	c->len = 0;
}

/* Is there a whole reply? Its head says how long the body is. */
static bool
is_whole(const struct client *c)
{
	const char *end = strstr(c->text, "\r\n\r\n");
	const char *field = strcasestr(c->text, "\r\nContent-Length:");

	return end != NULL && field != NULL && field < end && c->len >=
	    (size_t)(end + 4 - c->text) + strtoul(field + 17, NULL, 10);
}

static void
client_hear(struct bench *b, struct client *c, int fd)
{
	ssize_t got = recv(fd, c->text + c->len, sizeof(c->text) - 1 - c->len,
	    0);

	if (got <= 0)
		die("no whole reply");
	c->len += (size_t)got;
	c->text[c->len] = '\0';
	if (!is_whole(c))
		return;
	if (strncmp(c->text, "HTTP/1.1 200", 12) != 0) {
		(void)fprintf(stderr, "%s\n", c->text);
		exit(1);
	}
	c->busy = false;
	b->end = now_ns();
	b->ns[b->answered++] = b->end - c->due_ns;
}

/* Waits for an answer to any, as long as ns at most; false: there was none. */
static bool
hear(struct bench *b, uint64_t ns)
{
	const struct timespec ts = { (time_t)(ns / 1000000000u),
	    (long)(ns % 1000000000u) };
	int n = ppoll(b->fds, b->clients, &ts, NULL);

	if (n == -1 && errno != EINTR)
		die("poll");
	for (unsigned i = 0; n > 0 && i < b->clients; i++)
		if (b->fds[i].revents != 0)
			client_hear(b, &b->client[i], b->fds[i].fd);
	return n > 0;
}

static void
hear_until(struct bench *b, size_t answered)
{
	while (b->answered < answered)
		if (!hear(b, PATIENCE_NS)) {
			(void)fprintf(stderr, "no answer\n");
			exit(1);
		}
}

/* Sends what is due while somebody is free; ns until the next is due. */
static uint64_t
send_due(struct bench *b)
{
	for (unsigned i = 0; i < b->clients; i++) {
		uint64_t now = now_ns();

		if (b->sent == b->total)
			break;
		if (now < due(b, b->sent))
			return due(b, b->sent) - now;
		if (!b->client[i].busy)
			client_send(b, &b->client[i], b->fds[i].fd);
	}
	return PATIENCE_NS;
}

static void
run(struct bench *b)
{
	b->start = now_ns();
	while (b->sent < b->total)
		(void)hear(b, send_due(b));
	hear_until(b, b->total);
}

/* Every object ends as it began. Not measured. */
static void
restore(struct bench *b)
{
	for (unsigned i = 0; i < b->clients; i++)
		if (b->client[i].turn % 2 != 0)
			client_send(b, &b->client[i], b->fds[i].fd);
	hear_until(b, b->sent);
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
report(struct bench *b)
{
	double seconds = (double)(b->end - b->start) / 1e9;

	qsort(b->ns, b->answered, sizeof(*b->ns), by_value);
	printf("writes=%zu reached=%.1f write_p50=%.1f write_p99=%.1f "
	    "write_max=%.1f\n", b->answered, (double)b->answered / seconds,
	    (double)b->ns[b->answered / 2] / 1e3,
	    (double)b->ns[b->answered * 99 / 100] / 1e3,
	    (double)b->ns[b->answered - 1] / 1e3);
}

/* Writers must not stand in line behind a load generator on their processor.
 * Without the right to it the figures are worse, not wrong. Waits end on time. */
static void
come_first(void)
{
	const struct sched_param p = { .sched_priority = 1 };

	(void)sched_setscheduler(0, SCHED_FIFO, &p);
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

static _Noreturn void
usage(void)
{
	(void)fprintf(stderr, "usage: bench_writers -x SOCKET -u URL "
	    "[-c CLIENTS] [-r PER_SECOND] [-s SECONDS] BODY BODY\n");
	exit(2);
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "x:u:c:r:s:")) != -1) {
		switch (c) {
		case 'x': b->socket = optarg; break;
		case 'u': b->url = optarg; break;
		case 'c': b->clients = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'r': b->rate = strtod(optarg, NULL); break;
		case 's': b->seconds = strtod(optarg, NULL); break;
		default: usage();
		}
	}
	if (b->socket == NULL || b->url == NULL || argc - optind != 2 ||
	    b->clients == 0 || b->clients > CLIENTS_MAX || b->rate <= 0)
		usage();
	b->body[0] = argv[optind];
	b->body[1] = argv[optind + 1];
	b->total = (size_t)(b->rate * b->seconds);
	if (b->total == 0)
		usage();
}

int
main(int argc, char **argv)
{
	struct bench b = { .clients = 8, .rate = 1000, .seconds = 2 };

	parse(&b, argc, argv);
	b.ns = room(b.total + CLIENTS_MAX, sizeof(*b.ns));
	b.client = room(b.clients, sizeof(*b.client));
	for (unsigned i = 0; i < b.clients; i++) {
		b.client[i].number = i;
		b.fds[i] = (struct pollfd){ .fd = http_open(b.socket),
		    .events = POLLIN };
	}
	come_first();
	run(&b);
	report(&b);
	restore(&b);
	free(b.client);
	free(b.ns);
	return 0;
}
