/* etherip/bpf/bpfleap.c - see bpfleap.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpfleap.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/routemsg.h"

#define ANSWER_MAX	16384

/* Of linux/netdev.h, which is younger than the headers of Debian 12. */
#define FAMILY		"netdev"
#define GROUP		"mgmt"
#define DEV_GET		1
#define DEV_IFINDEX	1
#define DEV_FEATURES	3
#define REDIRECT	(1u << 1)
#define NDO_XMIT	(1u << 2)

struct bpfleap {
	int	 fd, link_fd, watch_fd;
	uint16_t family;
	uint32_t group, net;
};

struct answer {
	union {
		struct nlmsghdr	head;
		uint8_t		octets[ANSWER_MAX];
	};
};

/* A run of attributes. */
struct span {
	const uint8_t *at;
	size_t len;
};

/* Asks; the answer is there afterwards, whole. 0, or an errno, the kernel's too. */
static int
ask(int fd, struct routemsg *m, struct answer *a)
{
	static uint32_t sequence;
	struct nlmsgerr why;
	ssize_t n;

	a->head = (struct nlmsghdr){ 0 };
	m->head.nlmsg_seq = ++sequence;
	if (send(fd, m, m->head.nlmsg_len, 0) == -1)
		return errno;
	do {
		n = recv(fd, a, sizeof(*a), 0);
		if (n == -1 && errno != EINTR)
			return errno;
	} while (n < (ssize_t)sizeof(a->head) ||
	    a->head.nlmsg_seq != m->head.nlmsg_seq);
	if (a->head.nlmsg_len > (size_t)n)
		return EPROTO;
	if (a->head.nlmsg_type != NLMSG_ERROR)
		return 0;
	if (a->head.nlmsg_len < NLMSG_LENGTH(sizeof(why)))
		return EPROTO;
	memcpy(&why, a->octets + NLMSG_HDRLEN, sizeof(why));
	return why.error != 0 ? -why.error : EPROTO;
}

/* What stands behind a fixed part of so many octets. */
static struct span
behind(const struct answer *a, size_t fixed)
{
	size_t from = NLMSG_SPACE(fixed);

	return a->head.nlmsg_len > from ? (struct span){ a->octets + from,
	    a->head.nlmsg_len - from } : (struct span){ NULL, 0 };
}

/* The next attribute of s, which is shorter by it then. False: there is none. */
static bool
next(struct span *s, unsigned *type, struct span *value)
{
	size_t whole;
	struct rtattr a;

	if (s->len < sizeof(a))
		return false;
	memcpy(&a, s->at, sizeof(a));
	if (a.rta_len < sizeof(a) || a.rta_len > s->len)
		return false;
	*type = a.rta_type & NLA_TYPE_MASK;
	*value = (struct span){ s->at + sizeof(a), a.rta_len - sizeof(a) };
	whole = RTA_ALIGN(a.rta_len);
	whole = whole < s->len ? whole : s->len;
	*s = (struct span){ s->at + whole, s->len - whole };
	return true;
}

static bool
find(struct span s, unsigned wanted, struct span *value)
{
	unsigned type;

	while (next(&s, &type, value))
		if (type == wanted)
			return true;
	return false;
}

/* A number of len octets, as this machine has them. */
static bool
number(struct span s, unsigned wanted, void *out, size_t len)
{
	struct span v;

	if (!find(s, wanted, &v) || v.len < len)
		return false;
	memcpy(out, v.at, len);
	return true;
}

static bool
is_word(struct span v, const char *word)
{
	return v.len == strlen(word) + 1 && memcmp(v.at, word, v.len) == 0;
}

/* ---- the family ---- */

static void
begin(struct routemsg *m, unsigned family, uint8_t what)
{
	struct genlmsghdr *g = routemsg_begin(m, family, 0, sizeof(*g));

	g->cmd = what;
	g->version = 1;
}

static bool
find_group(struct span groups, uint32_t *out)
{
	struct span group, name;
	unsigned type;

	while (next(&groups, &type, &group))
		if (find(group, CTRL_ATTR_MCAST_GRP_NAME, &name) &&
		    is_word(name, GROUP))
			return number(group, CTRL_ATTR_MCAST_GRP_ID, out,
			    sizeof(*out));
	return false;
}

