/* core/io/pingsock.c - see pingsock.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/pingsock.h"

#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <assert.h>

static int
open_one(uint8_t family, int type)
{
	return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    family == AF_INET ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
}

/* The rest of the host's ICMP is none of our business. */
static void
filter(int fd, uint8_t family)
{
	struct icmp_filter f = { .data = ~(UINT32_C(1) << ICMP_ECHOREPLY |
	    UINT32_C(1) << ICMP_DEST_UNREACH |
	    UINT32_C(1) << ICMP_TIME_EXCEEDED) };
	struct icmp6_filter f6;

	ICMP6_FILTER_SETBLOCKALL(&f6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f6);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &f6);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &f6);
	if (family == AF_INET)
		(void)setsockopt(fd, SOL_RAW, ICMP_FILTER, &f, sizeof(f));
	else
		(void)setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f6,
		    sizeof(f6));
}

int
pingsock_open(uint8_t family, bool *raw)
{
	int fd;

	assert(family == AF_INET || family == AF_INET6);
	fd = open_one(family, SOCK_RAW);
	*raw = fd != -1;
	if (!*raw)
		return open_one(family, SOCK_DGRAM);
	filter(fd, family);
	return fd;
}
