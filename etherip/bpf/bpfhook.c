/* etherip/bpf/bpfhook.c - see bpfhook.h.
 *
 * Filters of tc have a place of their own among those of a device (PRIORITY, HANDLE); an XDP
 * program hangs on a link, which is pinned beside the maps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfhook.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfpins.h"

#define PRIORITY	97	/* and those of the other places behind it */
#define HANDLE		1

struct wan_link {
	unsigned	 ifindex;
	int		 fd;		/* of the XDP link; -1: another's is there */
};

/* Of the guard, and where in the kernel they listen. */
static const char *const guards[] = { "eip_sent", "eip_refused" };
#define GUARDS	OBJ_COUNT(guards)

struct bpfhook {
	const struct bpfload	*load;		/* borrowed */
	struct wan_link		*wans;		/* owned */
	size_t			 wan_count, wan_room;
	int			 guards[GUARDS];	/* their links; -1: not there */
};

struct bpfhook *
bpfhook_new(const struct bpfload *l)
{
	struct bpfhook *h = mem_zalloc(1, sizeof(*h));

	h->load = l;
	for (size_t i = 0; i < GUARDS; i++)
		h->guards[i] = -1;
	return h;
}

void
bpfhook_free(struct bpfhook **ph)
{
	struct bpfhook *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->wan_count; i++)
		if (h->wans[i].fd >= 0)
			(void)close(h->wans[i].fd);
	for (size_t i = 0; i < GUARDS; i++)
		if (h->guards[i] >= 0)
			(void)close(h->guards[i]);
	free(h->wans);
	free(h);
}

/* ---- filters of tc ---- */

struct place {
	unsigned		 role;
	enum bpf_tc_attach_point at;
	const char		*program;
};

static const struct place places[] = {
	{ BPFKEY_ROLE_LAN, BPF_TC_INGRESS, "eip_lan_in" },
	{ BPFKEY_ROLE_TAP, BPF_TC_EGRESS, "eip_tap_out" },
	{ BPFKEY_ROLE_TAP, BPF_TC_INGRESS, "eip_tap_in" },
	{ BPFKEY_ROLE_WAN, BPF_TC_INGRESS, "eip_wan_in" },
	{ BPFKEY_ROLE_CUT, BPF_TC_EGRESS, "eip_cut_out" },
};

#define BOTH_WAYS(device) { .sz = sizeof(struct bpf_tc_hook), \
	.ifindex = (int)(device), \
	.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS }

/* Each has a priority of its own, for a device may have more than one role. */
static uint32_t
priority_of(const struct place *p)
{
	return PRIORITY + (uint32_t)(p - places);
}

static int
attach_filter(const struct bpfhook *h, unsigned ifindex,
    const struct place *p, uint32_t *did)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);
	struct bpf_tc_opts opts = { .sz = sizeof(opts), .handle = HANDLE,
	    .priority = priority_of(p), .flags = BPF_TC_F_REPLACE,
	    .prog_fd = bpfload_program(h->load, p->program) };
	int rc = bpf_tc_hook_create(&hook);

	if (rc == 0)
		*did |= BPFKEY_WAS_BARE;
	else if (rc != -EEXIST)
		return -rc;
	hook.attach_point = p->at;
	rc = bpf_tc_attach(&hook, &opts);
	return rc == 0 ? 0 : -rc;
}

static void
detach_filter(unsigned ifindex, const struct place *p)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);
	struct bpf_tc_opts opts = { .sz = sizeof(opts), .handle = HANDLE,
	    .priority = priority_of(p) };

	hook.attach_point = p->at;
	(void)bpf_tc_detach(&hook, &opts);
}

static void
detach_clsact(unsigned ifindex)
{
	struct bpf_tc_hook hook = BOTH_WAYS(ifindex);

	(void)bpf_tc_hook_destroy(&hook);
}

/* ---- XDP ---- */

static const char *
link_path(const struct bpfhook *h, char path[BPFPINS_PATH], unsigned ifindex)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "eip_xdp-%u", ifindex);
	return bpfpins_path(path, bpfload_pins(h->load), name);
}

static struct wan_link *
find_wan(const struct bpfhook *h, unsigned ifindex)
{
	for (size_t i = 0; i < h->wan_count; i++)
		if (h->wans[i].ifindex == ifindex)
			return &h->wans[i];
	return NULL;
}

/* The link of the process before, with our program on it; -1: there is none, or its device
 * has gone. */
static int
take_over_link(const struct bpfhook *h, unsigned ifindex, int fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t len = sizeof(info);
	char path[BPFPINS_PATH];
	int link = bpfload_pins(h->load) == NULL ? -1 :
	    bpf_obj_get(link_path(h, path, ifindex));

	if (link < 0)
		return -1;
	if (bpf_obj_get_info_by_fd(link, &info, &len) == 0 &&
	    info.xdp.ifindex == ifindex &&
	    bpf_link_update(link, fd, NULL) == 0)
		return link;
	(void)unlink(path);
	(void)close(link);
	return -1;
}

