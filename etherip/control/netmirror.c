/* etherip/control/netmirror.c - see netmirror.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netmirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/move/mover.h"
#include "etherip/pair/mirror.h"

/* ---- what is told ---- */

/* What there is of a group, as it comes; then in the order of members. */
struct gathering {
	struct vgroup	*path;
	struct fdb_station *stations;
	struct snoop_fact *facts;
	size_t		 count, room, fact_count, fact_room;
};

static void
on_station(void *arg, const struct fdb_station *s)
{
	struct gathering *g = arg;

	g->stations = mem_grow(g->stations, &g->room, g->count + 1,
	    sizeof(*g->stations));
	g->stations[g->count++] = *s;
}

/* Where the station is now; by which way it told its address may be long ago. */
static void
on_fact(void *arg, const struct snoop_fact *f)
{
	const struct fdb_key k = { f->mac, f->vlan };
	struct gathering *g = arg;
	struct fdb_station s;
	struct snoop_fact *own;

	g->facts = mem_grow(g->facts, &g->fact_room, g->fact_count + 1,
	    sizeof(*g->facts));
	own = &g->facts[g->fact_count++];
	*own = *f;
	if (vgroup_find(g->path, &k, &s))
		own->member = (uint8_t)s.member;
}

static int
by_station(const void *a, const void *b)
{
	const struct fdb_station *x = a, *y = b;

	return (x->member > y->member) - (x->member < y->member);
}

static int
by_fact(const void *a, const void *b)
{
	const struct snoop_fact *x = a, *y = b;

	return (x->member > y->member) - (x->member < y->member);
}

/* False: there is no such member any more. */
static bool
place_of(const struct groupwork *w, unsigned member,
    char place[MIRROR_PLACE_MAX])
{
	const char *tunnel = member == VGROUP_LAN ? "" :
	    vgroup_tunnel(groupwork_path(w), member);

	return tunnel != NULL && snprintf(place, MIRROR_PLACE_MAX, "%s %s",
	    groupwork_plan(w)->path, tunnel) < (int)MIRROR_PLACE_MAX;
}

static void
gather_group(const struct groupwork *w, struct mirror *m, mono_ns now)
{
	struct gathering g = { .path = groupwork_path(w) };
	char place[MIRROR_PLACE_MAX];

	vgroup_each(g.path, on_station, &g);
	snoop_each(mover_snoop(groupmover_mover(groupwork_mover(w))),
	    (uint32_t)(now / CLOCK_S), on_fact, &g);
	if (g.count > 0)
		qsort(g.stations, g.count, sizeof(*g.stations), by_station);
	if (g.fact_count > 0)
		qsort(g.facts, g.fact_count, sizeof(*g.facts), by_fact);
	for (size_t i = 0; i < g.count; i++)
		if (place_of(w, g.stations[i].member, place))
			(void)mirror_add(m, place, &g.stations[i].key);
	for (size_t i = 0; i < g.fact_count; i++)
		if (place_of(w, g.facts[i].member, place))
			(void)mirror_add_address(m, place, &g.facts[i]);
	free(g.stations);
	free(g.facts);
}

void
netmirror_gather(const struct netenact *n, struct mirror *m, mono_ns now)
{
	const struct groupwork *w;
	size_t at = 0;

	while ((w = netenact_next(n, &at)) != NULL)
		gather_group(w, m, now);
}

/* ---- what has come ---- */

static bool
is_remote(const char *place)
{
	const char *tunnel = strrchr(place, ' ');

	return tunnel != NULL && tunnel[1] != '\0';
}

size_t
netmirror_count(const struct mirror *m, size_t *addresses)
{
	const struct mirror_station *s;
	const struct mirror_address *a;
	size_t count, stations = 0;

	*addresses = 0;
	s = mirror_stations(m, &count);
	for (size_t i = 0; i < count; i++)
		stations += is_remote(s[i].place);
	a = mirror_addresses(m, &count);
	for (size_t i = 0; i < count; i++)
		*addresses += is_remote(a[i].place);
	return stations;
}

/* What a place means here. */
struct place {
	const char	*text;		/* the mirror's copy: one for all that are there */
	char		 group[MIRROR_PLACE_MAX];
	const struct groupwork *work;
	unsigned	 member;	/* FDB_NONE: there is no such thing */
};

static void
find_place(const struct netenact *n, const char *text, struct place *p)
{
	const char *tunnel = strrchr(text, ' ');

	if (text == p->text)
		return;
	*p = (struct place){ .text = text, .member = FDB_NONE };
	if (tunnel == NULL)
		return;
	(void)snprintf(p->group, sizeof(p->group), "%.*s",
	    (int)(tunnel - text), text);
	p->work = netenact_group(n, p->group);
	if (p->work != NULL)
		p->member = tunnel[1] == '\0' ? VGROUP_LAN :
		    vgroup_member(groupwork_path(p->work), tunnel + 1);
}

/* Of what is configured that is known here, too. */
static void
put_station(const struct place *p, const struct fdb_key *k)
{
	struct vgroup *g = groupwork_path(p->work);
	struct fdb_station known;

	if (!vgroup_find(g, k, &known) ||
	    (known.pins == 0 && known.member != p->member))
		(void)vgroup_put(g, k, p->member, 0);
}

static void
put_address(const struct place *p, const struct snoop_fact *f, mono_ns now)
{
	struct mover *m = groupmover_mover(groupwork_mover(p->work));
	struct snoop_fact fact = *f;

	fact.member = (uint8_t)p->member;
	if (mover_mirrored(m, &fact, now))
		vgroup_mirrored(groupwork_path(p->work), &fact);
}

void
netmirror_put(const struct netenact *n, const struct mirror *m, mono_ns now,
    void (*remote)(void *arg, const char *group, const struct fdb_key *k),
    void *arg)
{
	const struct mirror_station *s;
	const struct mirror_address *a;
	struct place p = { .text = NULL };
	size_t count;

	s = mirror_stations(m, &count);
	for (size_t i = 0; i < count; i++) {
		find_place(n, s[i].place, &p);
		if (p.member == FDB_NONE)
			continue;
		put_station(&p, &s[i].key);
		if (p.member != VGROUP_LAN)
			remote(arg, p.group, &s[i].key);
	}
	a = mirror_addresses(m, &count);
	for (size_t i = 0; i < count; i++) {
		find_place(n, a[i].place, &p);
		if (p.member != FDB_NONE)
			put_address(&p, &a[i].fact, now);
	}
}
