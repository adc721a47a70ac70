/* etherip/path/lanport.c - see lanport.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/lanport.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/wire/be16.h"

#define AT_ONCE		64	/* frames; then others have their turn */
#define TAG		4
#define ICMPV6		58
#define SOLICITATION	135
#define ADVERTISEMENT	136

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING	23	/* since Linux 4.20 */
#endif

/* The kernel shows frames without their outer tag. */
static struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 7, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_RARP, 6, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 6),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMPV6, 0, 4),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOLICITATION, 1, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ADVERTISEMENT, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, LANPORT_FRAME_MAX - TAG),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

/* Puts a tag back that the kernel tells of beside. Returns the length. */
static size_t
restore_tag(struct msghdr *m, uint8_t *octets, size_t len)
{
	struct tpacket_auxdata a;
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (c == NULL || c->cmsg_level != SOL_PACKET ||
	    c->cmsg_type != PACKET_AUXDATA || len < 12)
		return len;
	memcpy(&a, CMSG_DATA(c), sizeof(a));
	if ((a.tp_status & TP_STATUS_VLAN_VALID) == 0)
		return len;
	memmove(octets + 12 + TAG, octets + 12, len - 12);
	be16_put(octets + 12, (a.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ?
	    a.tp_vlan_tpid : ETH_P_8021Q);
	be16_put(octets + 14, a.tp_vlan_tci);
	return len + TAG;
}

/* One frame; false: there is none. */
static bool
take(struct lanport *p)
{
	struct {
		_Alignas(struct cmsghdr)
		uint8_t octets[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	uint8_t octets[LANPORT_FRAME_MAX];
	struct iovec part = { octets, sizeof(octets) - TAG };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(p->fd, &m, MSG_DONTWAIT);

	/* ENETDOWN: the interface went down, and comes again or not. */
	if (n == -1)
		return errno == EINTR || errno == ENETDOWN;
	p->fn(p->arg, octets, restore_tag(&m, octets, (size_t)n));
	return true;
}

static void
on_frames(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct lanport *p = arg;

	(void)io;
	(void)fd;
	(void)events;
	for (int i = 0; i < AT_ONCE && p->io != NULL; i++)
		if (!take(p))
			return;
}

/* Nothing comes before it is bound, and then only what the filter lets by. */
static int
prepare(const struct lanport *p)
{
	const struct sock_fprog f = { OBJ_COUNT(program), program };
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)p->index };
	const int on = 1;

	if (setsockopt(p->fd, SOL_SOCKET, SO_ATTACH_FILTER, &f,
	    sizeof(f)) == -1 || setsockopt(p->fd, SOL_PACKET, PACKET_AUXDATA,
	    &on, sizeof(on)) == -1 || setsockopt(p->fd, SOL_PACKET,
	    PACKET_IGNORE_OUTGOING, &on, sizeof(on)) == -1)
		return -1;
	return bind(p->fd, (const struct sockaddr *)&ll, sizeof(ll));
}

int
lanport_open(struct lanport *p, struct loop *l, struct err *e)
{
	p->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd != -1 && prepare(p) == 0) {
		p->io = loop_io_start(l, p->fd, LOOP_READ, on_frames, p);
		if (p->io != NULL)
			return 0;
	}
	(void)err_sys(e, errno, "listening on interface %s", p->device);
	lanport_close(p);
	return e != NULL ? e->code : ERR_IO;
}

void
lanport_close(struct lanport *p)
{
	loop_io_stop(&p->io);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

bool
lanport_send(const struct lanport *p, const uint8_t *octets, size_t len)
{
	return send(p->fd, octets, len, MSG_DONTWAIT) == (ssize_t)len;
}
