/* gtmd/serve/hand.c - see hand.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/hand.h"

#include <sys/prctl.h>
#include <time.h>

#include "core/base/clock.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/query/ratelimit.h"
#include "gtmd/serve/resolvers.h"

void
hand_open(struct hand *h)
{
	*h = (struct hand){
		.answer.tally = tally_open(),
		.answer.stats = stats_open(),
		.answer.seen = resolvers_open(),
		.answer.limit = ratelimit_new(),
		.answer.clock = &clock_system,
		.answer.asker.log = decision_log_open(),
	};
}

void
hand_close(struct hand *h)
{
	tally_close(&h->answer.tally);
	stats_close(&h->answer.stats);
	ratelimit_free(&h->answer.limit);
	resolvers_close(&h->answer.seen);
	decision_log_close(&h->answer.asker.log);
}

void
hand_settle(void)
{
	/* The system's default would make 100 us of 50. */
	(void)prctl(PR_SET_TIMERSLACK, 1000);
}

/* What the calling thread has used of its processor. */
static dur_ns
cpu_time(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (dur_ns)t.tv_sec * CLOCK_S + (dur_ns)t.tv_nsec;
}

void
hand_rest(struct hand *h, unsigned n, unsigned max_us)
{
	struct timespec t = { 0 };

	if (max_us == 0)
		return;
	t.tv_nsec = coalesce_nap(&h->coalesce, n, clock_mono(&clock_system),
	    max_us * 1000);
	if (coalesce_is_due(&h->coalesce))
		coalesce_weigh(&h->coalesce, cpu_time());
	if (t.tv_nsec == 0)
		return;
	(void)nanosleep(&t, NULL);
	coalesce_woke(&h->coalesce, clock_mono(&clock_system));
}
