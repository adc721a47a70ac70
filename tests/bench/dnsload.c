/* tests/bench/dnsload.c - a DNS load generator that is not itself the
 * bottleneck: one pinned thread, closed loop over several connected sockets,
 * batched system calls, ready-made queries.
 *
 *   dnsload [-a ADDR] [-p PORT] [-c CPU] [-s SECONDS] [-w WINDOW] [-n SOCKETS]
 *           [-q QPS] [-b] NAMES
 *
 * NAMES holds lines of name, type and, where EDNS client subnet (RFC 7871) is to
 * go along, an IPv4 prefix. Prints one line of key=value: sent, answered, good
 * (NOERROR with an answer), lost, late, seconds, qps, p50/p99/max of latency in
 * microseconds. A query is lost after 200 ms; an answer that comes after that, or
 * twice, is late and counts for nothing else. SIGTERM ends a run before its time.
 * -q paces: what is due goes out, answers or not. Without it the loop is closed
 * with WINDOW queries outstanding in all. -b keeps the processor when there is
 * nothing to do: a generator that sleeps is woken by the server's replies, and on
 * one machine the server pays for that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME_END_MAX	280
#define QUERY_MAX	(NAME_END_MAX + 4 + 23)
#define BATCH		64
#define SOCKETS_MAX	64
#define BUCKETS		200000		/* of 1 us, up to LOST_NS */
#define LOST_NS		UINT64_C(200000000)
#define IDLE_NS		1000000
#define TYPE_AAAA	28
#define TYPE_OPT	41
#define OPTION_ECS	8
#define UDP_SIZE	1232

struct query {
	uint16_t len;
	uint8_t	 octets[QUERY_MAX];
};

/* What is under way on one socket: queries oldest_id … next_id - 1, without
 * those that have been answered. */
struct flow {
	int	  fd;
	unsigned  waiting;
	uint16_t  next_id, oldest_id;
	uint64_t *sent_ns;	/* [65536], 0 = not waiting */
};

struct load {
	struct query	*queries;
	size_t		 query_count, query_at;
	struct flow	 flows[SOCKETS_MAX];
	unsigned	 flow_count, window;
	bool		 busy;
	double		 qps, seconds;
	uint64_t	 sent, answered, good, lost, late, worst_ns;
	uint64_t	 bucket[BUCKETS];
};

static volatile sig_atomic_t ended;

static void
on_term(int sig)
{
	(void)sig;
	ended = 1;
}

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
put_u16(struct query *q, unsigned v)
{
	q->octets[q->len++] = (uint8_t)(v >> 8);
	q->octets[q->len++] = (uint8_t)v;
}

static int
put_name(struct query *q, const char *name)
{
	while (*name != '\0' && strcmp(name, ".") != 0) {
		size_t n = strcspn(name, ".");

		if (n == 0 || n > 63 || q->len + n + 2 > NAME_END_MAX)
			return -1;
		q->octets[q->len++] = (uint8_t)n;
		memcpy(q->octets + q->len, name, n);
		q->len = (uint16_t)(q->len + n);
		name += n;
		if (*name == '.')
			name++;
	}
	q->octets[q->len++] = 0;
	return 0;
}

/* An OPT record with the client's network, RFC 7871 section 6. */
static int
put_subnet(struct query *q, char *subnet)
{
	char *slash = strchr(subnet, '/');
	unsigned bits = slash == NULL ? 0 : (unsigned)strtoul(slash + 1, NULL, 10);
	unsigned octets = (bits + 7) / 8;
	struct in_addr addr;

	if (slash == NULL || bits > 32)
		return -1;
	*slash = '\0';
	if (inet_pton(AF_INET, subnet, &addr) != 1)
		return -1;
	q->octets[q->len++] = 0;
	put_u16(q, TYPE_OPT);
	put_u16(q, UDP_SIZE);
	put_u16(q, 0);
	put_u16(q, 0);
	put_u16(q, 8 + octets);
	put_u16(q, OPTION_ECS);
	put_u16(q, 4 + octets);
	put_u16(q, 1);
	put_u16(q, bits << 8);
	memcpy(q->octets + q->len, &addr, octets);
	q->len = (uint16_t)(q->len + octets);
	q->octets[11] = 1;		/* ARCOUNT */
	return 0;
}

static int
query_make(struct query *q, const char *name, const char *type, char *subnet)
{
	*q = (struct query){ .len = 12, .octets = { [5] = 1 } };
	if (put_name(q, name) == -1)
		return -1;
	put_u16(q, strcmp(type, "AAAA") == 0 ? TYPE_AAAA : 1);
	put_u16(q, 1);
	return *subnet == '\0' ? 0 : put_subnet(q, subnet);
}

