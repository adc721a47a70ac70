/* tests/tools/wanlink_main.c - a long link between two network namespaces.
 *
 *	wanlink -a NETNS -b NETNS [-i NAME] [-r BPS[,BPS]] [-d USEC[,USEC]]
 *	    [-q OCTETS[,OCTETS]] [-l SHARE[,SHARE]] [-s SEED] [-w USEC]
 *
 * Makes a TUN device NAME (wan) in each namespace and carries packets between them
 * by the model of wanway.h. The first number is the way from a to b, the second the
 * way back; one alone is both. Says "ready" when the devices are there; they go with
 * it. Then obeys lines on its standard input, each answered by one line:
 *
 *	cut MSEC	the link is down for so long; what is on its way is lost
 *	lose SHARE	of segments, both ways, from now on
 *	stats		what was counted since the start, as JSON
 *
 * At the end of its input, or at SIGTERM, it says its statistics once more and ends.
 * One thread. -w: so long before a frame's time it asks the clock instead of sleeping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/tools/wansuper.h"
#include "tests/tools/wanway.h"

#define BURST		64	/* frames read from one device before the other's turn */
#define SECOND_NS	UINT64_C(1000000000)

struct side {
	int		 fd;		/* of the device */
	struct wanway	 out;		/* the way that begins here */
	uint64_t	 refused;	/* frames that the device did not take */
};

struct wanlink {
	struct side	 sides[2];
	uint64_t	 watch_ns;	/* -w */
	char		 line[128];	/* of the input, as far as it has come */
	size_t		 line_len;
};

struct options {
	const char	*netns[2], *name;
	double		 rate[2], delay[2], queue[2], loss[2];
	uint64_t	 seed, watch_ns;
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
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

/* A TUN device belongs to the namespace in which it was opened. */
static int
open_device(const char *netns, const char *name)
{
	unsigned offload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	int ns = open(netns, O_RDONLY | O_CLOEXEC), size = WANSUPER_VNET, fd;
	struct ifreq r = { .ifr_flags = 0 };

	if (ns == -1 || setns(ns, CLONE_NEWNET) == -1)
		err(1, "%s", netns);
	(void)close(ns);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		err(1, "/dev/net/tun");
	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	r.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &r) == -1 ||
	    ioctl(fd, TUNSETVNETHDRSZ, &size) == -1 ||
	    ioctl(fd, TUNSETOFFLOAD, offload) == -1)
		err(1, "TUN device %s", name);
	return fd;
}

/* Hands over what is due on the way that begins at side "from". */
static void
deliver(struct wanlink *l, int from)
{
	struct side *s = &l->sides[from], *peer = &l->sides[!from];
	const uint8_t *frame;
	size_t len;

	while ((frame = wanway_leave(&s->out, now_ns(), &len)) != NULL)
		if (write(peer->fd, frame, len) == -1)
			peer->refused++;
}

static void
take(struct side *s)
{
	static uint8_t frame[WANSUPER_MAX];

	for (int n = 0; n < BURST; n++) {
		ssize_t len = read(s->fd, frame, sizeof(frame));

		if (len <= 0)
			break;
		wanway_arrive(&s->out, now_ns(), frame, (size_t)len);
	}
}

static void
say_stats(struct wanlink *l)
{
	for (int i = 0; i < 2; i++) {
		const struct wanway_counts *c = &l->sides[i].out.counts;

		printf("%s\"%s\": {\"arrived\": %ju, \"arrived-octets\": %ju, "
		    "\"delivered\": %ju, \"delivered-octets\": %ju, "
		    "\"frames\": %ju, \"full\": %ju, \"lost\": %ju, \"cut\": %ju, "
		    "\"odd\": %ju, \"refused\": %ju, \"queue-max\": %ju, "
		    "\"late-max-us\": %.1f, \"late-mean-us\": %.2f}%s",
		    i == 0 ? "{" : ", ", i == 0 ? "a-b" : "b-a",
		    (uintmax_t)c->arrived, (uintmax_t)c->arrived_len,
		    (uintmax_t)c->delivered, (uintmax_t)c->delivered_len,
		    (uintmax_t)c->frames, (uintmax_t)c->full, (uintmax_t)c->lost,
		    (uintmax_t)c->cut, (uintmax_t)c->odd,
		    (uintmax_t)l->sides[!i].refused, (uintmax_t)c->queue_max,
		    (double)c->late_max_ns / 1e3, c->frames == 0 ? 0.0 :
		    (double)c->late_sum_ns / 1e3 / (double)c->frames,
		    i == 0 ? "" : "}\n");
	}
}

/* A share of 0 to 1. */
static bool
parse_share(const char *text, double *share)
{
	char *end;

	*share = strtod(text, &end);
	return end != text && *end == '\0' && *share >= 0 && *share <= 1;
}

static void
obey(struct wanlink *l, const char *line)
{
	uint64_t now = now_ns(), up;
	double share;

	if (strncmp(line, "cut ", 4) == 0) {
		up = now + strtoul(line + 4, NULL, 10) * 1000000;
		wanway_cut(&l->sides[0].out, now, up);
		wanway_cut(&l->sides[1].out, now, up);
		puts("ok");
	} else if (strncmp(line, "lose ", 5) == 0 &&
	    parse_share(line + 5, &share)) {
		wanway_lose(&l->sides[0].out, share);
		wanway_lose(&l->sides[1].out, share);
		puts("ok");
	} else if (strcmp(line, "stats") == 0) {
		say_stats(l);
	} else {
		puts("what?");
	}
	(void)fflush(stdout);
}

