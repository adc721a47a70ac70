/* monitors/sched_doubt.c - see sched_doubt.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sched_doubt.h"

#include "core/base/log.h"
#include "monitors/instance.h"
#include "monitors/sched_inside.h"

/* At once, whatever is in flight: there are few. */
static void
ask_control(void *arg, struct instance *i)
{
	struct sched *s = arg;

	if (i->step == INSTANCE_RUNNING || !instance_can_be_asked(i))
		return;
	if (i->step == INSTANCE_IDLE)
		sched_enqueue(s, i);
	sched_start(s, i);
}

static void
release(void *arg, struct instance *i, const struct probe_result *r,
    bool believed)
{
	(void)arg;
	if (believed)
		sched_deliver(i, r);
	else if (r != NULL)
		sched_withhold(i, r);
}

static void
on_lost(void *arg)
{
	struct sched *s = arg;
	struct instance *i;
	size_t at = 0;

	while ((i = map_next(&s->instances, &at, NULL)) != NULL)
		for (; i != NULL; i = i->next)
			suspect_stand(&s->suspect, i);
}

/* What was missed while nothing was in sight is nobody's fault. */
static void
on_clear(void *arg)
{
	struct sched *s = arg;
	struct instance *i;
	size_t at = 0;

	while ((i = map_next(&s->instances, &at, NULL)) != NULL)
		for (; i != NULL; i = i->next) {
			if (i->health.state == HEALTH_DOWN)
				continue;
			i->health.bad = 0;
			i->health.last_good_ns = loop_now_ns(s->loop);
		}
}

static void
on_doubt(void *arg)
{
	struct sched *s = arg;

	suspect_view(&s->suspect, &s->stats.doubt);
	if (s->doubt != NULL)
		s->doubt(s->doubt_arg);
}

static const struct suspect_host suspect_host = {
	.ask = ask_control, .release = release, .lost = on_lost,
	.clear = on_clear, .changed = on_doubt,
};

void
sched_doubt_init(struct sched *s, const struct sched_config *c)
{
	struct suspect_host host = suspect_host;

	host.arg = s;
	suspect_init(&s->suspect, &host);
	s->doubt = c->doubt;
	s->doubt_arg = c->doubt_arg;
	wallclock_init(&s->wall, loop_clock(s->loop));
}

bool
sched_doubt_clock(struct sched *s)
{
	int64_t by_s;
	bool odd = !wallclock_look(&s->wall, loop_clock(s->loop), &by_s);

	if (odd && !s->wall_odd)
		log_at(LOG_ERROR, "monitor", "-", "clock-leapt", "days=%lld "
		    "certificates=not-judged",
		    (long long)(by_s / WALLCLOCK_LEAP_S));
	if (!odd && s->wall_odd)
		log_at(LOG_WARNING, "monitor", "-", "clock-believed", "%s", "");
	s->wall_odd = odd;
	return !odd;
}
