/* gtmd/migrate/migrelay.c - see migrelay.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migrelay.h"

#include "core/base/err.h"
#include "gtmd/migrate/migask.h"
#include "gtmd/migrate/migfold.h"

bool
migrelay_wanted(const struct migstate *m)
{
	if (m->spec == NULL || m->spec->relay_application == NULL || m->aborting ||
	    m->decided.rescue || m->told.rescue)
		return false;
	return m->phase == MIGSTATE_RELAYING ? !(m->closing && m->close_force) :
	    m->phase == MIGSTATE_DONE && !m->closing;
}

static const char *
words(const struct migask *a)
{
	return a->seen->relay_text != NULL ? a->seen->relay_text : "";
}

bool
migrelay_ask(struct migask *a)
{
	const struct migstate *m = a->m;
	bool wanted = migrelay_wanted(m), done = a->seen->relay == MIGSTEP_RELAY_DONE;

	if (wanted && m->relay == MIGSTATE_RELAY_SHUT && !m->paused) {
		(void)migask_put(a, MIGEVENT_RELAY_BEGUN);
		migevent_say(a->ev, "%s", m->spec->relay_application);
		return true;
	}
	if (!done || m->relay == (wanted ? MIGSTATE_RELAY_OPEN : MIGSTATE_RELAY_SHUT) ||
	    m->relay == MIGSTATE_RELAY_SHUT)
		return false;
	(void)migask_put(a, wanted ? MIGEVENT_RELAY_OPEN : MIGEVENT_RELAY_SHUT);
	migevent_say(a->ev, "%s", words(a));
	return true;
}

int64_t
migrelay_calm_since_ms(const struct migask *a)
{
	int64_t calm = a->seen->calm_since_ms, open = a->m->relay_at_ms;

	if (a->s->relay_application == NULL || calm == 0)
		return calm;
	if (a->m->relay != MIGSTATE_RELAY_OPEN)
		return 0;
	return calm > open ? calm : open;
}

bool
migrelay_is_gone(const struct migask *a, bool force)
{
	return a->m->relay == MIGSTATE_RELAY_SHUT ||
	    (force && a->seen->relay == MIGSTEP_RELAY_FAILED);
}

int
migrelay_fold(struct migfold *f)
{
	static const struct { enum migevent_kind kind; enum migstate_relay to; } moves[] = {
		{ MIGEVENT_RELAY_BEGUN, MIGSTATE_RELAY_BEGUN },
		{ MIGEVENT_RELAY_OPEN, MIGSTATE_RELAY_OPEN },
		{ MIGEVENT_RELAY_SHUT, MIGSTATE_RELAY_SHUT },
	};
	struct migstate *m = f->m;
	size_t i = 0;

	while (moves[i].kind != f->ev->kind)
		i++;
	if (m->relay == moves[i].to || (m->relay == MIGSTATE_RELAY_SHUT) !=
	    (f->ev->kind == MIGEVENT_RELAY_BEGUN))
		return err_set(f->e, ERR_CONFLICT, "the relay is %s",
		    migstate_relay_name(m->relay));
	m->relay = moves[i].to;
	m->relay_at_ms = f->at_ms;
	return 0;
}
