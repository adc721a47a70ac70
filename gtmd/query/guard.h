/* gtmd/query/guard.h - what a reply may be to somebody whose address is not proven.
 *
 * Around the answer: reads the asker's cookie and gives the next one, and holds
 * answers by UDP to the rate limit. A good cookie, and TCP, is proof. Layer:
 * gtmd. SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_GUARD_H
#define GTMD_QUERY_GUARD_H

#include <stdbool.h>

#include "gtmd/query/answer.h"
#include "gtmd/query/cookie.h"
#include "gtmd/query/question.h"
#include "gtmd/query/world.h"

/* What guard_open and guard_close come to where there is something to do. */
enum cookie_kind guard_read(const struct answer *a, const struct question *q,
    struct reply *r);
bool guard_hold(struct answer *a, const struct question *q, struct reply *r);

/* Of the opened reply: what the question's cookie proves; puts the cookie that
 * goes back into r. */
static inline enum cookie_kind
guard_open(const struct answer *a, const struct question *q, struct reply *r)
{
	return q->cookie_len == 0 ? COOKIE_NONE : guard_read(a, q, r);
}

/* Of the filled reply: lets it be, and always what is no larger than its query;
 * makes it smaller (TC, or BADCOOKIE for who knows cookies, RFC 7873 5.2.3; an
 * error without what informs), or returns false: say nothing. */
static inline bool
guard_close(struct answer *a, const struct question *q, struct reply *r,
    enum cookie_kind proof)
{
	/* No record, no option: no larger than the question. */
	return a->limit == NULL || (r->w.off <= q->end && !q->edns) ||
	    proof == COOKIE_GOOD || a->settings->limit.rate == 0 ||
	    guard_hold(a, q, r);
}

#endif
