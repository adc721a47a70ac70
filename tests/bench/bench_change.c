/* tests/bench/bench_change.c - from a change to the first answer that obeys it.
 *
 *   bench_change -x SOCKET -u URL [-p PORT] [-n CHANGES] [-r PER_SECOND]
 *                NAME CHANGE ADDR CHANGE ADDR
 *   bench_change -w FILE [-p PORT] [-n CHANGES] NAME CHANGE ADDR CHANGE ADDR
 *   bench_change -d DIR [-n CHANGES]
 *
 * The two CHANGEs take turns; after each, NAME is asked without a pause until
 * the answer is its ADDR. A CHANGE is the body of a PATCH on gtmd's control
 * socket (-x), or the new content of a file that a server watches (-w). -d
 * times nothing but an append and fdatasync in DIR, the floor of a durable
 * write. Prints one line of key=value, times in microseconds: write is from
 * the first octet to the reply, obey from the reply to the first answer that
 * obeys, total the two together; stale counts answers that did not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX	8192
#define NAME_MAX_OCTETS	255
#define HASTE		1000		/* questions before it takes its time */
#define PATIENCE_NS	UINT64_C(30000000000)

struct change {
	const char	*text;
	struct in_addr	 want;
};

struct bench {
	const char	*socket, *url, *file, *dir, *name;
	struct change	 change[2];
	size_t		 count;
	double		 rate;		/* changes in a second; 0 = at once */
	uint16_t	 port, id;
	int		 http, dns;
	uint64_t	*write_ns, *obey_ns, *total_ns;
	uint64_t	 stale;
};

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
wait_ns(uint64_t ns)
{
	const struct timespec ts = { (time_t)(ns / 1000000000u),
	    (long)(ns % 1000000000u) };

	(void)ppoll(NULL, 0, &ts, NULL);
}

static void
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n <= 0)
			die("write");
		text += n;
		len -= (size_t)n;
	}
}

/* ---- the change ---- */

static int
http_open(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(at.sun_path)) {
		fprintf(stderr, "%s is too long\n", path);
		exit(1);
	}
	memcpy(at.sun_path, path, strlen(path));
	if (fd == -1 || connect(fd, (void *)&at, sizeof(at)) == -1)
		die(path);
	return fd;
}

/* Is there a whole reply? Its head says how long the body is. */
static bool
is_whole(const char *text, size_t len)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *field = strcasestr(text, "\r\nContent-Length:");

	return end != NULL && field != NULL && field < end &&
	    len >= (size_t)(end + 4 - text) + strtoul(field + 17, NULL, 10);
}

static void
change_http(struct bench *b, const char *body)
{
	char text[MESSAGE_MAX];
	size_t len = 0;
	int n = snprintf(text, sizeof(text), "PATCH %s HTTP/1.1\r\n"
	    "Host: localhost\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", b->url, strlen(body), body);

	if (n < 0 || (size_t)n >= sizeof(text))
		die("body");
	write_all(b->http, text, (size_t)n);
	text[0] = '\0';
	while (!is_whole(text, len)) {
		ssize_t got = read(b->http, text + len, sizeof(text) - 1 - len);

		if (got <= 0)
			die("no whole reply");
		len += (size_t)got;
		text[len] = '\0';
	}
	if (strncmp(text, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "%s\n", text);
		exit(1);
	}
}

/* Renamed into its place, as such servers want it. */
static void
change_file(const struct bench *b, const char *content)
{
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s.new", b->file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		die(path);
	write_all(fd, content, strlen(content));
	write_all(fd, "\n", 1);
	if (close(fd) == -1 || rename(path, b->file) == -1)
		die(b->file);
}

static void
change_make(struct bench *b, const char *text)
{
	if (b->file != NULL)
		change_file(b, text);
	else
		change_http(b, text);
}

/* ---- the answer ---- */

static int
dns_open(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || connect(fd, (void *)&to, sizeof(to)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience)) == -1)
		die("socket");
	return fd;
}

/* A question of type A; returns its octets. */
static size_t
question_write(uint8_t *q, uint16_t id, const char *name)
{
	static const uint8_t head[12] = { [5] = 1 }, tail[5] = { 0, 0, 1, 0, 1 };
	size_t at = sizeof(head);

	memcpy(q, head, sizeof(head));
	q[0] = (uint8_t)(id >> 8);
	q[1] = (uint8_t)id;
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		q[at++] = (uint8_t)n;
		memcpy(q + at, name, n);
		at += n;
		name += n + (name[n] == '.');
	}
	memcpy(q + at, tail, sizeof(tail));
	return at + sizeof(tail);
}

/* Is the first record of the answer this address? Its owner is a pointer. */
static bool
answer_is(const uint8_t *m, size_t len, size_t question, struct in_addr want)
{
	return len >= question + 16 && (m[3] & 15) == 0 && m[7] > 0 &&
	    m[question + 3] == 1 &&
	    memcmp(m + question + 12, &want, sizeof(want)) == 0;
}

/* One question; true when the answer obeys. A lost one is asked again. */
static bool
ask(struct bench *b, struct in_addr want)
{
	uint8_t q[12 + NAME_MAX_OCTETS + 5], m[4096];
	size_t len = question_write(q, ++b->id, b->name);
	ssize_t got;

	if (send(b->dns, q, len, 0) != (ssize_t)len)
		die("send");
	do {
		got = recv(b->dns, m, sizeof(m), 0);
		if (got < 0 && errno != EAGAIN)
			die("recv");
	} while (got >= 2 && memcmp(m, q, 2) != 0);
	return got > 0 && answer_is(m, (size_t)got, len, want);
}

