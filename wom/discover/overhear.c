/* wom/discover/overhear.c - see overhear.h; packet(7). Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/overhear.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "wom/discover/askwire.h"

#define LD(size, at)	BPF_STMT(BPF_LD | (size) | BPF_ABS, (at))
#define LDX(size, at)	BPF_STMT(BPF_LD | (size) | BPF_IND, (at))
/* Goes on when it is so, else to the end, so many further on. */
#define MUST(value, end) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (end))
#define NONE_OF(bits, end) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (end), 0)
#define TAKE		BPF_STMT(BPF_RET | BPF_K, OVERHEAR_MAX)
#define LEAVE		BPF_STMT(BPF_RET | BPF_K, 0)
#define IPV4_HEAD	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)
#define ONLY(bits)	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (bits))

#define OPENING_BITS	0x07	/* of FIN, SYN, RST: */
#define OPENING		0x02	/* SYN alone */

/* From the IP header on: protocol, not a packet's middle, type, first words. */
static struct sock_filter asks4[] = {
	LD(BPF_B, 9), MUST(1, 10),
	LD(BPF_H, 6), NONE_OF(0x1fff, 8),
	IPV4_HEAD,
	LDX(BPF_B, 0), MUST(8, 5),
	LDX(BPF_W, 8), MUST(ASKWIRE_ASK_1, 3),
	LDX(BPF_W, 12), MUST(ASKWIRE_ASK_2, 1),
	TAKE, LEAVE
};

static struct sock_filter asks6[] = {
	LD(BPF_B, 6), MUST(58, 7),
	LD(BPF_B, 40), MUST(128, 5),
	LD(BPF_W, 48), MUST(ASKWIRE_ASK_1, 3),
	LD(BPF_W, 52), MUST(ASKWIRE_ASK_2, 1),
	TAKE, LEAVE
};

static struct sock_filter openings4[] = {
	LD(BPF_B, 9), MUST(6, 7),
	LD(BPF_H, 6), NONE_OF(0x1fff, 5),
	IPV4_HEAD,
	LDX(BPF_B, 13), ONLY(OPENING_BITS), MUST(OPENING, 1),
	TAKE, LEAVE
};

static struct sock_filter openings6[] = {
	LD(BPF_B, 6), MUST(6, 4),
	LD(BPF_B, 53), ONLY(OPENING_BITS), MUST(OPENING, 1),
	TAKE, LEAVE
};

#define PROGRAM(f)	{ .filter = (f), .len = OBJ_COUNT(f) }

static const struct sock_fprog programs[2][2] = {
	[OVERHEAR_ASKS] = { PROGRAM(asks4), PROGRAM(asks6) },
	[OVERHEAR_OPENINGS] = { PROGRAM(openings4), PROGRAM(openings6) },
};

/* It is bound, and so hears anything, only when its filter is in place. */
int
overhear_open(uint8_t family, enum overhear_kind kind)
{
	const struct sock_fprog *p = &programs[kind][family == AF_INET6];
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6) };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0), keep;

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, p, sizeof(*p)) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

ssize_t
overhear_read(int fd, uint8_t out[OVERHEAR_MAX], unsigned *interface)
{
	struct sockaddr_ll from = { 0 };
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, out, OVERHEAR_MAX, 0,
	    (struct sockaddr *)&from, &len);

	*interface = (unsigned)from.sll_ifindex;
	return n;
}