static int
find_family(struct bpfleap *l)
{
	struct span all, groups;
	struct routemsg m;
	struct answer a;
	int rc;

	begin(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	routemsg_put(&m, CTRL_ATTR_FAMILY_NAME, FAMILY, sizeof(FAMILY));
	rc = ask(l->fd, &m, &a);
	if (rc != 0)
		return rc;
	all = behind(&a, sizeof(struct genlmsghdr));
	return number(all, CTRL_ATTR_FAMILY_ID, &l->family,
	    sizeof(l->family)) && find(all, CTRL_ATTR_MCAST_GROUPS, &groups) &&
	    find_group(groups, &l->group) ? 0 : EPROTO;
}

/* ---- its life ---- */

static int
open_all(struct bpfleap *l)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK };
	const int kind = SOCK_RAW | SOCK_CLOEXEC;
	struct stat s;
	int rc;

	l->fd = socket(AF_NETLINK, kind, NETLINK_GENERIC);
	l->link_fd = socket(AF_NETLINK, kind, NETLINK_ROUTE);
	l->watch_fd = socket(AF_NETLINK, kind | SOCK_NONBLOCK,
	    NETLINK_GENERIC);
	if (l->fd == -1 || l->link_fd == -1 || l->watch_fd == -1)
		return errno;
	rc = find_family(l);
	/* One that has no number yet is taken for the sender. */
	if (rc == 0 && (bind(l->watch_fd, (const struct sockaddr *)&at,
	    sizeof(at)) == -1 || setsockopt(l->watch_fd, SOL_NETLINK,
	    NETLINK_ADD_MEMBERSHIP, &l->group, sizeof(l->group)) == -1))
		rc = errno;
	if (stat("/proc/thread-self/ns/net", &s) == 0)
		l->net = (uint32_t)s.st_ino;
	return rc;
}

struct bpfleap *
bpfleap_open(void)
{
	struct bpfleap *l = mem_zalloc(1, sizeof(*l));
	int rc;

	l->fd = l->link_fd = l->watch_fd = -1;
	rc = open_all(l);
	if (rc != 0) {
		bpfleap_free(&l);
		errno = rc;
	}
	return l;
}

void
bpfleap_free(struct bpfleap **pl)
{
	struct bpfleap *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	if (l->fd != -1)
		(void)close(l->fd);
	if (l->link_fd != -1)
		(void)close(l->link_fd);
	if (l->watch_fd != -1)
		(void)close(l->watch_fd);
	free(l);
}

uint32_t
bpfleap_net(const struct bpfleap *l)
{
	return l->net;
}

/* ---- a device ---- */

static int
ask_features(const struct bpfleap *l, unsigned ifindex, uint64_t *out)
{
	const uint32_t index = ifindex;
	struct routemsg m;
	struct answer a;
	int rc;

	begin(&m, l->family, DEV_GET);
	routemsg_put(&m, DEV_IFINDEX, &index, sizeof(index));
	rc = ask(l->fd, &m, &a);
	return rc != 0 ? rc : number(behind(&a, sizeof(struct genlmsghdr)),
	    DEV_FEATURES, out, sizeof(*out)) ? 0 : EPROTO;
}

int
bpfleap_ask(struct bpfleap *l, unsigned ifindex, struct bpfleap_port *out)
{
	struct ifinfomsg *i;
	struct routemsg m;
	struct answer a;
	struct span all, queue;
	uint64_t features = 0;
	int rc = ask_features(l, ifindex, &features);

	*out = (struct bpfleap_port){ .takes = (features & NDO_XMIT) != 0,
	    .gives = (features & REDIRECT) != 0 };
	if (rc != 0)
		return rc;
	i = routemsg_begin(&m, RTM_GETLINK, 0, sizeof(*i));
	i->ifi_index = (int)ifindex;
	rc = ask(l->link_fd, &m, &a);
	if (rc != 0)
		return rc;
	all = behind(&a, sizeof(*i));
	if (!number(all, IFLA_MTU, &out->mtu, sizeof(out->mtu)))
		return EPROTO;
	(void)number(all, IFLA_CARRIER_CHANGES, &out->carriers,
	    sizeof(out->carriers));
	if (find(all, IFLA_QDISC, &queue) && queue.len > 0 &&
	    queue.len <= sizeof(out->queue) && queue.at[queue.len - 1] == '\0')
		memcpy(out->queue, queue.at, queue.len);
	return 0;
}

bool
bpfleap_is_queued(const struct bpfleap_port *p)
{
	/* What devices have when nobody has chosen, here or there. */
	static const char *const usual[] = { "", "noqueue", "mq",
	    "pfifo_fast", "fq_codel", "fq", "pfifo", "noop" };

	for (size_t i = 0; i < OBJ_COUNT(usual); i++)
		if (strcmp(p->queue, usual[i]) == 0)
			return false;
	return true;
}

/* ---- changes ---- */

int
bpfleap_watch(const struct bpfleap *l)
{
	return l->watch_fd;
}

bool
bpfleap_drain(const struct bpfleap *l)
{
	struct answer a;
	bool any = false;

	for (;;) {
		ssize_t n = recv(l->watch_fd, &a, sizeof(a), 0);

		/* ENOBUFS: some were lost, so anything may have changed. */
		if (n == -1 && errno != EINTR && errno != ENOBUFS)
			return any;
		any = true;
	}
}
