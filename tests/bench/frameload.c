/* tests/bench/frameload.c - small frames through whatever lies between two hosts: as many as
 * will go, or one at a time.
 *
 *   frameload blast DEVICE MAC SECONDS      as many as the host can send, to that station
 *   frameload echo PORT                     sends each datagram back
 *   frameload ping ADDR PORT COUNT          one after the other, each waited for
 *
 * Frames are of 60 octets. A blast's are written past the host's own stack, and are UDP for
 * an address that nobody has, so that who gets them drops them at once: both ends cost next to
 * nothing, and what is left is what lies between. Prints one line of key=value: frames, seconds;
 * ping: lost, p50_us, p99_us of the round trip. A ping is lost after 200 ms.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
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
#define FRAME		60
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

/* ---- frames ---- */

struct batch {
	struct mmsghdr	m[BATCH];
	struct iovec	iov[BATCH];
	uint8_t		octets[FRAME];	/* all are the same */
};

static void
read_mac(uint8_t out[6], const char *text)
{
	unsigned v[6];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &v[0], &v[1], &v[2],
	    &v[3], &v[4], &v[5]) != 6) {
		fprintf(stderr, "%s: no MAC address\n", text);
		exit(2);
	}
	for (int i = 0; i < 6; i++)
		out[i] = (uint8_t)v[i];
}

/* Ethernet, IPv4 from 10.80.0.8 to 10.80.0.9, UDP to the discard port. */
static void
batch_init(struct batch *b, const char *dst, const uint8_t src[6])
{
	static const uint8_t rest[] = { 0x08, 0x00, 0x45, 0, 0, FRAME - 14, 0, 0,
	    0x40, 0, 64, 17, 0x26, 0x0f, 10, 80, 0, 8, 10, 80, 0, 9, 0, 9, 0, 9,
	    0, FRAME - 34, 0, 0 };

	memset(b, 0, sizeof(*b));
	read_mac(b->octets, dst);
	memcpy(b->octets + 6, src, 6);
	memcpy(b->octets + 12, rest, sizeof(rest));
	for (unsigned i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){ b->octets, FRAME };
		b->m[i].msg_hdr.msg_iov = &b->iov[i];
		b->m[i].msg_hdr.msg_iovlen = 1;
	}
}

static int
open_device(const char *device, uint8_t mac[6])
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), yes = 1;
	socklen_t len = sizeof(at);

	if (fd == -1)
		die("socket");
	at.sll_ifindex = (int)if_nametoindex(device);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes,
	    sizeof(yes)) != 0)
		die(device);
	memcpy(mac, at.sll_addr, 6);
	return fd;
}

static int
blast(const char *device, const char *dst, const char *seconds)
{
	double began = now_ns(), length = strtod(seconds, NULL) * SECOND;
	uint64_t frames = 0;
	struct batch b;
	uint8_t mac[6];
	int fd = open_device(device, mac);

	batch_init(&b, dst, mac);
	while (!ended && now_ns() - began < length) {
		int n = sendmmsg(fd, b.m, BATCH, 0);

		if (n > 0)
			frames += (uint64_t)n;
	}
	printf("frames=%llu seconds=%.6f\n", (unsigned long long)frames,
	    (now_ns() - began) / SECOND);
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
	if (argc == 3 && strcmp(argv[1], "echo") == 0)
		return echo(argv[2]);
	if (argc == 5 && strcmp(argv[1], "blast") == 0)
		return blast(argv[2], argv[3], argv[4]);
	if (argc == 5 && strcmp(argv[1], "ping") == 0)
		return ping(argv[2], argv[3], argv[4]);
	fputs("usage: frameload echo PORT, blast DEVICE MAC SECONDS, "
	    "ping ADDR PORT COUNT\n", stderr);
	return 2;
}
