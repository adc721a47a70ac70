/* gtmd/migrate/migwait.c - see migwait.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migwait.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define CLOCK_MAX	16

/* "07:54:20Z" */
static const char *
clock_of(int64_t at_ms, char text[CLOCK_MAX])
{
	time_t t = (time_t)(at_ms / 1000);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(text, CLOCK_MAX, "%H:%M:%SZ", &tm) == 0)
		text[0] = '\0';
	return text;
}

static uint32_t
longest(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void
say_preparing(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	const struct migspec *s = m->spec;
	uint32_t ttl_s = longest(s->before.from_ttl_s, s->before.to_ttl_s);
	char until[CLOCK_MAX];

	if (!m->checked)
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "%s", m->check_why);
	else if (m->low_since_ms != 0 && s->ttl_s < ttl_s)
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "answers with the TTL of before may be "
		    "in caches until %s",
		    clock_of(m->low_since_ms + (int64_t)ttl_s * 1000, until));
}

/* Those that name a site that users are no longer sent to. */
static void
say_caches(const struct migstate *m, uint32_t ttl_before_s, const char *site,
    char text[MIGEVENT_TEXT_MAX])
{
	uint32_t ttl_s = m->spec->ttl_s != 0 ? m->spec->ttl_s : ttl_before_s;
	char until[CLOCK_MAX];

	(void)snprintf(text, MIGEVENT_TEXT_MAX, "answers for the %s site may be in caches "
	    "until %s", site, clock_of(m->told_at_ms + (int64_t)ttl_s * 1000, until));
}

static void
say_relaying(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	const struct migspec *s = m->spec;
	char until[CLOCK_MAX];

	if (s->relay_application != NULL)
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "until late connections have been "
		    "%" PRIu32 " or fewer for %" PRIu32 " s", s->residual_threshold,
		    s->residual_window_s);
	else
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "late connections, which nobody counts, "
		    "have until %s", clock_of(m->phase_at_ms +
		    (int64_t)s->residual_window_s * 1000, until));
}

void
migwait_say(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	text[0] = '\0';
	if (m->spec == NULL || m->paused || m->aborting)
		return;
	switch (m->phase) {
	case MIGSTATE_PREPARING:
		say_preparing(m, text);
		break;
	case MIGSTATE_DRAINING:
		say_caches(m, m->spec->before.from_ttl_s, "old", text);
		break;
	case MIGSTATE_RELAYING:
		say_relaying(m, text);
		break;
	case MIGSTATE_ROLLING_BACK:
		if (migstate_busy(m) == 0 && migstate_away(m, MIGSTATE_FROM) == 0 &&
		    m->top_share > 0)
			say_caches(m, m->spec->before.to_ttl_s, "new", text);
		break;
	case MIGSTATE_PLANNED:
	case MIGSTATE_MOVING:
	case MIGSTATE_DONE:
	case MIGSTATE_CLOSED:
	case MIGSTATE_ROLLED_BACK:
	case MIGSTATE_ABORTED:
		break;
	}
}
