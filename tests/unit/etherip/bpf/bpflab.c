/* tests/unit/etherip/bpf/bpflab.c - see bpflab.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/bpf/bpflab.h"

#include <assert.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

bool
bpflab_run(const char *line)
{
	char *copy = strdup(line), *argv[32] = { NULL }, *rest = copy;
	int status = -1;
	size_t n = 0;
	pid_t pid;

	while (n < 31 && (argv[n] = strsep(&rest, " ")) != NULL)
		n++;
	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = -1;
	free(copy);
	return status == 0;
}

void
bpflab_go(const struct bpflab *lab, enum bpflab_place place)
{
	int rc = setns(lab->spaces[place], CLONE_NEWNET);

	assert(rc == 0);
	(void)rc;
}

static int
open_space(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int
open_tap(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	memcpy(r.ifr_name, name, strlen(name));
	if (fd != -1 && ioctl(fd, TUNSETIFF, &r) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The other end of a device that is made here goes to another place. */
static bool
give(const struct bpflab *lab, const char *name, enum bpflab_place to)
{
	char line[128];

	(void)snprintf(line, sizeof(line),
	    "ip link set %s netns /proc/%d/fd/%d", name, (int)getpid(),
	    lab->spaces[to]);
	return bpflab_run(line);
}

static bool
run_all(const char *const *lines)
{
	for (; *lines != NULL; lines++)
		if (!bpflab_run(*lines))
			return false;
	return true;
}

static bool
make_host(const struct bpflab *lab, enum bpflab_place place)
{
	static const char *const one[] = {
		"ip link set lo up",
		"ip link set h1 gso_max_segs 1",
		"ip link set h1 up", "ip addr add 10.0.0.1/24 dev h1",
		"ip addr add fd00::1/64 dev h1 nodad", NULL
	}, *const two[] = {
		"ip link set lo up",
		"ip link set h2 gso_max_segs 1",
		"ip link set h2 up", "ip addr add 10.0.0.2/24 dev h2",
		"ip addr add fd00::2/64 dev h2 nodad", NULL
	};

	bpflab_go(lab, place);
	return run_all(place == BPFLAB_H1 ? one : two);
}

static bool
make_site(struct bpflab *lab, enum bpflab_place place)
{
	static const char *const one[] = {
		"ip link add ga type bridge", "ip link set ga up",
		"ip link set la master ga", "ip link set la up",
		"ip link set ta master ga", "ip link set ta up",
		"ip link set wa up", "ip addr add 192.0.2.1/24 dev wa",
		"ip addr add 2001:db8::1/64 dev wa nodad", NULL
	}, *const two[] = {
		"ip link add gb type bridge", "ip link set gb up",
		"ip link set lb master gb", "ip link set lb up",
		"ip link set tb master gb", "ip link set tb up",
		"ip link set wb up", "ip addr add 192.0.2.2/24 dev wb",
		"ip addr add 2001:db8::2/64 dev wb nodad", NULL
	};

	bpflab_go(lab, place);
	lab->taps[place] = open_tap(place == BPFLAB_A ? "ta" : "tb");
	return lab->taps[place] != -1 &&
	    run_all(place == BPFLAB_A ? one : two);
}

static bool
make_wires(const struct bpflab *lab, unsigned wan_mtu)
{
	char line[128];

	bpflab_go(lab, BPFLAB_A);
	(void)snprintf(line, sizeof(line), "ip link add wa mtu %u type veth "
	    "peer name wb mtu %u", wan_mtu, wan_mtu);
	if (!bpflab_run(line) || !give(lab, "wb", BPFLAB_B) ||
	    !bpflab_run("ip link add la type veth peer name h1") ||
	    !give(lab, "h1", BPFLAB_H1))
		return false;
	bpflab_go(lab, BPFLAB_B);
	return bpflab_run("ip link add lb type veth peer name h2") &&
	    give(lab, "h2", BPFLAB_H2);
}

static bool
make_spaces(struct bpflab *lab)
{
	lab->home = open_space();
	for (int i = 0; i < BPFLAB_PLACES; i++)
		lab->spaces[i] = lab->taps[i] = -1;
	for (int i = 0; i < BPFLAB_PLACES; i++) {
		if (unshare(CLONE_NEWNET) != 0)
			return false;
		lab->spaces[i] = open_space();
		/* What the kernel says of itself is none of ours. */
		(void)bpflab_run("sysctl -qw net.ipv6.conf.all.accept_dad=0 "
		    "net.ipv6.conf.default.router_solicitations=0");
	}
	return true;
}

bool
bpflab_make(struct bpflab *lab, unsigned wan_mtu)
{
	if (make_spaces(lab) && make_wires(lab, wan_mtu) &&
	    make_host(lab, BPFLAB_H1) && make_host(lab, BPFLAB_H2) &&
	    make_site(lab, BPFLAB_A) && make_site(lab, BPFLAB_B))
		return true;
	bpflab_free(lab);
	return false;
}

void
bpflab_free(struct bpflab *lab)
{
	if (lab->home == -1)
		return;
	(void)setns(lab->home, CLONE_NEWNET);
	for (int i = 0; i < BPFLAB_PLACES; i++) {
		if (lab->taps[i] != -1)
			(void)close(lab->taps[i]);
		if (lab->spaces[i] != -1)
			(void)close(lab->spaces[i]);
	}
	(void)close(lab->home);
	lab->home = -1;
}

int
bpflab_listen(const char *device, bool outgoing)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0), room = 16 << 20;
	/* Those that go the one way, and no others. */
	struct sock_filter one[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING,
		    outgoing ? 0 : 1, outgoing ? 1 : 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = { 4, one };

	at.sll_ifindex = (int)if_nametoindex(device);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
	    sizeof(filter)) != 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}