static void
read_orders(struct wanlink *l)
{
	char *end;
	ssize_t n = read(STDIN_FILENO, l->line + l->line_len,
	    sizeof(l->line) - 1 - l->line_len);

	if (n <= 0) {		/* also a line that is longer than any order */
		ended = 1;
		return;
	}
	l->line_len += (size_t)n;
	l->line[l->line_len] = '\0';
	while ((end = strchr(l->line, '\n')) != NULL) {
		*end++ = '\0';
		obey(l, l->line);
		l->line_len -= (size_t)(end - l->line);
		memmove(l->line, end, l->line_len + 1);
	}
}

/* How long nothing is to be done unless something comes; < 0: until then. */
static int64_t
idle_ns(struct wanlink *l)
{
	uint64_t a = wanway_next(&l->sides[0].out);
	uint64_t b = wanway_next(&l->sides[1].out);
	uint64_t next = a < b ? a : b, now;

	if (next == WANWAY_NEVER)
		return -1;
	now = now_ns();
	return next <= now + l->watch_ns ? 0 :
	    (int64_t)(next - now - l->watch_ns);
}

static void
turn(struct wanlink *l, const sigset_t *unblocked)
{
	struct pollfd on[3] = {
		{ .fd = l->sides[0].fd, .events = POLLIN },
		{ .fd = l->sides[1].fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	int64_t idle = idle_ns(l);
	struct timespec t = { .tv_sec = idle / (int64_t)SECOND_NS,
	    .tv_nsec = idle % (int64_t)SECOND_NS };

	if (ppoll(on, 3, idle < 0 ? NULL : &t, unblocked) == -1) {
		if (errno != EINTR)
			err(1, "ppoll");
		return;
	}
	for (int i = 0; i < 2; i++) {
		deliver(l, 0);
		deliver(l, 1);
		if ((on[i].revents & POLLERR) != 0)
			ended = 1;	/* the device went with its namespace */
		else if (on[i].revents != 0)
			take(&l->sides[i]);
	}
	if (on[2].revents != 0)
		read_orders(l);
}

static void
parse_pair(const char *text, double pair[2], double least, double most)
{
	char *end;

	pair[0] = pair[1] = strtod(text, &end);
	if (*end == ',')
		pair[1] = strtod(end + 1, &end);
	for (int i = 0; i < 2; i++)
		if (*end != '\0' || !(pair[i] >= least && pair[i] <= most))
			errx(2, "%s: two numbers of %g to %g", text, least, most);
}

static void
parse_options(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "a:b:i:r:d:q:l:s:w:")) != -1) {
		switch (c) {
		case 'a': o->netns[0] = optarg; break;
		case 'b': o->netns[1] = optarg; break;
		case 'i': o->name = optarg; break;
		case 'r': parse_pair(optarg, o->rate, 1e4, 1e11); break;
		case 'd': parse_pair(optarg, o->delay, 0, 1e7); break;
		case 'q': parse_pair(optarg, o->queue, 1500, 1e9); break;
		case 'l': parse_pair(optarg, o->loss, 0, 1); break;
		case 's': o->seed = strtoul(optarg, NULL, 10); break;
		case 'w': o->watch_ns = strtoul(optarg, NULL, 10) * 1000; break;
		default: exit(2);
		}
	}
	if (o->netns[0] == NULL || o->netns[1] == NULL || optind != argc)
		errx(2, "-a NETNS -b NETNS are needed, see the head of the source");
}

static void
open_link(struct wanlink *l, const struct options *o)
{
	l->watch_ns = o->watch_ns;
	for (int i = 0; i < 2; i++) {
		struct wanway_config with = {
			.rate_bps = (uint64_t)o->rate[i],
			.delay_ns = (uint64_t)(o->delay[i] * 1e3),
			.queue_len = (uint64_t)o->queue[i],
			.loss = o->loss[i],
			.seed = o->seed * 2 + (uint64_t)i,
		};

		l->sides[i].fd = open_device(o->netns[i], o->name);
		if (!wanway_init(&l->sides[i].out, &with))
			errx(1, "no memory for what is on its way");
	}
}

int
main(int argc, char **argv)
{
	struct options o = { .name = "wan", .rate = { 1e8, 1e8 },
	    .queue = { 625000, 625000 }, .seed = 1 };
	struct sigaction term = { .sa_handler = on_term };
	static struct wanlink l;
	sigset_t blocked, unblocked;

	parse_options(&o, argc, argv);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &blocked, &unblocked);
	(void)sigdelset(&unblocked, SIGTERM);
	(void)sigaction(SIGTERM, &term, NULL);
	open_link(&l, &o);
	(void)prctl(PR_SET_TIMERSLACK, 1L);	/* 50 us otherwise */
	(void)setpriority(PRIO_PROCESS, 0, -10);
	puts("ready");
	(void)fflush(stdout);
	while (!ended)
		turn(&l, &unblocked);
	say_stats(&l);
	wanway_fini(&l.sides[0].out);
	wanway_fini(&l.sides[1].out);
	return 0;
}
