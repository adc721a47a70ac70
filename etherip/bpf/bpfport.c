/* etherip/bpf/bpfport.c - see bpfport.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpfport.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "etherip/bpf/bpfkey.h"

/* A switch of a device: of the role that wants it off. */
struct offload {
	unsigned role;
	uint32_t had, get, set;
};

/* With its sums a device loses what stands on them, segmentation: TCP of this host over it
 * goes on, at a higher price. */
static const struct offload offloads[] = {
	{ BPFKEY_ROLE_LAN, BPFKEY_HAD_GRO, ETHTOOL_GGRO, ETHTOOL_SGRO },
	{ BPFKEY_ROLE_WAN, BPFKEY_HAD_SUMS, ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM },
};

static int
ask(unsigned long what, struct ifreq *r)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = -1;

	if (fd == -1)
		return -1;
	rc = ioctl(fd, what, r);
	(void)close(fd);
	return rc;
}

static struct ifreq
request(const char *name)
{
	struct ifreq r = { 0 };
	size_t len = strnlen(name, sizeof(r.ifr_name) - 1);

	memcpy(r.ifr_name, name, len);
	return r;
}

static bool
ethtool(const char *name, uint32_t what, uint32_t *value)
{
	struct ethtool_value v = { .cmd = what, .data = *value };
	struct ifreq r = request(name);

	r.ifr_data = (void *)&v;
	if (ask(SIOCETHTOOL, &r) != 0)
		return false;
	*value = v.data;
	return true;
}

static bool
get_flags(const char *name, uint32_t *flags)
{
	*flags = 0;
	return ethtool(name, ETHTOOL_GFLAGS, flags);
}

static void
set_lro(const char *name, bool on)
{
	uint32_t flags;

	if (!get_flags(name, &flags))
		return;
	flags = on ? flags | ETH_FLAG_LRO : flags & ~(uint32_t)ETH_FLAG_LRO;
	(void)ethtool(name, ETHTOOL_SFLAGS, &flags);
}

static unsigned
get_mtu(const char *name)
{
	struct ifreq r = request(name);

	return ask(SIOCGIFMTU, &r) == 0 && r.ifr_mtu > 0 ?
	    (unsigned)r.ifr_mtu : 0;
}

static void
set_mtu(const char *name, unsigned mtu)
{
	struct ifreq r = request(name);

	r.ifr_mtu = (int)mtu;
	(void)ask(SIOCSIFMTU, &r);
}

#define ROOM_ENOUGH	16384u	/* longer frames than these no LAN has */

/* Whoever sets the MTU anew means that one: then it is raised from there. */
static void
raise_mtu(struct bpfkey_device *d)
{
	unsigned mtu = get_mtu(d->name);

	if (mtu == 0 || mtu >= ROOM_ENOUGH || ((d->did & BPFKEY_HAD_MTU) != 0 &&
	    mtu == d->mtu + BPFPORT_ROOM))
		return;
	d->mtu = mtu;
	d->did |= BPFKEY_HAD_MTU;
	set_mtu(d->name, mtu + BPFPORT_ROOM);
}

void
bpfport_prepare(struct bpfkey_device *d, unsigned role)
{
	uint32_t value, off = 0;

	for (size_t i = 0; i < OBJ_COUNT(offloads); i++) {
		const struct offload *o = &offloads[i];

		value = 0;
		if (o->role != role || !ethtool(d->name, o->get, &value) ||
		    value == 0)
			continue;
		if (ethtool(d->name, o->set, &off))
			d->did |= o->had;
	}
	if (role == BPFKEY_ROLE_LAN && get_flags(d->name, &value) &&
	    (value & ETH_FLAG_LRO) != 0) {
		set_lro(d->name, false);
		d->did |= BPFKEY_HAD_LRO;
	}
	if (role == BPFKEY_ROLE_TAP)
		raise_mtu(d);
}

void
bpfport_restore(struct bpfkey_device *d, unsigned roles)
{
	uint32_t on = 1;

	for (size_t i = 0; i < OBJ_COUNT(offloads); i++) {
		const struct offload *o = &offloads[i];

		if ((o->role & roles) == 0 || (d->did & o->had) == 0)
			continue;
		(void)ethtool(d->name, o->set, &on);
		d->did &= ~o->had;
	}
	if ((roles & BPFKEY_ROLE_LAN) != 0 && (d->did & BPFKEY_HAD_LRO) != 0) {
		set_lro(d->name, true);
		d->did &= ~(uint32_t)BPFKEY_HAD_LRO;
	}
	if ((roles & BPFKEY_ROLE_TAP) == 0 || (d->did & BPFKEY_HAD_MTU) == 0)
		return;
	if (get_mtu(d->name) == d->mtu + BPFPORT_ROOM)
		set_mtu(d->name, d->mtu);
	d->did &= ~(uint32_t)BPFKEY_HAD_MTU;
}

bool
bpfport_is_virtual(const char *name)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = request(name);
	char path[64];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s/device", name);
	if (access(path, F_OK) != 0)
		return true;
	r.ifr_data = (void *)&info;
	/* Guests hand theirs over open, and think that a wire follows. */
	return ask(SIOCETHTOOL, &r) != 0 ||
	    strncmp(info.driver, "virtio", 6) == 0;
}
