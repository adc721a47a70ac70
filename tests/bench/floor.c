/* tests/bench/floor.c - the least that a DNS responder can cost: the sockets
 * and batches of gtmd, and one fixed answer for every question.
 *
 *   floor [-p PORT] [-t THREADS]
 *
 * Each query with one question and room for it is sent back with QR and AA set
 * and one A record appended; nothing is parsed, looked up or counted. What a
 * real server costs above this is its own work, what is left below is the
 * kernel's. Ends by signal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH		32	/* gtmd's default, too */
#define ROOM		1232
#define HEADER		12
#define QUESTION_MIN	(HEADER + 5)	/* the root's */
#define RCVBUF		(4 << 20)
#define THREADS_MAX	64

struct responder {
	int			 fd;
	struct mmsghdr		 in[BATCH], out[BATCH];
	struct iovec		 in_iov[BATCH], out_iov[BATCH];
	struct sockaddr_in	 peers[BATCH];
	uint8_t			 room[BATCH][ROOM + 3 * 64];
};

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
open_socket(uint16_t port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int on = 1, size = RCVBUF, off = IP_PMTUDISC_OMIT;

	if (fd == -1)
		die("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == -1 ||
	    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &off,
	    sizeof(off)) == -1)
		die("setsockopt");
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		die("bind");
	return fd;
}

/* The octets of the reply in place of the query's; 0 = none. A query without
 * additional records ends with its question. */
static size_t
answer(uint8_t *m, size_t len)
{
	static const uint8_t flags_counts[10] = {
		0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0
	};
	static const uint8_t record[16] = {
		0xc0, HEADER, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 10, 0, 0, 1
	};

	if (len < QUESTION_MIN || len + sizeof(record) > ROOM ||
	    (m[2] & 0x80) != 0 || m[5] != 1)
		return 0;
	memcpy(m + 2, flags_counts, sizeof(flags_counts));
	memcpy(m + len, record, sizeof(record));
	return len + sizeof(record);
}

static void
serve(struct responder *r, unsigned n)
{
	unsigned replies = 0, at = 0;

	for (unsigned i = 0; i < n; i++) {
		size_t len = answer(r->room[i], r->in[i].msg_len);

		r->in[i].msg_hdr.msg_namelen = sizeof(r->peers[i]);
		if (len == 0)
			continue;
		r->out_iov[replies] = (struct iovec){ r->room[i], len };
		r->out[replies].msg_hdr.msg_name = &r->peers[i];
		r->out[replies].msg_hdr.msg_namelen = sizeof(r->peers[i]);
		replies++;
	}
	while (at < replies) {
		int sent = sendmmsg(r->fd, r->out + at, replies - at, 0);

		at += sent > 0 ? (unsigned)sent : 1;
	}
}

static void *
run(void *arg)
{
	struct responder *r = arg;

	for (;;) {
		int n = recvmmsg(r->fd, r->in, BATCH, MSG_WAITFORONE, NULL);

		if (n > 0)
			serve(r, (unsigned)n);
		else if (errno != EINTR)
			die("recvmmsg");
	}
	return NULL;
}

static void
start(uint16_t port)
{
	struct responder *r = calloc(1, sizeof(*r));
	pthread_t thread;

	if (r == NULL)
		die("memory");
	r->fd = open_socket(port);
	for (unsigned i = 0; i < BATCH; i++) {
		r->in_iov[i] = (struct iovec){ r->room[i], ROOM };
		r->in[i].msg_hdr.msg_iov = &r->in_iov[i];
		r->in[i].msg_hdr.msg_iovlen = 1;
		r->in[i].msg_hdr.msg_name = &r->peers[i];
		r->in[i].msg_hdr.msg_namelen = sizeof(r->peers[i]);
		r->out[i].msg_hdr.msg_iov = &r->out_iov[i];
		r->out[i].msg_hdr.msg_iovlen = 1;
	}
	errno = pthread_create(&thread, NULL, run, r);
	if (errno != 0)
		die("pthread_create");
}

int
main(int argc, char **argv)
{
	unsigned long port = 5353, threads = 1;
	int c;

	while ((c = getopt(argc, argv, "p:t:")) != -1) {
		switch (c) {
		case 'p': port = strtoul(optarg, NULL, 10); break;
		case 't': threads = strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	if (threads == 0 || threads > THREADS_MAX || port > UINT16_MAX) {
		fprintf(stderr, "usage: floor [-p PORT] [-t THREADS]\n");
		return 2;
	}
	while (threads-- > 0)
		start((uint16_t)port);
	for (;;)
		pause();
}
