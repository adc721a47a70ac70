/* tests/bench/frameload.c - small datagrams through whatever lies between two hosts: as many
 * as will go, or one at a time.
 *
 *   frameload sink PORT                      counts what comes, until SIGTERM
 *   frameload echo PORT                     sends each datagram back
 *   frameload blast ADDR PORT SECONDS [PPS] as many as the host can send, or so many
 *   frameload ping ADDR PORT COUNT          one after the other, each waited for
 *
 * Payloads are of 18 octets, so that frames have the shortest length there is. Prints one
 * line of key=value: frames, seconds; ping: lost, p50_us, p99_us of the round trip. Whoever
 * sinks is asked by SIGTERM for its line; a ping is lost after 200 ms.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH		64
#define PAYLOAD		18
#define LOST_MS		200
#define SECOND		1e9
#define PINGS_MAX	1000000

static volatile sig_atomic_t ended;

static void
on_term(int sig)
{
	(void)sig;
	ended = 1;
}

static double
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * SECOND + (double)t.tv_nsec;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
port_of(const char *text)
{
	long port = strtol(text, NULL, 10);

	if (port < 1 || port > UINT16_MAX) {
		fprintf(stderr, "port %s: 1 to 65535\n", text);
		exit(2);
	}
	return (int)port;
}

static int
open_socket(const char *address, const char *port, bool connects)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port_of(port)) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int room = 4 << 20;

	if (fd == -1)
		die("socket");
	if (inet_pton(AF_INET, address, &sin.sin_addr) != 1) {
		fprintf(stderr, "%s: no IPv4 address\n", address);
		exit(2);
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (connects) {
		if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
			die("connect");
	} else if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0) {
		die("bind");
	}
	return fd;
}

struct batch {
	struct mmsghdr	   m[BATCH];
	struct iovec	   iov[BATCH];
	struct sockaddr_in from[BATCH];
	uint8_t		   octets[BATCH][64];
};

static void
batch_init(struct batch *b, size_t len, bool named)
{
	memset(b, 0, sizeof(*b));
	for (unsigned i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){ b->octets[i], len };
		b->m[i].msg_hdr.msg_iov = &b->iov[i];
		b->m[i].msg_hdr.msg_iovlen = 1;
		if (named) {
			b->m[i].msg_hdr.msg_name = &b->from[i];
			b->m[i].msg_hdr.msg_namelen = sizeof(b->from[i]);
		}
	}
}

static int
sink(const char *port)
{
	int fd = open_socket("0.0.0.0", port, false);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double first = 0, last = 0;
	uint64_t frames = 0;
	struct batch b;

	batch_init(&b, sizeof(b.octets[0]), false);
	while (!ended) {
		int n;

		if (poll(&p, 1, LOST_MS) != 1)
			continue;
		n = recvmmsg(fd, b.m, BATCH, MSG_DONTWAIT, NULL);
		if (n <= 0)
			continue;
		last = now_ns();
		if (frames == 0)
			first = last;
		frames += (uint64_t)n;
	}
	printf("frames=%llu seconds=%.6f\n", (unsigned long long)frames,
	    (last - first) / SECOND);
	return 0;
}

static int
echo(const char *port)
{
	int fd = open_socket("0.0.0.0", port, false);
	struct sockaddr_in from;
	uint8_t octets[64];

	while (!ended) {
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&from, &len);

		if (n >= 0)
			(void)sendto(fd, octets, (size_t)n, 0,
			    (struct sockaddr *)&from, len);
	}
	return 0;
}

static int
blast(const char *address, const char *port, const char *seconds,
    const char *rate)
{
	int fd = open_socket(address, port, true);
	double began = now_ns(), length = strtod(seconds, NULL) * SECOND;
	double pps = rate != NULL ? strtod(rate, NULL) : 0, t = began;
	uint64_t frames = 0;
	struct batch b;

	batch_init(&b, PAYLOAD, false);
	while (!ended && (t = now_ns()) - began < length) {
		unsigned due = BATCH;

		if (pps > 0) {
			double owed = (t - began) * pps / SECOND - (double)frames;

			due = owed >= BATCH ? BATCH : owed > 0 ? (unsigned)owed : 0;
		}
		if (due == 0) {
			(void)poll(NULL, 0, 1);
			continue;
		}
		int n = sendmmsg(fd, b.m, due, 0);

		if (n > 0)
			frames += (uint64_t)n;
	}
	printf("frames=%llu seconds=%.6f\n", (unsigned long long)frames,
	    (t - began) / SECOND);
	return 0;
}

static int
by_length(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Waits for the reply with this number; older ones came too late. */
static bool
await(int fd, uint32_t number)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t octets[PAYLOAD];
	uint32_t got;

	while (poll(&p, 1, LOST_MS) == 1) {
		if (recv(fd, octets, sizeof(octets), 0) < (ssize_t)sizeof(got))
			return false;
		memcpy(&got, octets, sizeof(got));
		if (got == number)
			return true;
	}
	return false;
}

static int
ping(const char *address, const char *port, const char *count)
{
	int fd = open_socket(address, port, true);
	unsigned long n = strtoul(count, NULL, 10), lost = 0, good = 0;
	double *took, began = now_ns();

	if (n < 1 || n > PINGS_MAX) {
		fprintf(stderr, "count %s: 1 to %d\n", count, PINGS_MAX);
		return 2;
	}
	took = calloc(n, sizeof(*took));
	if (took == NULL)
		die("calloc");
	for (uint32_t i = 0; i < n && !ended; i++) {
		uint8_t octets[PAYLOAD] = { 0 };
		double sent = now_ns();

		memcpy(octets, &i, sizeof(i));
		if (send(fd, octets, sizeof(octets), 0) != PAYLOAD ||
		    !await(fd, i))
			lost++;
		else
			took[good++] = (now_ns() - sent) / 1e3;
	}
	qsort(took, good, sizeof(*took), by_length);
	printf("frames=%lu lost=%lu seconds=%.6f p50_us=%.2f p99_us=%.2f\n", good,
	    lost, (now_ns() - began) / SECOND, good > 0 ? took[good / 2] : 0,
	    good > 0 ? took[good * 99 / 100] : 0);
	free(took);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sigaction term = { .sa_handler = on_term };

	(void)sigaction(SIGTERM, &term, NULL);
	if (argc == 3 && strcmp(argv[1], "sink") == 0)
		return sink(argv[2]);
	if (argc == 3 && strcmp(argv[1], "echo") == 0)
		return echo(argv[2]);
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "blast") == 0)
		return blast(argv[2], argv[3], argv[4], argc == 6 ? argv[5] : NULL);
	if (argc == 5 && strcmp(argv[1], "ping") == 0)
		return ping(argv[2], argv[3], argv[4]);
	fputs("usage: frameload sink|echo PORT, blast ADDR PORT SECONDS [PPS], "
	    "ping ADDR PORT COUNT\n", stderr);
	return 2;
}
