/* gtmd/migrate/migask.c - see migask.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migask.h"

bool
migask_put(struct migask *a, enum migevent_kind k)
{
	migevent_init(a->ev, k);
	a->ev->at_ms = a->now_ms;
	return true;
}

bool
migask_put_step(struct migask *a, enum migevent_kind k, int host, enum migevent_step step)
{
	const struct migstate_host *h = &a->m->host[host];
	bool begins = k == MIGEVENT_STEP_BEGUN;

	(void)migask_put(a, k);
	a->ev->host = host;
	a->ev->step = step;
	a->ev->back = h->back;
	a->ev->attempt = h->attempts[step][h->back] + begins;
	return true;
}

bool
migask_is_same(const struct migevent_traffic *a, const struct migevent_traffic *b)
{
	return a->share == b->share && a->rescue == b->rescue && a->low_ttl == b->low_ttl;
}

bool
migask_is_settled(const struct migask *a)
{
	return migstate_settled(a->m) &&
	    migask_is_same(&a->target->to, &a->m->decided);
}

uint32_t
migask_timeout_s(const struct migspec *s, enum migevent_step step)
{
	switch (step) {
	case MIGEVENT_STORAGE:
		return s->storage_timeout_s;
	case MIGEVENT_MEMORY:
		return s->memory_timeout_s;
	case MIGEVENT_PREPARE:		/* of one attempt, not of all */
		return s->verify_timeout_s * (((uint32_t)s->host_count +
		    MIGSTEP_CHECKS_AT_ONCE - 1) / MIGSTEP_CHECKS_AT_ONCE);
	case MIGEVENT_ANNOUNCE:
	case MIGEVENT_VERIFY:
	case MIGEVENT_FINISH:
	case MIGEVENT_CANCEL:
	case MIGEVENT_LOCATE:
		break;
	}
	return s->verify_timeout_s;
}

int64_t
migask_deadline(int64_t from_ms, uint32_t timeout_s)
{
	return timeout_s > 0 ? from_ms + (int64_t)timeout_s * 1000 : 0;
}

bool
migask_is_over(int64_t deadline_ms, int64_t now_ms)
{
	return deadline_ms != 0 && now_ms >= deadline_ms;
}
