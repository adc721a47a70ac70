/* gtmd/migrate/migstate.c - see migstate.h. What an event makes of the whole is
 * migwhole's, and of a host migfold's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migstate.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/migrate/migfold.h"
#include "gtmd/migrate/migwhole.h"

#define X(phase, word) word,
static const char *const phase_words[] = { MIGSTATE_PHASES(X) };
static const char *const host_phase_words[] = { MIGSTATE_HOST_PHASES(X) };
#undef X
#define X(state, word) word,
static const char *const relay_words[] = { MIGSTATE_RELAYS(X) };
#undef X
static const char *const place_words[] = { "from", "to", "unknown" };

const char *
migstate_phase_name(enum migstate_phase p)
{
	return phase_words[p];
}

const char *
migstate_host_phase_name(enum migstate_host_phase p)
{
	return host_phase_words[p];
}

const char *
migstate_place_name(enum migstate_place p)
{
	return place_words[p];
}

const char *
migstate_relay_name(enum migstate_relay r)
{
	return relay_words[r];
}

struct migstate *
migstate_new(void)
{
	struct migstate *m = mem_zalloc(1, sizeof(*m));

	m->magic = MIGSTATE_MAGIC;
	return m;
}

void
migstate_free(struct migstate **pm)
{
	struct migstate *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MIGSTATE_MAGIC);
	migspec_free(&m->spec);
	free(m->turn);
	free(m->host);
	m->magic = 0;
	free(m);
}

/* --- questions ------------------------------------------------------------ */

bool
migstate_final(const struct migstate *m)
{
	return m->phase == MIGSTATE_CLOSED || m->phase == MIGSTATE_ROLLED_BACK ||
	    m->phase == MIGSTATE_ABORTED;
}

bool
migstate_under_way(const struct migstate *m)
{
	return m->phase != MIGSTATE_PLANNED && !migstate_final(m);
}

bool
migstate_goes_back(const struct migstate *m)
{
	return m->phase == MIGSTATE_ROLLING_BACK || m->phase == MIGSTATE_ROLLED_BACK;
}

static size_t
host_count(const struct migstate *m)
{
	return m->spec != NULL ? m->spec->host_count : 0;
}

size_t
migstate_busy(const struct migstate *m)
{
	size_t busy = 0;

	for (size_t i = 0; i < host_count(m); i++)
		busy += m->host[i].activity != MIGSTATE_IDLE;
	return busy;
}

size_t
migstate_at(const struct migstate *m, enum migstate_place place)
{
	size_t count = 0;

	for (size_t i = 0; i < host_count(m); i++)
		count += m->host[i].place == place;
	return count;
}

size_t
migstate_away(const struct migstate *m, enum migstate_place place)
{
	size_t count = 0;

	for (size_t i = 0; i < host_count(m); i++)
		count += m->host[i].phase != MIGSTATE_HOST_SKIPPED &&
		    m->host[i].place != place;
	return count;
}

size_t
migstate_skipped(const struct migstate *m)
{
	size_t count = 0;

	for (size_t i = 0; i < host_count(m); i++)
		count += m->host[i].phase == MIGSTATE_HOST_SKIPPED;
	return count;
}

bool
migstate_settled(const struct migstate *m)
{
	return m->settled == m->decisions && !m->diverged;
}

/* A host works where it is until the moment of change, and again when it has
 * been looked at; who failed after the move does not. */
static bool
works_at(const struct migstate_host *h, enum migstate_place site)
{
	if (h->place != site)
		return false;
	switch (h->phase) {
	case MIGSTATE_HOST_WAITING:
	case MIGSTATE_HOST_THERE:
	case MIGSTATE_HOST_STORAGE:
	case MIGSTATE_HOST_MEMORY:
		return true;
	case MIGSTATE_HOST_ANNOUNCING:
	case MIGSTATE_HOST_VERIFYING:
		return false;
	case MIGSTATE_HOST_SKIPPED:
		return h->able;
	case MIGSTATE_HOST_FAILED:
		break;
	}
	return site == (h->back ? MIGSTATE_TO : MIGSTATE_FROM);
}

static uint64_t
sum_at(const struct migstate *m, enum migstate_place site, const bool *dead, bool skipped)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < host_count(m); i++)
		if ((dead == NULL || !dead[i]) && works_at(&m->host[i], site) &&
		    (skipped || m->host[i].phase != MIGSTATE_HOST_SKIPPED))
			sum += m->spec->hosts[i].capacity;
	return sum;
}

uint64_t
migstate_capacity(const struct migstate *m, enum migstate_place site, const bool *dead)
{
	return sum_at(m, site, dead, true);
}

uint64_t
migstate_part(const struct migstate *m, enum migstate_place site, const bool *dead)
{
	return sum_at(m, site, dead, false);
}

uint64_t
migstate_whole(const struct migstate *m)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < host_count(m); i++)
		if (m->host[i].phase != MIGSTATE_HOST_SKIPPED)
			sum += m->spec->hosts[i].capacity;
	return sum;
}

/* --- events --------------------------------------------------------------- */

int
migstate_fold(struct migstate *m, struct migevent *ev, struct err *e)
{
	struct migfold f = { .m = m, .ev = ev, .e = e,
	    .at_ms = ev->at_ms > m->at_ms ? ev->at_ms : m->at_ms };
	bool tells = migwhole_tells(ev->kind);
	int rc;

	OBJ_CHECK(m, MIGSTATE_MAGIC);
	if (m->phase == MIGSTATE_PLANNED && ev->kind != MIGEVENT_BEGUN)
		rc = err_set(e, ERR_CONFLICT, "it has not begun");
	else if (migstate_final(m) && !tells)
		rc = err_set(e, ERR_CONFLICT, "it is %s", phase_words[m->phase]);
	else
		rc = migwhole_fold(&f);
	if (rc != 0)
		return err_wrap(e, "event %s", migevent_name(ev->kind));
	m->at_ms = f.at_ms;
	m->events++;
	return 0;
}

/* By a copy, which has everything but the values of the run. */
int
migstate_fits(const struct migstate *m, const struct migevent *ev, struct err *e)
{
	struct migevent event = *ev;
	struct migstate *copy = mem_dup(m, sizeof(*m));
	int rc;

	if (m->host != NULL)
		copy->host = mem_dup(m->host, m->spec->host_count * sizeof(*m->host));
	if (m->turn != NULL)
		copy->turn = mem_dup(m->turn, m->spec->host_count * sizeof(*m->turn));
	rc = migstate_fold(copy, &event, e);
	copy->spec = NULL;
	migstate_free(&copy);
	return rc;
}
