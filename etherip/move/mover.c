/* etherip/move/mover.c - see mover.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/mover.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/announcer.h"
#include "etherip/move/herald.h"
#include "etherip/move/movelog.h"
#include "etherip/move/mover_inside.h"
#include "etherip/move/mover_search.h"
#include "etherip/move/places.h"
#include "etherip/move/rollcall.h"

#define SWEEP_NS	CLOCK_S
#define SWEEP_SETS	64u	/* at a time: round in some two minutes */

struct mover *
mover_new(const struct movepath *path, void *arg,
    const struct movepath_settings *s)
{
	struct mover *m = mem_zalloc(1, sizeof(*m));

	m->magic = MOVER_MAGIC;
	m->path = *path;
	m->arg = arg;
	m->snoop = snoop_new(&(struct snoop_config){ SNOOP_LIMIT,
	    s->snoop_ageing_s });
	m->herald = (struct herald){ .path = &m->path, .arg = arg,
	    .settings = &m->settings, .snoop = m->snoop };
	m->dampening = dampening_new(&s->dampening);
	m->freezer = freezer_new();
	m->announcer = announcer_new();
	m->places = places_new();
	mover_set(m, s);
	return m;
}

void
mover_free(struct mover **pm)
{
	struct mover *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MOVER_MAGIC);
	places_free(&m->places);
	rollcall_fini(&m->roll);
	announcer_free(&m->announcer);
	freezer_free(&m->freezer);
	dampening_free(&m->dampening);
	snoop_free(&m->snoop);
	m->magic = 0;
	free(m);
}

void
mover_set(struct mover *m, const struct movepath_settings *s)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	m->settings = *s;
	dampening_set(m->dampening, &s->dampening);
	snoop_set_ageing(m->snoop, s->snoop_ageing_s);
}

static uint32_t
seconds(mono_ns now)
{
	return (uint32_t)(now / CLOCK_S);
}

void
mover_tell(struct mover *m, const struct moveevent *e)
{
	movelog_add(&m->log, e);
	m->path.event(m->path.event_arg, e);
}

/* ---- moves ---- */

/* Where it is is known from itself, or somebody said so: then switches there may still believe
 * it to be elsewhere, and only what is asked aloud comes through them. */
static void
follow(struct mover *m, const struct fdb_key *k, enum moveevent_how how,
    mono_ns now)
{
	unsigned parts = ANNOUNCER_TELL;

	if (how == MOVEEVENT_TOLD)
		parts |= ANNOUNCER_ASK | ANNOUNCER_ALOUD;
	else if (m->settings.keepalive)
		parts |= ANNOUNCER_ASK;
	announcer_start(m->announcer, k, parts, now);
}

void
mover_note_move(struct mover *m, struct moveevent *e)
{
	e->what = MOVEEVENT_MOVED;
	m->counts.moves++;
	places_moved(m->places, &e->key, e->from, e->to, e->at);
	mover_tell(m, e);
	follow(m, &e->key, e->how, e->at);
}

static void
damp(struct mover *m, const struct fdb_key *k, unsigned at, mono_ns now)
{
	struct moveevent e = { .what = MOVEEVENT_DAMPED,
	    .how = MOVEEVENT_SEEN, .key = *k, .from = at, .to = at,
	    .at = now };

	m->counts.damped++;
	(void)m->path.pin(m->arg, k, FDB_DAMPED, 0);
	announcer_stop(m->announcer, k);
	mover_tell(m, &e);
}

void
mover_came(struct mover *m, const struct fdb_key *k, unsigned member,
    mono_ns now)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	if (!mover_search_heard(m, k, member, now))
		places_came(m->places, k, member, now);
}

void
mover_moved(struct mover *m, const struct fdb_key *k, unsigned from,
    unsigned to, mono_ns now)
{
	struct moveevent e = { .how = MOVEEVENT_SEEN, .key = *k,
	    .from = from, .to = to, .at = now };
	const struct places_place *p;

	OBJ_CHECK(m, MOVER_MAGIC);
	if (mover_search_heard(m, k, to, now))
		return;
	if (from == FDB_NONE && (p = places_find(m->places, k)) != NULL)
		e.from = p->member;
	mover_note_move(m, &e);
	if (dampening_moved(m->dampening, k, now))
		damp(m, k, to, now);
}

