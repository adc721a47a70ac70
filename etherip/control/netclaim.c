/* etherip/control/netclaim.c - see netclaim.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netclaim.h"

#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/control/netmirror.h"
#include "etherip/control/netpair.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"
#include "etherip/move/mover.h"
#include "etherip/pair/leaselink.h"
#include "etherip/pair/mirror.h"
#include "etherip/pair/takeover.h"

#define MIRROR_MS	100	/* how often the mirror is looked after */

struct netclaim {
	unsigned	 magic;
#define NETCLAIM_MAGIC	0xc1a13001u
	struct loop	*loop;
	struct netenact	*enact;
	struct mirror	*mirror;
	struct takeover	*takeover;
	char		**groups;	/* paths, by takeover_station.group */
	size_t		 group_count, group_room;
	bool		 active;
	struct loop_timer mirror_timer, takeover_timer;
};

/* ---- frames of ours ---- */

/* The address that a device has now: of a pair's VLAN group the shared one. 0: none. */
static uint64_t
mac_of(int fd, const char *device)
{
	struct ifreq r = { .ifr_ifindex = 0 };
	uint8_t octets[6];

	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	if (ioctl(fd, SIOCGIFHWADDR, &r) == -1 ||
	    r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return 0;
	memcpy(octets, r.ifr_hwaddr.sa_data, sizeof(octets));
	return macaddr_get(octets);
}

/* RFC 4861 section 7.2.6: hosts no longer route by who says that it is no router. */
static bool
is_router(const char *device)
{
	char path[128];
	bool is = false;
	FILE *f;

	(void)snprintf(path, sizeof(path),
	    "/proc/sys/net/ipv6/conf/%s/forwarding", device);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	is = fgetc(f) != '0';
	(void)fclose(f);
	return is;
}

static size_t
write_announcement(uint8_t out[NDFRAME_MAX], const struct takeover_address *a,
    uint64_t mac)
{
	struct ndframe n = { .kind = NDFRAME_TELL, .override = true,
	    .target = a->addr, .source = a->addr, .link = mac };
	const uint8_t *ip = a->addr.octets;

	if (a->addr.family == AF_INET)
		return arpframe_announce(out, mac, (uint32_t)ip[0] << 24 |
		    (uint32_t)ip[1] << 16 | (uint32_t)ip[2] << 8 | ip[3], 0);
	n.router = is_router(a->device);
	return ndframe_announce(out, &n, 0);
}

static void
on_announce(void *arg, const struct takeover_address *a)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	uint8_t out[NDFRAME_MAX > ARPFRAME_MAX ? NDFRAME_MAX : ARPFRAME_MAX];
	uint64_t mac;

	(void)arg;
	if (fd == -1)
		return;
	mac = mac_of(fd, a->device);
	to.sll_ifindex = (int)if_nametoindex(a->device);
	/* Nobody confirms it, and it is sent again: a failure is like a loss. */
	if (mac != 0 && to.sll_ifindex != 0)
		(void)sendto(fd, out, write_announcement(out, a, mac), 0,
		    (struct sockaddr *)&to, sizeof(to));
	(void)close(fd);
}

static void
on_reverse(void *arg, const struct takeover_station *s)
{
	const struct netclaim *c = arg;
	const struct groupwork *w = netenact_group(c->enact,
	    c->groups[s->group]);
	uint8_t out[ARPFRAME_MAX];

	if (w == NULL)
		return;
	/* On the LAN it has its own address only where the group is transparent. */
	if (groupwork_plan(w)->plan.mode != FORWARD_TRANSPARENT)
		mover_claim(groupmover_mover(groupwork_mover(w)), &s->key,
		    loop_now_ns(c->loop));
	else
		(void)vgroup_send(groupwork_path(w), VGROUP_LAN, out,
		    arpframe_rarp(out, s->key.mac, s->key.vlan));
}

/* ---- to be active ---- */

struct gathering {
	struct takeover_address *v;
	size_t	count, room;
};

static void
on_floating(void *arg, const struct addr *addr, const char *device)
{
	struct gathering *g = arg;
	struct takeover_address *a;

	g->v = mem_grow(g->v, &g->room, g->count + 1, sizeof(*g->v));
	a = &g->v[g->count++];
	a->addr = *addr;
	(void)snprintf(a->device, sizeof(a->device), "%s", device);
}

static unsigned
number_of(struct netclaim *c, const char *path)
{
	size_t i = 0;

	while (i < c->group_count && strcmp(c->groups[i], path) != 0)
		i++;
	if (i == c->group_count) {
		c->groups = mem_grow(c->groups, &c->group_room, i + 1,
		    sizeof(*c->groups));
		c->groups[c->group_count++] = mem_strdup(path);
	}
	return (unsigned)i;
}

