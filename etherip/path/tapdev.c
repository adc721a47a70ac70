/* etherip/path/tapdev.c - see tapdev.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapdev.h"

#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"

/* Since Linux 6.2; of Debian 12's headers none has them. */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif

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
	int head = sizeof(struct virtio_net_hdr);

	r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(t->fd, TUNSETIFF, &r) == -1 ||
	    ioctl(t->fd, TUNSETVNETHDRSZ, &head) == -1)
		return errno;
	t->udp = ioctl(t->fd, TUNSETOFFLOAD, (unsigned long)(TCP_OFFLOADS |
	    TUN_F_USO4 | TUN_F_USO6)) == 0;
	if (!t->udp && ioctl(t->fd, TUNSETOFFLOAD,
	    (unsigned long)TCP_OFFLOADS) == -1)
		return errno;
	return set_mtu(t);
}

int
tapdev_open(struct tapdev *t, const char *name, struct err *e)
{
	int rc;

	*t = (struct tapdev){ .fd = -1 };
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (t->fd == -1)
		return err_sys(e, errno, "/dev/net/tun");
	rc = attach(t);
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
	(void)close(t->fd);
	t->fd = -1;
}

void
tapdev_carrier(const struct tapdev *t, bool on)
{
	int carrier = on;

	(void)ioctl(t->fd, TUNSETCARRIER, &carrier);
}
