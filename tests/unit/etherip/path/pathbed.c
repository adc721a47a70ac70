/* tests/unit/etherip/path/pathbed.c - see pathbed.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/path/pathbed.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/macaddr.h"

bool
pathbed_ip(const char *words)
{
	char *copy = strdup(words), *argv[24] = { NULL }, *rest = copy;
	size_t n = 0;
	int status;
	pid_t pid;

	while (n < 23 && (argv[n] = strsep(&rest, " ")) != NULL)
		n++;
	if (posix_spawnp(&pid, "ip", NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = -1;
	free(copy);
	return status == 0;
}

bool
pathbed_open(void)
{
	static const char *const words[] = {
		"ip link set lo up",
		"ip link add la0 type veth peer name la1",
		"ip link add lb0 type veth peer name lb1",
		"ip link set la1 addrgenmode none up",
		"ip link set lb1 addrgenmode none up",
		"ip addr add 192.0.2.1/32 dev lo",
		"ip addr add 192.0.2.2/32 dev lo",
		"ip addr add 192.0.2.3/32 dev lo",
		"ip addr add 192.0.2.4/32 dev lo",
		"ip addr add 2001:db8::1/128 dev lo nodad",
		"ip addr add 2001:db8::2/128 dev lo nodad",
		"ip addr add 2001:db8::3/128 dev lo nodad",
		"ip addr add 2001:db8::4/128 dev lo nodad",
	};

	if (access("/dev/net/tun", R_OK | W_OK) != 0 ||
	    unshare(CLONE_NEWNET) != 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!pathbed_ip(words[i]))
			return false;
	return true;
}

int
pathbed_station(const char *device, bool head)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;
	const struct sockaddr_ll ll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = (int)if_nametoindex(device) };

	if (fd == -1 || (head && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR,
	    &on, sizeof(on)) == -1) ||
	    setsockopt(fd, SOL_PACKET, 23, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)&ll, sizeof(ll)) == -1)
		abort();
	return fd;
}

static socklen_t
socket_address(const char *text, struct sockaddr_storage *ss)
{
	struct addr a;

	if (addr_parse(text, &a) != 0)
		abort();
	return addr_to_sockaddr(&a, 0, ss);
}

int
pathbed_peer(const char *local, const char *remote)
{
	struct sockaddr_storage ss;
	socklen_t len = socket_address(local, &ss);
	int fd = socket(ss.ss_family, SOCK_RAW | SOCK_CLOEXEC, 97);

	if (bind(fd, (struct sockaddr *)&ss, len) == -1)
		abort();
	len = socket_address(remote, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) == -1)
		abort();
	return fd;
}

static bool
wait_for(int fd, int within_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, within_ms) == 1;
}

size_t
pathbed_hear(int fd, uint64_t dst, uint64_t src, uint8_t out[PATHBED_ROOM],
    int within_ms)
{
	mono_ns end = clock_mono(&clock_system) + (mono_ns)within_ms * CLOCK_MS;
	int headed = 0;
	socklen_t len = sizeof(headed);
	size_t skip;
	ssize_t n;

	(void)getsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &headed, &len);
	skip = headed != 0 ? 10 : 0;
	while (clock_mono(&clock_system) < end && wait_for(fd, within_ms)) {
		n = recv(fd, out, PATHBED_ROOM, MSG_DONTWAIT);
		if (n >= (ssize_t)(skip + 14) &&
		    macaddr_get(out + skip) == dst &&
		    macaddr_get(out + skip + 6) == src)
			return (size_t)n;
	}
	return 0;
}

size_t
pathbed_receive(int fd, uint8_t *out, size_t cap, int within_ms)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	size_t head;
	ssize_t n;

	if (!wait_for(fd, within_ms))
		return 0;
	n = recvfrom(fd, out, cap, MSG_DONTWAIT, (struct sockaddr *)&ss, &len);
	if (n <= 0)
		return 0;
	head = ss.ss_family == AF_INET ? (size_t)(out[0] & 0xf) * 4 : 0;
	memmove(out, out + head, (size_t)n - head);
	return (size_t)n - head;
}

/* As a kernel between may want it: some bridges look inside. */
static void
write_ipv4(uint8_t *ip, size_t len, uint8_t protocol)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	be16_put(ip + 2, (uint16_t)len);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, "\x0a\x09\0\1\x0a\x09\0\2", 8);
	be16_put(ip + 10, netsum_fold(netsum_add(0, ip, 20)));
}

size_t
pathbed_frame(uint8_t *out, uint64_t dst, uint64_t src, uint16_t type,
    size_t payload)
{
	macaddr_put(out, dst);
	macaddr_put(out + 6, src);
	be16_put(out + 12, type);
	for (size_t i = 0; i < payload; i++)
		out[14 + i] = (uint8_t)(i * 3 + src);
	if (type == 0x0800 && payload >= 20)
		write_ipv4(out + 14, payload, 17);
	return 14 + payload;
}

size_t
pathbed_tcp(uint8_t *out, uint64_t dst, uint64_t src, uint32_t seq, size_t body)
{
	size_t len = pathbed_frame(out, dst, src, 0x0800, 40 + body);
	uint8_t *ip = out + 14, *tcp = ip + 20;
	uint64_t sum;

	memset(ip, 0, 40);
	write_ipv4(ip, 40 + body, 6);
	be16_put(ip + 4, (uint16_t)(seq / 1000));
	be16_put(ip + 10, 0);
	be16_put(ip + 10, netsum_fold(netsum_add(0, ip, 20)));
	be16_put(tcp, 5000);
	be16_put(tcp + 2, 443);
	be16_put(tcp + 4, (uint16_t)(seq >> 16));
	be16_put(tcp + 6, (uint16_t)seq);
	tcp[12] = 0x50;
	tcp[13] = 0x10;
	be16_put(tcp + 14, 500);
	sum = netsum_add(6 + 20 + body, ip + 12, 8);
	be16_put(tcp + 16, netsum_fold(netsum_add(sum, tcp, 20 + body)));
	return len;
}

void
pathbed_leave_sum(uint8_t *frame, size_t body)
{
	be16_put(frame + 14 + 20 + 16, (uint16_t)~netsum_fold(netsum_add(6 +
	    20 + body, frame + 14 + 12, 8)));
}
