/* etherip/bpf/bpfstation.c - see bpfstation.h.
 *
 * Counts are kept by whoever puts an entry in or takes it out, in memory that the programs
 * count in, too. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfstation.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "etherip/bpf/bpfmap.h"
#include "etherip/frame/macaddr.h"

struct bpfkey_station
bpfstation_key(const struct fdb_key *k)
{
	struct bpfkey_station s = { .vlan = k->vlan };

	macaddr_put(s.mac, k->mac);
	return s;
}

struct fdb_key
bpfstation_of(const struct bpfkey_station *s)
{
	return (struct fdb_key){ macaddr_get(s->mac), s->vlan };
}

uint32_t
bpfstation_now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint32_t)now.tv_sec;
}

static bool
is_old(const struct bpfstation_table *t, const struct bpfkey_known *k)
{
	return t->ageing_s != 0 && k->pins == 0 &&
	    (int32_t)(bpfstation_now_s() - k->seen_s) >= (int32_t)t->ageing_s;
}

static uint32_t *
counter(const struct bpfstation_table *t, unsigned at)
{
	if (at == BPFKEY_LAN)
		return &t->shared->at_lan[t->group];
	return &t->shared->at_slot[(at - 1) % BPFKEY_SLOTS];
}

static void
count(const struct bpfstation_table *t, unsigned at, int by)
{
	__atomic_fetch_add(&t->shared->stations[t->group], (uint32_t)by,
	    __ATOMIC_RELAXED);
	__atomic_fetch_add(counter(t, at), (uint32_t)by, __ATOMIC_RELAXED);
}

bool
bpfstation_find(const struct bpfstation_table *t, const struct fdb_key *k,
    struct bpfkey_known *out)
{
	struct bpfkey_station s = bpfstation_key(k);

	return bpfmap_look(t->fd, &s, out) == 0 && !is_old(t, out);
}

static bool
take_out(const struct bpfstation_table *t, const struct bpfkey_station *s)
{
	struct bpfkey_known was;

	if (bpfmap_take(t->fd, s, &was) != 0)
		return false;
	count(t, was.at, -1);
	return true;
}

/* Programs may put it in between: then that one goes. */
static bool
put(const struct bpfstation_table *t, const struct bpfkey_station *s,
    const struct bpfkey_known *k)
{
	int why;

	do {
		(void)take_out(t, s);
		why = bpfmap_add(t->fd, s, k);
	} while (why == EEXIST);
	if (why == 0)
		count(t, k->at, 1);
	return why == 0;
}

bool
bpfstation_put(const struct bpfstation_table *t, const struct fdb_key *k,
    unsigned at, unsigned pins)
{
	const struct bpfkey_station s = bpfstation_key(k);
	const struct bpfkey_known now = { .seen_s = bpfstation_now_s(),
	    .at = (uint16_t)at, .pins = (uint8_t)pins };

	return put(t, &s, &now);
}

bool
bpfstation_pin(const struct bpfstation_table *t, const struct fdb_key *k,
    unsigned add, unsigned take)
{
	const struct bpfkey_station s = bpfstation_key(k);
	struct bpfkey_known now;

	if (bpfmap_look(t->fd, &s, &now) != 0)
		return false;
	now.pins = (uint8_t)((now.pins & ~take) | add);
	return put(t, &s, &now);
}

bool
bpfstation_drop(const struct bpfstation_table *t, const struct fdb_key *k)
{
	const struct bpfkey_station s = bpfstation_key(k);

	return take_out(t, &s);
}

/* ---- rounds ---- */

struct round {
	const struct bpfstation_table *t;
	unsigned at;
	size_t	 gone;
	void   (*fn)(void *, const struct bpfkey_station *,
	    const struct bpfkey_known *);
	void	*arg;
};

static bool
flush_one(void *arg, const void *key, const void *value)
{
	struct round *r = arg;
	const struct bpfkey_known *k = value;

	if ((k->pins & FDB_STATIC) == 0 &&
	    (r->at == BPFSTATION_ANY || k->at == r->at) &&
	    take_out(r->t, key))
		r->gone++;
	return true;
}

size_t
bpfstation_flush(const struct bpfstation_table *t, unsigned at)
{
	struct round r = { .t = t, .at = at };

	bpfmap_each(t->fd, flush_one, &r);
	return r.gone;
}

static bool
sweep_one(void *arg, const void *key, const void *value)
{
	struct round *r = arg;

	if (is_old(r->t, value) && take_out(r->t, key))
		r->gone++;
	return true;
}

size_t
bpfstation_sweep(const struct bpfstation_table *t)
{
	struct round r = { .t = t };

	if (t->ageing_s != 0)
		bpfmap_each(t->fd, sweep_one, &r);
	return r.gone;
}

static bool
tell_one(void *arg, const void *key, const void *value)
{
	struct round *r = arg;

	if (!is_old(r->t, value))
		r->fn(r->arg, key, value);
	return true;
}

void
bpfstation_each(const struct bpfstation_table *t,
    void (*fn)(void *arg, const struct bpfkey_station *s,
    const struct bpfkey_known *k), void *arg)
{
	struct round r = { .t = t, .fn = fn, .arg = arg };

	bpfmap_each(t->fd, tell_one, &r);
}

uint32_t
bpfstation_count(const struct bpfstation_table *t, unsigned at)
{
	return __atomic_load_n(at == BPFSTATION_ANY ?
	    &t->shared->stations[t->group] : counter(t, at),
	    __ATOMIC_RELAXED);
}