static void
queries_read(struct load *l, const char *path)
{
	char line[512], name[400], type[16], subnet[32];
	size_t room = 1024;
	FILE *f = fopen(path, "r");

	if (f == NULL || (l->queries = calloc(room, sizeof(*l->queries))) == NULL)
		die(path);
	while (fgets(line, sizeof(line), f) != NULL) {
		*subnet = '\0';
		if (sscanf(line, "%399s %15s %31s", name, type, subnet) < 2)
			continue;
		if (l->query_count == room) {
			room *= 2;
			l->queries = realloc(l->queries, room * sizeof(*l->queries));
			if (l->queries == NULL)
				die("memory");
		}
		if (query_make(&l->queries[l->query_count], name, type,
		    subnet) == -1) {
			fprintf(stderr, "%s: bad line: %s", path, line);
			exit(1);
		}
		l->query_count++;
	}
	fclose(f);
	if (l->query_count == 0) {
		fprintf(stderr, "%s: no queries\n", path);
		exit(1);
	}
}

static void
flow_open(struct flow *f, const char *addr, uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port) };
	int size = 4 << 20;

	if (inet_pton(AF_INET, addr, &sin.sin_addr) != 1) {
		fprintf(stderr, "%s is not an IPv4 address\n", addr);
		exit(1);
	}
	f->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (f->fd == -1)
		die("socket");
	setsockopt(f->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (connect(f->fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		die("connect");
	f->sent_ns = calloc(65536, sizeof(*f->sent_ns));
	if (f->sent_ns == NULL)
		die("memory");
}

static void
flow_send(struct load *l, struct flow *f, unsigned want)
{
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	uint64_t now = now_ns();
	int done;

	memset(msg, 0, sizeof(msg));
	if (want > BATCH)
		want = BATCH;
	for (unsigned i = 0; i < want; i++) {
		struct query *q = &l->queries[(l->query_at + i) % l->query_count];
		uint16_t id = (uint16_t)(f->next_id + i);

		q->octets[0] = (uint8_t)(id >> 8);
		q->octets[1] = (uint8_t)id;
		iov[i] = (struct iovec){ q->octets, q->len };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	done = sendmmsg(f->fd, msg, l->query_count < want ? 1 : want, 0);
	if (done <= 0)
		return;
	for (int i = 0; i < done; i++)
		f->sent_ns[(uint16_t)(f->next_id + i)] = now;
	f->next_id = (uint16_t)(f->next_id + done);
	f->waiting += (unsigned)done;
	l->query_at = (l->query_at + (size_t)done) % l->query_count;
	l->sent += (uint64_t)done;
}

static void
reply_count(struct load *l, struct flow *f, const uint8_t *m, size_t len,
    uint64_t now)
{
	uint16_t id;
	uint64_t took;

	if (len < 12)
		return;
	id = (uint16_t)(m[0] << 8 | m[1]);
	if (f->sent_ns[id] == 0) {
		l->late++;
		return;
	}
	took = now - f->sent_ns[id];
	f->sent_ns[id] = 0;
	f->waiting--;
	l->answered++;
	if ((m[3] & 15) == 0 && (m[6] | m[7]) != 0)
		l->good++;
	l->bucket[took / 1000 < BUCKETS ? took / 1000 : BUCKETS - 1]++;
	if (took > l->worst_ns)
		l->worst_ns = took;
}

static bool
flow_receive(struct load *l, struct flow *f)
{
	static uint8_t room[BATCH][2048];
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	uint64_t now;
	int got;

	memset(msg, 0, sizeof(msg));
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ room[i], sizeof(room[i]) };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	got = recvmmsg(f->fd, msg, BATCH, MSG_DONTWAIT, NULL);
	now = now_ns();
	for (int i = 0; i < got; i++)
		reply_count(l, f, room[i], msg[i].msg_len, now);
	return got > 0;
}

/* Gives up on what has been under way for too long: what is lost may not hold
 * a place in the window. Queries of a socket are sent in the order of their
 * IDs, so that the oldest is looked at alone. What was sent in this turn is
 * younger than now, so that no difference may be taken. */
static void
flow_forget(struct load *l, struct flow *f, uint64_t now)
{
	while (f->oldest_id != f->next_id) {
		uint64_t *sent = &f->sent_ns[f->oldest_id];

		if (*sent != 0 && now < *sent + LOST_NS)
			break;
		if (*sent != 0) {
			*sent = 0;
			f->waiting--;
			l->lost++;
		}
		f->oldest_id++;
	}
}

/* Nanoseconds from now until the next paced query is due, at most 1 ms. */
static long
due_in(const struct load *l, uint64_t start)
{
	double due = (double)(l->sent + 1) / l->qps * 1e9;
	double wait = due - (double)(now_ns() - start);

	return wait < 0 ? 0 : wait > IDLE_NS ? IDLE_NS : (long)wait;
}

/* Until there is something to read, at most so long: who shares the processor
 * gets its turn. */
static void
idle_wait(const struct load *l, long ns)
{
	const struct timespec ts = { .tv_nsec = ns };
	struct pollfd p[SOCKETS_MAX];

	for (unsigned i = 0; i < l->flow_count; i++)
		p[i] = (struct pollfd){ .fd = l->flows[i].fd, .events = POLLIN };
	ppoll(p, l->flow_count, &ts, NULL);
}

static unsigned
send_budget(const struct load *l, const struct flow *f, uint64_t start,
    uint64_t now)
{
	unsigned each = l->window / l->flow_count;
	double due;

	if (each == 0)
		each = 1;
	if (l->qps == 0)
		return f->waiting < each ? each - f->waiting : 0;
	due = l->qps * (double)(now - start) / 1e9 - (double)l->sent;
	return due < 1 ? 0 : due > BATCH ? BATCH : (unsigned)due;
}

static double
load_run(struct load *l)
{
	uint64_t start = now_ns(), now = start;
	uint64_t end = start + (uint64_t)(l->seconds * 1e9);
	unsigned turn = 0;

	while (!ended && (now = now_ns()) < end) {
		bool busy = false;

		/* What is due goes out on another socket each time, or all of
		 * a moderate load would reach one thread of the server. */
		for (unsigned i = 0; i < l->flow_count; i++) {
			struct flow *f = &l->flows[(turn + i) % l->flow_count];
			unsigned want = send_budget(l, f, start, now);

			if (want > 0)
				flow_send(l, f, want);
			if (f->waiting > 0)
				busy |= flow_receive(l, f);
			flow_forget(l, f, now);
		}
		turn++;
		if (!busy && !l->busy)
			idle_wait(l, l->qps > 0 ? due_in(l, start) : IDLE_NS);
	}
	for (int round = 0; round < 200; round++) {	/* stragglers */
		bool any = false;

		for (unsigned i = 0; i < l->flow_count; i++)
			any |= flow_receive(l, &l->flows[i]) ||
			    l->flows[i].waiting > 0;
		if (!any)
			break;
		idle_wait(l, IDLE_NS);
	}
	for (unsigned i = 0; i < l->flow_count; i++)
		l->lost += l->flows[i].waiting;
	return (double)(now - start) / 1e9;
}

static unsigned
percentile(const struct load *l, double share)
{
	uint64_t want = (uint64_t)((double)l->answered * share), sum = 0;
	unsigned i = 0;

	while (i < BUCKETS - 1 && (sum += l->bucket[i]) <= want)
		i++;
	return i;
}

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == -1)
		die("sched_setaffinity");
}

