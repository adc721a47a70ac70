/* gtmd/serve/udpgroup.c - SO_REUSEPORT sockets of one address; see udpgroup.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/udpgroup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/sock.h"

void
udpgroup_init(struct udpgroup *g, const struct addrport *local)
{
	g->local = *local;
	g->count = 0;
}

bool
udpgroup_needs_pktinfo(const struct udpgroup *g)
{
	return addr_is_any(&g->local.addr);
}

/* A reader that blocks needs no second system call per batch; the time-out
 * lets an idle thread look up. A send waits no longer than that either. */
static int
make_blocking(int fd)
{
	struct timeval wait = { .tv_usec = UDPGROUP_WAIT_MS * 1000 };
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == -1)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == -1)
		return errno;
	return 0;
}

int
udpgroup_add(struct udpgroup *g, struct err *e)
{
	struct sock_options o = {
		.reuse_port = true, .pktinfo = udpgroup_needs_pktinfo(g),
	};
	int fd, rc;

	assert(g->count < UDPGROUP_MAX);
	fd = sock_open_udp(&g->local, &o, e);
	if (fd < 0)
		return fd;
	rc = make_blocking(fd);
	if (rc != 0) {
		(void)close(fd);
		return err_sys(e, rc, "udp: receive time-out");
	}
	if (g->local.port == 0)
		sock_local(fd, &g->local);
	g->fds[g->count++] = fd;
	return 0;
}

void
udpgroup_inherit(struct udpgroup *g, int fd)
{
	assert(g->count < UDPGROUP_MAX);
	g->fds[g->count++] = fd;
}

void
udpgroup_set_rcvbuf(const struct udpgroup *g, int octets)
{
	if (octets == 0)
		return;
	for (unsigned i = 0; i < g->count; i++) {
		int fd = g->fds[i];

		/* Without CAP_NET_ADMIN the system's limit holds. */
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets,
		    sizeof(octets)) == -1)
			(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets,
			    sizeof(octets));
	}
}

/* Takes the filter off: all are chosen, by a hash of the addresses. A kernel
 * before 5.3 cannot; then the filter names them all. */
static bool
choose_all(const struct udpgroup *g)
{
	int unused = 0;

	return setsockopt(g->fds[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF,
	    &unused, sizeof(unused)) == 0 || errno == ENOENT;
}

int
udpgroup_choose(const struct udpgroup *g, unsigned use, struct err *e)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, use),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog prog = { OBJ_COUNT(code), code };

	assert(use > 0 && use <= g->count);
	if (use == g->count && choose_all(g))
		return 0;
	if (setsockopt(g->fds[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &prog,
	    sizeof(prog)) == -1)
		return err_sys(e, errno, "udp: choice among sockets");
	return 0;
}

void
udpgroup_close(struct udpgroup *g)
{
	while (g->count > 0)
		(void)close(g->fds[--g->count]);
}
