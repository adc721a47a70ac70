/* etherip/control/vgroupmove.c - see vgroupmove.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/vgroupmove.h"

#include "etherip/bridge/snoop.h"
#include "etherip/path/vgroup.h"

static unsigned
path_find(void *arg, const struct fdb_key *k)
{
	struct fdb_station s;

	return vgroup_find(arg, k, &s) ? s.member : FDB_NONE;
}

static bool
path_put(void *arg, const struct fdb_key *k, unsigned member, unsigned pins)
{
	return vgroup_put(arg, k, member, pins);
}

static bool
path_pin(void *arg, const struct fdb_key *k, unsigned add, unsigned take)
{
	return vgroup_pin(arg, k, add, take);
}

static bool
path_hold(void *arg, const struct fdb_key *k)
{
	return vgroup_hold(arg, k);
}

static void
path_release(void *arg, const struct fdb_key *k)
{
	vgroup_release(arg, k);
}

static bool
path_send(void *arg, unsigned member, const uint8_t *octets, size_t len)
{
	return vgroup_send(arg, member, octets, len);
}

/* A tunnel that liveness has taken down takes no frame: what is sent there is lost, as it would
 * be anyway. */
static uint64_t
path_members(void *arg)
{
	uint64_t members = UINT64_C(1) << VGROUP_LAN;

	for (unsigned i = 1; i <= VGROUP_TUNNELS_MAX; i++)
		if (vgroup_tunnel(arg, i) != NULL)
			members |= UINT64_C(1) << i;
	return members;
}

struct telling {
	void	(*fn)(void *fn_arg, const struct fdb_key *k, unsigned member);
	void	*fn_arg;
};

static void
tell_of(void *arg, const struct fdb_station *s)
{
	const struct telling *t = arg;

	t->fn(t->fn_arg, &s->key, s->member);
}

static void
path_each(void *arg, void (*fn)(void *fn_arg, const struct fdb_key *k,
    unsigned member), void *fn_arg)
{
	struct telling t = { fn, fn_arg };

	vgroup_each(arg, tell_of, &t);
}

const struct movepath vgroupmove_path = { path_find, path_put, path_pin,
    path_hold, path_release, path_send, path_members, path_each, NULL, NULL };

void
vgroupmove_snooped(struct groupmover *g, unsigned member,
    const struct ethframe *f, const uint8_t *octets, size_t len)
{
	struct snoop_fact fact;

	if (!snoop_read(&fact, f, octets, len))
		return;
	fact.member = (uint8_t)member;
	groupmover_snooped(g, &fact);
}