int
main(int argc, char **argv)
{
	static struct load l = { .flow_count = 16, .window = 128, .seconds = 3 };
	const char *addr = "127.0.0.1";
	uint16_t port = 5353;
	double took;
	int c;

	while ((c = getopt(argc, argv, "a:bp:c:s:w:n:q:")) != -1) {
		switch (c) {
		case 'a': addr = optarg; break;
		case 'b': l.busy = true; break;
		case 'p': port = (uint16_t)strtoul(optarg, NULL, 10); break;
		case 'c': pin((int)strtol(optarg, NULL, 10)); break;
		case 's': l.seconds = strtod(optarg, NULL); break;
		case 'w': l.window = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'n': l.flow_count = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'q': l.qps = strtod(optarg, NULL); break;
		default: return 2;
		}
	}
	if (optind != argc - 1 || l.flow_count == 0 || l.flow_count > SOCKETS_MAX) {
		fprintf(stderr, "usage: dnsload [options] NAMES\n");
		return 2;
	}
	queries_read(&l, argv[optind]);
	(void)signal(SIGTERM, on_term);
	/* A pace of 20 us a query is no pace with the system's 50 us slack. */
	(void)prctl(PR_SET_TIMERSLACK, 1);
	for (unsigned i = 0; i < l.flow_count; i++)
		flow_open(&l.flows[i], addr, port);
	took = load_run(&l);
	printf("sent=%lu answered=%lu good=%lu lost=%lu late=%lu seconds=%.3f "
	    "qps=%.0f p50_us=%u p99_us=%u max_us=%.0f\n", l.sent, l.answered,
	    l.good, l.lost, l.late, took, (double)l.answered / took, percentile(&l, 0.5),
	    percentile(&l, 0.99), (double)l.worst_ns / 1e3);
	return 0;
}