static void
on_remote(void *arg, const char *group, const struct fdb_key *k)
{
	struct netclaim *c = arg;

	takeover_add(c->takeover, &(struct takeover_station){
	    number_of(c, group), *k });
}

static void
forget_groups(struct netclaim *c)
{
	while (c->group_count > 0)
		free(c->groups[--c->group_count]);
}

static void
begin(struct netclaim *c)
{
	struct gathering g = { .v = NULL };
	mono_ns now = loop_now_ns(c->loop);
	size_t addresses, stations = netmirror_count(c->mirror, &addresses);

	netenact_floating(c->enact, on_floating, &g);
	forget_groups(c);
	takeover_begin(c->takeover, g.v, g.count, now);
	free(g.v);
	/* Whoever waits for these addresses does not wait for all stations. */
	takeover_tick(c->takeover, now);
	netmirror_put(c->enact, c->mirror, now, on_remote, c);
	log_at(LOG_NOTICE, "net", "failover", "taking-over",
	    "addresses=%zu stations=%zu known-addresses=%zu", g.count,
	    stations, addresses);
	loop_timer_start_at(&c->takeover_timer, takeover_due(c->takeover));
}

static void
on_takeover(struct loop_timer *timer, void *arg)
{
	struct netclaim *c = arg;
	mono_ns due;

	OBJ_CHECK(c, NETCLAIM_MAGIC);
	takeover_tick(c->takeover, loop_now_ns(c->loop));
	due = takeover_due(c->takeover);
	if (due != UINT64_MAX)
		loop_timer_start_at(timer, due);
}

/* ---- the mirror ---- */

static void
send_batch(struct netclaim *c)
{
	struct leaselink *link = netpair_link(netenact_pair(c->enact));
	mono_ns now = loop_now_ns(c->loop);
	uint8_t out[LEASEWIRE_MAX];
	size_t len;

	if (link == NULL || !lease_hears(leaselink_lease(link), now))
		return;
	if (mirror_wants(c->mirror, now)) {
		netmirror_gather(c->enact, c->mirror, now);
		mirror_go(c->mirror, now);
	}
	len = mirror_fill(c->mirror, out + LEASEWIRE_HEAD, LEASEWIRE_BODY_MAX,
	    now);
	if (len > 0)
		(void)leaselink_send(link, out, len);
}

static void
on_mirror(struct loop_timer *timer, void *arg)
{
	struct netclaim *c = arg;

	OBJ_CHECK(c, NETCLAIM_MAGIC);
	(void)timer;
	send_batch(c);
}

void
netclaim_body(struct netclaim *c, const uint8_t *octets, size_t len)
{
	struct leaselink *link = netpair_link(netenact_pair(c->enact));
	uint8_t out[LEASEWIRE_MAX];
	size_t n;

	OBJ_CHECK(c, NETCLAIM_MAGIC);
	n = mirror_take(c->mirror, octets, len, out + LEASEWIRE_HEAD,
	    LEASEWIRE_BODY_MAX, loop_now_ns(c->loop));
	if (n > 0 && link != NULL && !c->active)
		(void)leaselink_send(link, out, n);
	if (c->active)
		send_batch(c);
}

size_t
netclaim_stations(const struct netclaim *c, size_t *addresses)
{
	return netmirror_count(c->mirror, addresses);
}

void
netclaim_role(struct netclaim *c, bool active)
{
	OBJ_CHECK(c, NETCLAIM_MAGIC);
	c->active = active;
	loop_timer_stop(&c->takeover_timer);
	loop_timer_stop(&c->mirror_timer);
	if (active) {
		begin(c);
		loop_timer_start(&c->mirror_timer, MIRROR_MS, MIRROR_MS);
	} else
		takeover_stop(c->takeover);
	mirror_clear(c->mirror);
}

/* ---- birth and end ---- */

struct netclaim *
netclaim_new(struct loop *loop, struct netenact *n)
{
	struct netclaim *c = mem_zalloc(1, sizeof(*c));
	const struct takeover_config t = { on_announce, on_reverse, c };

	c->magic = NETCLAIM_MAGIC;
	c->loop = loop;
	c->enact = n;
	c->mirror = mirror_new();
	c->takeover = takeover_new(&t);
	loop_timer_init(&c->mirror_timer, loop, on_mirror, c);
	loop_timer_init(&c->takeover_timer, loop, on_takeover, c);
	return c;
}

void
netclaim_free(struct netclaim **pc)
{
	struct netclaim *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, NETCLAIM_MAGIC);
	loop_timer_stop(&c->mirror_timer);
	loop_timer_stop(&c->takeover_timer);
	mirror_free(&c->mirror);
	takeover_free(&c->takeover);
	forget_groups(c);
	free(c->groups);
	c->magic = 0;
	free(c);
}