void
mover_snooped(struct mover *m, const struct snoop_fact *f, mono_ns now)
{
	struct snoop_fact known = *f;
	const struct fdb_key k = { f->mac, f->vlan };

	OBJ_CHECK(m, MOVER_MAGIC);
	known.seen_s = seconds(now);
	(void)snoop_learn(m->snoop, &known, NULL);
	(void)mover_search_heard(m, &k, f->member, now);
}

bool
mover_mirrored(struct mover *m, const struct snoop_fact *f, mono_ns now)
{
	struct snoop_fact known;

	OBJ_CHECK(m, MOVER_MAGIC);
	if (snoop_find(m->snoop, &f->ip, f->vlan, seconds(now), &known) &&
	    known.seen_s > f->seen_s)
		return false;
	return snoop_learn(m->snoop, f, NULL) != SNOOP_NO_FACT;
}

/* ---- time ---- */

static void
say_what_is_due(struct mover *m, mono_ns now)
{
	struct fdb_key k;
	unsigned parts, at;

	while ((parts = announcer_due(m->announcer, now, &k)) != 0) {
		at = m->path.find(m->arg, &k);
		if (at == FDB_NONE) {
			announcer_stop(m->announcer, &k);
			continue;
		}
		if ((parts & ANNOUNCER_TELL) != 0)
			herald_tell(&m->herald, &k, at, now);
		if ((parts & ANNOUNCER_ASK) != 0)
			herald_ask(&m->herald, &k, at,
			    (parts & ANNOUNCER_ALOUD) != 0, now);
	}
}

struct joining {
	struct rollcall *roll;
	unsigned member;
	mono_ns	 now;
};

static void
enrol(void *arg, const struct fdb_key *k, unsigned member)
{
	const struct joining *j = arg;
	const struct rollcall_entry e = { *k, j->member };

	if (member == MOVEPATH_LAN)
		rollcall_add(j->roll, &e, j->now);
}

static void
enrol_all(struct mover *m, unsigned member, mono_ns now)
{
	struct joining j = { &m->roll, member, now };

	rollcall_cancel(&m->roll, member);
	m->path.each(m->arg, enrol, &j);
}

static void
enrol_again(struct mover *m, mono_ns now)
{
	if (m->roll_again == 0 || now < m->roll_again_at)
		return;
	for (unsigned member = 0; member < FDB_MEMBERS_MAX; member++)
		if ((m->roll_again >> member & 1) != 0)
			enrol_all(m, member, now);
	m->roll_again = 0;
}

static void
call_the_roll(struct mover *m, mono_ns now)
{
	struct rollcall_entry e;

	enrol_again(m, now);
	while (rollcall_due(&m->roll, now, &e))
		if (m->path.find(m->arg, &e.key) == MOVEPATH_LAN)
			herald_tell_one(&m->herald, &e.key, MOVEPATH_LAN,
			    e.member, now);
}

static void
release_the_damped(struct mover *m, mono_ns now)
{
	struct moveevent e = { .what = MOVEEVENT_RELEASED,
	    .how = MOVEEVENT_TIME, .at = now };

	while (dampening_release(m->dampening, now, &e.key)) {
		(void)m->path.pin(m->arg, &e.key, 0, FDB_DAMPED);
		e.from = e.to = m->path.find(m->arg, &e.key);
		mover_tell(m, &e);
	}
}

void
mover_joined(struct mover *m, unsigned member, mono_ns now)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	assert(member < FDB_MEMBERS_MAX);
	enrol_all(m, member, now);
	m->roll_again |= UINT64_C(1) << member;
	m->roll_again_at = now + ROLLCALL_AGAIN_NS;
}

void
mover_left(struct mover *m, unsigned member)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	assert(member < FDB_MEMBERS_MAX);
	rollcall_cancel(&m->roll, member);
	m->roll_again &= ~(UINT64_C(1) << member);
}

void
mover_tick(struct mover *m, mono_ns now)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	mover_search_tick(m, now);
	say_what_is_due(m, now);
	call_the_roll(m, now);
	release_the_damped(m, now);
	if (now >= m->sweep) {
		(void)snoop_sweep(m->snoop, SWEEP_SETS, seconds(now));
		m->sweep = now + SWEEP_NS;
	}
}

static mono_ns
sooner(mono_ns a, mono_ns b)
{
	return a < b ? a : b;
}

