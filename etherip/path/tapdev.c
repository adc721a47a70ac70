/* etherip/path/tapdev.c - see tapdev.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapdev.h"

#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"
#include "etherip/path/linkmsg.h"

/* Since Linux 6.2; of Debian 12's headers none has them. */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif

#define FLAGS	(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)
#define MTU	65521		/* the most that a TAP may have */

#define TCP_OFFLOADS	(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

static struct ifreq
request_for(const struct tapdev *t)
{
	struct ifreq r = { 0 };

	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", t->name);
	return r;
}

/* Wide open. 0, or an errno. */
static int
set_mtu(struct tapdev *t)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;
	struct ifreq r = request_for(t);

	if (fd == -1)
		return errno;
	r.ifr_mtu = MTU;
	if (ioctl(fd, SIOCSIFMTU, &r) == -1)
		rc = errno;
	(void)close(fd);
	t->index = if_nametoindex(t->name);
	return rc != 0 ? rc : t->index == 0 ? errno : 0;
}

static int
attach(struct tapdev *t)
{
	struct ifreq r = request_for(t);

	r.ifr_flags = FLAGS;
	return ioctl(t->fd, TUNSETIFF, &r) == -1 ? errno : 0;
}

/* What is so already stays untouched by it. */
static int
furnish(struct tapdev *t)
{
	int head = sizeof(struct virtio_net_hdr);

	if (ioctl(t->fd, TUNSETVNETHDRSZ, &head) == -1)
		return errno;
	t->udp = ioctl(t->fd, TUNSETOFFLOAD, (unsigned long)(TCP_OFFLOADS |
	    TUN_F_USO4 | TUN_F_USO6)) == 0;
	if (!t->udp && ioctl(t->fd, TUNSETOFFLOAD,
	    (unsigned long)TCP_OFFLOADS) == -1)
		return errno;
	return set_mtu(t);
}

/* ---- one that was kept for us ---- */

/* Is that interface of the network that we are in? */
static bool
is_here(int fd)
{
	int net = ioctl(fd, TUNGETDEVNETNS);
	struct stat its, own;
	bool same;

	if (net == -1)
		return false;
	same = fstat(net, &its) == 0 && stat("/proc/self/ns/net", &own) == 0 &&
	    its.st_dev == own.st_dev && its.st_ino == own.st_ino;
	(void)close(net);
	return same;
}

static bool
is_as_ours(int fd, const char *name)
{
	struct ifreq r = { 0 };

	return ioctl(fd, TUNGETIFF, &r) == 0 &&
	    (r.ifr_flags & (FLAGS | IFF_TUN)) == FLAGS &&
	    strncmp(r.ifr_name, name, sizeof(r.ifr_name)) == 0 &&
	    is_here(fd) && fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) == 0;
}

static void
remove_device(unsigned index)
{
	int fd = routesock_open();
	struct routemsg m;

	if (fd == -1)
		return;
	linkmsg_remove(&m, index);
	(void)routesock_change(fd, &m);
	(void)close(fd);
}

void
tapdev_discard(int fd)
{
	struct ifreq r = { 0 };

	if (ioctl(fd, TUNGETIFF, &r) == 0 && is_here(fd))
		remove_device(if_nametoindex(r.ifr_name));
	(void)close(fd);
}

/* ---- its life ---- */

/* 0, or an errno. */
static int
make(struct tapdev *t)
{
	t->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return t->fd == -1 ? errno : attach(t);
}

int
tapdev_open(struct tapdev *t, const char *name, int taken, struct err *e)
{
	int rc = 0;

	*t = (struct tapdev){ .fd = taken };
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	if (taken != -1 && !is_as_ours(taken, t->name)) {
		(void)close(taken);
		t->fd = -1;
	}
	if (t->fd == -1)
		rc = make(t);
	if (t->fd == -1)
		return err_sys(e, rc, "/dev/net/tun");
	if (rc == 0)
		rc = furnish(t);
	if (rc == 0)
		return 0;
	tapdev_close(t, true);
	if (rc == EINVAL || rc == EBUSY)
		return err_set(e, ERR_CONFLICT, "interface %s is there already "
		    "and is somebody else's", name);
	return err_sys(e, rc, "interface %s", name);
}

void
tapdev_close(struct tapdev *t, bool keep)
{
	if (t->fd == -1)
		return;
	(void)ioctl(t->fd, TUNSETPERSIST, keep && t->index != 0 ? 1ul : 0ul);
	if (!keep && t->index != 0)
		remove_device(t->index);
	(void)close(t->fd);
	t->fd = -1;
}

void
tapdev_carrier(const struct tapdev *t, bool on)
{
	int carrier = on;

	(void)ioctl(t->fd, TUNSETCARRIER, &carrier);
}
