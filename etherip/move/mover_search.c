/* etherip/move/mover_search.c - see mover_search.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/move/mover_search.h"

#include <assert.h>
#include <stddef.h>

#include "core/base/err.h"
#include "etherip/move/announcer.h"
#include "etherip/move/freezer.h"
#include "etherip/move/herald.h"
#include "etherip/move/mover_inside.h"

/* Frames that wait go where it is now. */
static void
let_go(struct mover *m, const struct freezer_station *s)
{
	if (s->held)
		m->path.release(m->arg, &s->key);
}

/* It is there, and what comes from elsewhere in the next moment does not count. */
static bool
settle(struct mover *m, const struct fdb_key *k, unsigned at, mono_ns now)
{
	bool guarded = freezer_settle(m->freezer, k, at, now);

	dampening_forget(m->dampening, k);
	return m->path.put(m->arg, k, at, guarded ? FDB_FROZEN : 0);
}

static void
found(struct mover *m, const struct fdb_key *k, unsigned at, mono_ns now)
{
	const struct freezer_station s = *freezer_find(m->freezer, k);
	struct moveevent e = { .how = MOVEEVENT_FOUND, .key = *k,
	    .from = s.from, .to = at, .at = now, .frozen_ns = now - s.since };

	m->counts.found++;
	(void)settle(m, k, at, now);
	let_go(m, &s);
	mover_note_move(m, &e);
}

static void
thaw(struct mover *m, const struct freezer_station *s, enum moveevent_how how,
    mono_ns now)
{
	const struct moveevent e = { .what = MOVEEVENT_THAWED, .how = how,
	    .key = s->key, .from = s->from, .to = s->from, .at = now,
	    .frozen_ns = now - s->since };

	freezer_remove(m->freezer, &s->key);
	let_go(m, s);
	mover_tell(m, &e);
}

bool
mover_search_heard(struct mover *m, const struct fdb_key *k, unsigned member,
    mono_ns now)
{
	struct freezer_station s;

	switch (freezer_heard(m->freezer, k, member, now)) {
	case FREEZER_STRANGER:
		return false;
	case FREEZER_NO_NEWS:
		break;
	case FREEZER_TALKS:
		s = *freezer_find(m->freezer, k);
		let_go(m, &s);
		freezer_set_held(m->freezer, k, false);
		break;
	case FREEZER_FOUND:
		found(m, k, member, now);
		break;
	case FREEZER_STAYED:
		m->counts.stayed++;
		s = *freezer_find(m->freezer, k);
		thaw(m, &s, MOVEEVENT_FOUND, now);
		break;
	case FREEZER_STRAY:
		m->counts.strays++;
		s = *freezer_find(m->freezer, k);
		(void)m->path.put(m->arg, k, s.to, FDB_FROZEN);
		break;
	}
	return true;
}

/* ---- time ---- */

/* What came in for it while it was talking has gone to it; now it has been stopped. */
static void
hold_if_silent(struct mover *m, const struct freezer_station *s, mono_ns now)
{
	if (s->hold && !s->held && now - s->heard >= FREEZER_SILENT_NS)
		freezer_set_held(m->freezer, &s->key,
		    m->path.hold(m->arg, &s->key));
}

void
mover_search_tick(struct mover *m, mono_ns now)
{
	struct freezer_station s;
	enum freezer_due due;

	while ((due = freezer_due(m->freezer, now, &s)) != FREEZER_NOTHING) {
		if (due == FREEZER_ASK) {
			hold_if_silent(m, &s, now);
			herald_seek(&m->herald, &s, now);
		} else if (due == FREEZER_SETTLED) {
			(void)m->path.pin(m->arg, &s.key, 0, FDB_FROZEN);
		} else {
			m->counts.unfound++;
			thaw(m, &s, MOVEEVENT_TIME, now);
		}
	}
}

/* ---- what somebody says ---- */

int
mover_search_begin(struct mover *m, const struct mover_freeze *f,
    mono_ns now, struct mover_frozen *out, struct err *e)
{
	const struct freezer_station *was = freezer_find(m->freezer, &f->key);
	struct freezer_station s = { .key = f->key, .until = now + f->for_ns,
	    .hold = f->hold,
	    .from = m->path.find(m->arg, &f->key), .ip_count = f->ip_count };
	struct moveevent event = { .what = MOVEEVENT_FROZEN,
	    .how = MOVEEVENT_TOLD, .key = f->key, .from = s.from,
	    .to = s.from, .at = now };

	assert(f->for_ns > 0 && f->for_ns <= MOVER_FREEZE_MAX_NS);
	for (size_t i = 0; i < f->ip_count; i++)
		s.ips[i] = f->ips[i];
	if (was != NULL && was->to != FDB_NONE)
		(void)m->path.pin(m->arg, &f->key, 0, FDB_FROZEN);
	s.held = was != NULL && was->held;
	/* What is still told of its last move would be taken for its own word elsewhere. */
	announcer_stop(m->announcer, &f->key);
	if (!freezer_add(m->freezer, &s, now))
		return err_set(e, ERR_BUSY, "%d stations are frozen, which is "
		    "all that may be", FREEZER_MAX);
	if (f->hold && !s.held) {
		s.held = m->path.hold(m->arg, &f->key);
		(void)freezer_add(m->freezer, &s, now);
	}
	m->counts.frozen++;
	*out = (struct mover_frozen){ .at = s.from, .held = s.held,
	    .ip_count = herald_addresses(&m->herald, &s, now) };
	mover_tell(m, &event);
	return 0;
}

bool
mover_search_end(struct mover *m, const struct fdb_key *k, mono_ns now)
{
	const struct freezer_station *s = freezer_find(m->freezer, k);
	struct freezer_station copy;

	if (s == NULL || s->to != FDB_NONE)
		return false;
	copy = *s;
	thaw(m, &copy, MOVEEVENT_TOLD, now);
	return true;
}

bool
mover_search_settle(struct mover *m, const struct fdb_key *k, unsigned at,
    mono_ns now, dur_ns *frozen_ns)
{
	const struct freezer_station *s = freezer_find(m->freezer, k);
	struct freezer_station was = { .held = false };
	bool there;

	if (s != NULL && s->to == FDB_NONE) {
		was = *s;
		*frozen_ns = now - was.since;
	}
	there = settle(m, k, at, now);
	if (!there)
		freezer_remove(m->freezer, k);
	let_go(m, &was);
	return there;
}