mono_ns
mover_next(const struct mover *m)
{
	mono_ns next = sooner(freezer_next(m->freezer),
	    sooner(announcer_next(m->announcer),
	    sooner(rollcall_next(&m->roll),
	    dampening_next(m->dampening))));

	if (m->roll_again != 0)
		next = sooner(next, m->roll_again_at);
	return snoop_count(m->snoop) > 0 ? sooner(next, m->sweep) : next;
}

/* ---- what operators ask for ---- */

int
mover_freeze(struct mover *m, const struct mover_freeze *f, mono_ns now,
    struct mover_frozen *out, struct err *e)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	return mover_search_begin(m, f, now, out, e);
}

static int
no_station(struct err *e, int code, const struct fdb_key *k, const char *what)
{
	char mac[MACADDR_TEXT_MAX];

	return err_set(e, code, "%s: %s", macaddr_format(k->mac, mac), what);
}

int
mover_thaw(struct mover *m, const struct fdb_key *k, mono_ns now,
    struct err *e)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	return mover_search_end(m, k, now) ? 0 :
	    no_station(e, ERR_NOTFOUND, k, "is not frozen");
}

int
mover_announce(struct mover *m, const struct fdb_key *k, mono_ns now,
    struct err *e)
{
	OBJ_CHECK(m, MOVER_MAGIC);
	if (m->path.find(m->arg, k) == FDB_NONE)
		return no_station(e, ERR_NOTFOUND, k, "nobody knows where it "
		    "is; move says so");
	follow(m, k, MOVEEVENT_TOLD, now);
	return 0;
}

void
mover_claim(struct mover *m, const struct fdb_key *k, mono_ns now)
{
	unsigned at = m->path.find(m->arg, k);

	OBJ_CHECK(m, MOVER_MAGIC);
	if (at != FDB_NONE && at != MOVEPATH_LAN)
		herald_tell_one(&m->herald, k, at, MOVEPATH_LAN, now);
}

int
mover_move(struct mover *m, const struct fdb_key *k, unsigned member,
    mono_ns now, struct err *e)
{
	struct moveevent event = { .how = MOVEEVENT_TOLD, .key = *k,
	    .from = m->path.find(m->arg, k), .to = member, .at = now };

	OBJ_CHECK(m, MOVER_MAGIC);
	if (member >= FDB_MEMBERS_MAX ||
	    (m->path.members(m->arg) >> member & 1) == 0)
		return no_station(e, ERR_REF, k, "that member is not up");
	if (!mover_search_settle(m, k, member, now, &event.frozen_ns))
		return no_station(e, ERR_BUSY, k, "there is no room for it in "
		    "the table of stations");
	if (event.from != member)
		mover_note_move(m, &event);
	else
		follow(m, k, MOVEEVENT_TOLD, now);
	return 0;
}

/* ---- what is on record ---- */

void
mover_where(const struct mover *m, const struct fdb_key *k,
    struct mover_where *out)
{
	const struct places_place *p = places_find(m->places, k);
	const struct freezer_station *s = freezer_find(m->freezer, k);

	OBJ_CHECK(m, MOVER_MAGIC);
	*out = (struct mover_where){ .key = *k, .before = FDB_NONE,
	    .member = m->path.find(m->arg, k),
	    .frozen = s != NULL && s->to == FDB_NONE,
	    .damped = dampening_holds(m->dampening, k) };
	if (p == NULL)
		return;
	out->moves = p->moves;
	out->before = p->before;
	out->since_known = p->member == out->member;
	out->since = p->since;
}

bool
mover_resolve(const struct mover *m, const struct addr *ip, uint16_t vlan,
    mono_ns now, struct fdb_key *out)
{
	struct snoop_fact f;

	OBJ_CHECK(m, MOVER_MAGIC);
	if (!snoop_find(m->snoop, ip, vlan, seconds(now), &f))
		return false;
	*out = (struct fdb_key){ f.mac, f.vlan };
	return true;
}

struct snoop *
mover_snoop(struct mover *m)
{
	return m->snoop;
}

const struct moveevent *
mover_recent(const struct mover *m, size_t back)
{
	return movelog_get(&m->log, back);
}

void
mover_counts(const struct mover *m, struct mover_counts *out)
{
	*out = m->counts;
	out->asked = m->herald.asked;
	out->told = m->herald.told;
}