static void
await(struct bench *b, struct in_addr want)
{
	uint64_t start = now_ns();
	unsigned asked = 0;

	while (!ask(b, want)) {
		b->stale++;
		if (++asked > HASTE)
			wait_ns(200000);
		if (now_ns() - start > PATIENCE_NS) {
			fprintf(stderr, "no answer obeys\n");
			exit(1);
		}
	}
}

/* ---- runs ---- */

static void
run_changes(struct bench *b)
{
	uint64_t start = now_ns();

	await(b, b->change[1].want);
	for (size_t i = 0; i < b->count; i++) {
		const struct change *c = &b->change[i % 2];
		uint64_t due = start, began, replied;

		if (b->rate > 0)
			due += (uint64_t)((double)i / b->rate * 1e9);
		if (b->rate > 0 && (began = now_ns()) < due)
			wait_ns(due - began);
		began = now_ns();
		change_make(b, c->text);
		replied = now_ns();
		await(b, c->want);
		b->write_ns[i] = replied - began;
		b->total_ns[i] = now_ns() - began;
		b->obey_ns[i] = b->total_ns[i] - b->write_ns[i];
	}
}

static void
run_disk(struct bench *b)
{
	char path[4096], record[512];
	int fd;

	memset(record, 'x', sizeof(record));
	(void)snprintf(path, sizeof(path), "%s/bench-fdatasync", b->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd == -1)
		die(path);
	for (size_t i = 0; i < b->count; i++) {
		uint64_t began = now_ns();

		write_all(fd, record, sizeof(record));
		if (fdatasync(fd) == -1)
			die(path);
		b->write_ns[i] = now_ns() - began;
	}
	(void)close(fd);
	(void)unlink(path);
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
print_times(const char *what, uint64_t *ns, size_t count)
{
	size_t half = count / 2, most = count * 99 / 100;

	qsort(ns, count, sizeof(*ns), by_value);
	printf(" %s_p50=%.1f %s_p99=%.1f %s_max=%.1f", what,
	    (double)ns[half] / 1e3, what, (double)ns[most] / 1e3, what,
	    (double)ns[count - 1] / 1e3);
}

/* The observer must not stand in line behind a load generator on its own
 * processor. Without the right to it the figures are worse, not wrong. */
static void
come_first(void)
{
	const struct sched_param p = { .sched_priority = 1 };

	(void)sched_setscheduler(0, SCHED_FIFO, &p);
}

static uint64_t *
times_new(size_t count)
{
	uint64_t *ns = calloc(count, sizeof(*ns));

	if (ns == NULL)
		die("memory");
	return ns;
}

static void
usage(void)
{
	fprintf(stderr, "usage: bench_change -x SOCKET -u URL [options] NAME "
	    "CHANGE ADDR CHANGE ADDR\n       bench_change -w FILE [options] "
	    "NAME CHANGE ADDR CHANGE ADDR\n       bench_change -d DIR [-n N]\n");
	exit(2);
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "x:u:w:d:p:n:r:")) != -1) {
		switch (c) {
		case 'x': b->socket = optarg; break;
		case 'u': b->url = optarg; break;
		case 'w': b->file = optarg; break;
		case 'd': b->dir = optarg; break;
		case 'p': b->port = (uint16_t)strtoul(optarg, NULL, 10); break;
		case 'n': b->count = strtoul(optarg, NULL, 10); break;
		case 'r': b->rate = strtod(optarg, NULL); break;
		default: usage();
		}
	}
	if (b->count == 0 || argc - optind != (b->dir != NULL ? 0 : 5))
		usage();
	for (int i = 0; b->dir == NULL && i < 2; i++) {
		b->change[i].text = argv[optind + 1 + 2 * i];
		if (inet_pton(AF_INET, argv[optind + 2 + 2 * i],
		    &b->change[i].want) != 1)
			usage();
	}
	b->name = argv[optind];
	if (b->dir == NULL && (strlen(b->name) > NAME_MAX_OCTETS - 2 ||
	    (b->file == NULL && (b->socket == NULL || b->url == NULL))))
		usage();
}

static void
bench_disk(struct bench *b)
{
	run_disk(b);
	printf("writes=%zu", b->count);
	print_times("write", b->write_ns, b->count);
	printf("\n");
}

static void
bench_changes(struct bench *b)
{
	if (b->socket != NULL)
		b->http = http_open(b->socket);
	b->dns = dns_open(b->port);
	come_first();
	run_changes(b);
	printf("changes=%zu stale=%lu", b->count, (unsigned long)b->stale);
	print_times("write", b->write_ns, b->count);
	print_times("obey", b->obey_ns, b->count);
	print_times("total", b->total_ns, b->count);
	printf("\n");
}

int
main(int argc, char **argv)
{
	struct bench b = { .count = 1000, .port = 5353 };

	parse(&b, argc, argv);
	b.write_ns = times_new(b.count);
	b.obey_ns = times_new(b.count);
	b.total_ns = times_new(b.count);
	if (b.dir != NULL)
		bench_disk(&b);
	else
		bench_changes(&b);
	free(b.write_ns);
	free(b.obey_ns);
	free(b.total_ns);
	return 0;
}
