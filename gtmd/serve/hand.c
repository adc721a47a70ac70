/* gtmd/serve/hand.c - see hand.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/hand.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/query/ratelimit.h"
#include "gtmd/serve/resolvers.h"

#define TURN_NS	100000	/* the shortest that there is; default 2.8 ms */

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

/* The system's struct sched_attr (sched_setattr(2)), whose header does not go
 * with the C library's. */
struct turns {
	uint32_t size, policy;
	uint64_t flags;
	int32_t	 nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

/* Who asks for short turns is given them sooner (Linux 6.12 and later; before,
 * that is ignored): a thread that computes for long, ours or another's, is put
 * aside when a query comes. Whoever gave us another policy (real time) knows
 * why: it stays. */
static void
ask_for_short_turns(void)
{
	struct turns t = {
		.size = sizeof(t), .policy = SCHED_OTHER,
		.nice = getpriority(PRIO_PROCESS, 0), .runtime_ns = TURN_NS,
	};

	if (sched_getscheduler(0) == SCHED_OTHER)
		(void)syscall(SYS_sched_setattr, 0, &t, 0);
}

void
hand_settle(void)
{
	/* The system's default would make 100 us of 50. */
	(void)prctl(PR_SET_TIMERSLACK, 1000);
	ask_for_short_turns();
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
