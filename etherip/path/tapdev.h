/* etherip/path/tapdev.h - a TAP interface: frames of the LAN's side, super-frames among them,
 * each behind a virtio_net_hdr. It takes frames of any length, so that what is too long for
 * the tunnel is refused here and not silently by the bridge. Whose port it becomes sets it up.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_TAPDEV_H
#define ETHERIP_PATH_TAPDEV_H

#include <stdbool.h>

struct err;

#define TAPDEV_FRAME_MAX	65550u	/* octets that are read at once, without the head */

struct tapdev {
	int	 fd;		/* non-blocking, close-on-exec; -1: closed */
	unsigned index;		/* of the interface */
	char	 name[16];
	bool	 udp;		/* the kernel hands over UDP's super-frames, too */
};

/* Makes it, or takes over one that a process before us left. taken: a descriptor that may be of
 * the interface, which becomes ours and is used as it is, or closed; -1: none. 0, or a code with
 * a sentence and t closed. */
int tapdev_open(struct tapdev *t, const char *name, int taken, struct err *e);
/* keep: the interface stays without us; else it goes, whoever has it open, too. Harmless when
 * closed. */
void tapdev_close(struct tapdev *t, bool keep);
/* Nobody wants the interface that fd was kept for: it goes, if it is one of this network's. */
void tapdev_discard(int fd);
/* Without carrier the bridge sends nothing here, and tells the station's side so. */
void tapdev_carrier(const struct tapdev *t, bool on);

#endif
