/* etherip/bpf/bpfdevice.c - see bpfdevice.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpfdevice.h"

#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "etherip/bpf/bpfcut.h"
#include "etherip/bpf/bpfhook.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfport.h"

struct use {
	uint32_t ifindex;
	unsigned role, count;
};

struct bpfdevice {
	const struct bpfload *load;	/* borrowed */
	struct bpfhook	*hooks;
	struct use	*uses;		/* owned */
	size_t		 count, room;
};

struct bpfdevice *
bpfdevice_new(const struct bpfload *l)
{
	struct bpfdevice *d = mem_zalloc(1, sizeof(*d));

	d->load = l;
	d->hooks = bpfhook_new(l);
	return d;
}

void
bpfdevice_free(struct bpfdevice **pd)
{
	struct bpfdevice *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	bpfhook_free(&d->hooks);
	free(d->uses);
	free(d);
}

static struct use *
find(const struct bpfdevice *d, uint32_t ifindex, unsigned role)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->uses[i].ifindex == ifindex && d->uses[i].role == role)
			return &d->uses[i];
	return NULL;
}

static int
map(const struct bpfdevice *d)
{
	return bpfload_map(d->load, BPFLOAD_DEVICES);
}

/* What is noted of the device; of another one that had its number before, nothing. */
static bool
read_note(const struct bpfdevice *d, uint32_t ifindex,
    struct bpfkey_device *k)
{
	char name[IF_NAMESIZE] = "";

	if (if_indextoname(ifindex, name) == NULL)
		return false;
	if (bpfmap_look(map(d), &ifindex, k) == 0 &&
	    strncmp(k->name, name, sizeof(k->name)) == 0)
		return true;
	*k = (struct bpfkey_device){ 0 };
	memcpy(k->name, name, sizeof(k->name));
	return true;
}

void
bpfdevice_renew(struct bpfdevice *d, unsigned ifindex, unsigned role)
{
	struct bpfkey_device k;
	uint32_t key = ifindex;

	if (find(d, ifindex, role) == NULL || !read_note(d, ifindex, &k))
		return;
	/* Sums are for those that may get open ones. */
	if (role != BPFKEY_ROLE_WAN)
		bpfport_prepare(&k, role);
	(void)bpfmap_put(map(d), &key, &k);
}

bool
bpfdevice_is_late(const struct bpfdevice *d, unsigned ifindex)
{
	return bpfhook_is_late(d->hooks, ifindex);
}

bool
bpfdevice_is_native(const struct bpfdevice *d, unsigned ifindex)
{
	return bpfhook_is_native(d->hooks, ifindex);
}

bool
bpfdevice_guard(struct bpfdevice *d)
{
	return bpfhook_guard(d->hooks);
}

void
bpfdevice_fill_sums(struct bpfdevice *d, unsigned ifindex)
{
	struct bpfkey_device k;
	uint32_t key = ifindex;

	if (!read_note(d, ifindex, &k))
		return;
	bpfport_prepare(&k, BPFKEY_ROLE_WAN);
	(void)bpfmap_put(map(d), &key, &k);
}

int
bpfdevice_use(struct bpfdevice *d, unsigned ifindex, unsigned role,
    struct err *e)
{
	struct use *u = find(d, ifindex, role);
	struct bpfkey_device k;
	uint32_t key = ifindex;
	int why;

	if (u != NULL) {
		u->count++;
		return 0;
	}
	if (!read_note(d, ifindex, &k))
		return err_set(e, ERR_NOTFOUND, "interface %u has gone",
		    ifindex);
	why = bpfhook_attach(d->hooks, ifindex, role, &k.did);
	(void)bpfmap_put(map(d), &key, &k);
	if (why != 0)
		return err_sys(e, why, "programs on %.16s", k.name);
	d->uses = mem_grow(d->uses, &d->room, d->count + 1, sizeof(*d->uses));
	d->uses[d->count++] = (struct use){ ifindex, role, 1 };
	bpfdevice_renew(d, ifindex, role);
	return 0;
}

/* Programs of the roles go, and with the last of them what is noted. */
static void
give_back(struct bpfdevice *d, uint32_t ifindex, unsigned roles)
{
	struct bpfkey_device k;

	if (!read_note(d, ifindex, &k)) {
		(void)bpfmap_take(map(d), &ifindex, NULL);
		return;
	}
	bpfhook_detach(d->hooks, ifindex, roles, k.did);
	bpfport_restore(&k, roles);
	if ((roles & BPFKEY_ROLE_CUT) != 0)
		bpfcut_remove(ifindex);
	k.did &= ~roles;
	if ((k.did & BPFKEY_ROLES) == 0)
		(void)bpfmap_take(map(d), &ifindex, NULL);
	else
		(void)bpfmap_put(map(d), &ifindex, &k);
}

void
bpfdevice_leave(struct bpfdevice *d, unsigned ifindex, unsigned role)
{
	struct use *u = find(d, ifindex, role);

	if (u == NULL || --u->count > 0)
		return;
	*u = d->uses[--d->count];
	give_back(d, ifindex, role);
}

struct sweep {
	struct bpfdevice *d;
	bool all;
};

static bool
sweep_one(void *arg, const void *key, const void *value)
{
	const struct sweep *s = arg;
	struct bpfkey_device k;
	unsigned roles = 0;
	uint32_t ifindex;

	memcpy(&ifindex, key, sizeof(ifindex));
	memcpy(&k, value, sizeof(k));
	for (unsigned role = 1; role <= BPFKEY_ROLES; role <<= 1)
		if ((k.did & role) != 0 && (s->all ||
		    find(s->d, ifindex, role) == NULL))
			roles |= role;
	if (roles != 0)
		give_back(s->d, ifindex, roles);
	return true;
}

void
bpfdevice_sweep(struct bpfdevice *d, bool all)
{
	struct sweep s = { d, all };

	bpfmap_each(map(d), sweep_one, &s);
	if (all)
		d->count = 0;
}