static int
make_link(const struct bpfhook *h, unsigned ifindex, int fd)
{
	struct bpf_link_create_opts o = { .sz = sizeof(o),
	    .flags = XDP_FLAGS_DRV_MODE };
	int link = bpf_link_create(fd, (int)ifindex, BPF_XDP, &o);
	char path[BPFPINS_PATH];

	if (link < 0 && errno != EBUSY && errno != EEXIST && errno != EPERM &&
	    errno != ENODEV) {
		o.flags = XDP_FLAGS_SKB_MODE;
		link = bpf_link_create(fd, (int)ifindex, BPF_XDP, &o);
	}
	if (link >= 0 && bpfload_pins(h->load) != NULL)
		(void)bpf_obj_pin(link, link_path(h, path, ifindex));
	return link >= 0 ? link : -1;
}

static void
attach_xdp(struct bpfhook *h, unsigned ifindex)
{
	int fd = bpfload_program(h->load, "eip_strip");
	struct wan_link *w = find_wan(h, ifindex);

	if (w == NULL) {
		h->wans = mem_grow(h->wans, &h->wan_room, h->wan_count + 1,
		    sizeof(*h->wans));
		w = &h->wans[h->wan_count++];
		*w = (struct wan_link){ ifindex, -1 };
	}
	if (w->fd >= 0)
		return;
	w->fd = take_over_link(h, ifindex, fd);
	if (w->fd < 0)
		w->fd = make_link(h, ifindex, fd);
}

static void
detach_xdp(struct bpfhook *h, unsigned ifindex)
{
	struct wan_link *w = find_wan(h, ifindex);
	char path[BPFPINS_PATH];

	if (bpfload_pins(h->load) != NULL)
		(void)unlink(link_path(h, path, ifindex));
	if (w == NULL)
		return;
	if (w->fd >= 0)
		(void)close(w->fd);
	*w = h->wans[--h->wan_count];
}

bool
bpfhook_is_late(const struct bpfhook *h, unsigned ifindex)
{
	const struct wan_link *w = find_wan(h, ifindex);

	return w != NULL && w->fd < 0;
}

bool
bpfhook_is_native(const struct bpfhook *h, unsigned ifindex)
{
	const struct wan_link *w = find_wan(h, ifindex);
	struct bpf_xdp_query_opts now = { .sz = sizeof(now) };

	return w != NULL && w->fd >= 0 &&
	    bpf_xdp_query((int)ifindex, 0, &now) == 0 &&
	    now.attach_mode == XDP_ATTACHED_DRV;
}

/* ---- the guard ---- */

/* That of the process before goes when this one is there. */
static void
pin_guard(const struct bpfhook *h, size_t i)
{
	char name[32], path[BPFPINS_PATH];

	if (bpfload_pins(h->load) == NULL)
		return;
	(void)snprintf(name, sizeof(name), "eip_guard-%zu", i);
	(void)bpfpins_path(path, bpfload_pins(h->load), name);
	(void)unlink(path);
	(void)bpf_obj_pin(h->guards[i], path);
}

bool
bpfhook_guard(struct bpfhook *h)
{
	for (size_t i = 0; i < GUARDS; i++) {
		int fd = bpfload_guard(h->load, guards[i]);

		if (h->guards[i] >= 0)
			continue;
		h->guards[i] = fd < 0 ? -1 : bpf_raw_tracepoint_open(NULL, fd);
		if (h->guards[i] < 0)
			return false;
		pin_guard(h, i);
	}
	return true;
}

/* ---- devices ---- */

int
bpfhook_attach(struct bpfhook *h, unsigned ifindex, unsigned role,
    uint32_t *did)
{
	for (size_t i = 0; i < OBJ_COUNT(places); i++) {
		int why = places[i].role != role ? 0 :
		    attach_filter(h, ifindex, &places[i], did);

		if (why != 0)
			return why;
	}
	if (role == BPFKEY_ROLE_WAN)
		attach_xdp(h, ifindex);
	*did |= role;
	return 0;
}

void
bpfhook_detach(struct bpfhook *h, unsigned ifindex, unsigned roles,
    uint32_t did)
{
	for (size_t i = 0; i < OBJ_COUNT(places); i++)
		if ((places[i].role & roles) != 0)
			detach_filter(ifindex, &places[i]);
	if ((roles & BPFKEY_ROLE_WAN) != 0)
		detach_xdp(h, ifindex);
	if ((did & BPFKEY_WAS_BARE) != 0 && (did & BPFKEY_ROLES & ~roles) == 0)
		detach_clsact(ifindex);
}
