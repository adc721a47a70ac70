/* gtmd/query/guard.c - see guard.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/guard.h"

#include <stdint.h>

#include "core/base/clock.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/ratelimit.h"

enum cookie_kind
guard_read(const struct answer *a, const struct question *q, struct reply *r)
{
	static const uint8_t stat[] = {
		[COOKIE_HALF] = STATS_COOKIE_HALF,
		[COOKIE_BAD] = STATS_COOKIE_BAD,
		[COOKIE_GOOD] = STATS_COOKIE_GOOD,
	};
	const struct world_settings *s = a->settings;
	enum cookie_kind kind;
	struct addr from;
	uint32_t now_s;

	if (!s->cookies)
		return COOKIE_NONE;
	now_s = (uint32_t)clock_real(a->clock);
	asker_resolver(&a->asker, &from);
	kind = cookie_check(&s->secrets, &from, now_s, q->cookie,
	    q->cookie_len);
	if (kind == COOKIE_NONE)
		return kind;
	cookie_make(&s->secrets, &from, now_s, q->cookie, r->cookie_octets);
	r->cookie = true;
	stats_add(a->stats, stat[kind], 1);
	return kind;
}

/* Random names below a wildcard, or without any answer, are all one thing to
 * ask for: a spoofer makes them up at no cost. */
static uint64_t
kind_of(const struct question *q, const struct reply *r)
{
	if (r->answer > 0 && !r->made)
		return q->hash ^ (uint64_t)q->type << 32;
	return (uint64_t)r->rcode << 1 | (r->answer > 0);
}

/* Leaves what an unproven asker may have. */
static void
cut(const struct question *q, struct reply *r)
{
	if (r->cookie) {
		reply_truncate(r, q);
		r->tc = r->aa = false;
		r->rcode = RCODE_BADCOOKIE;
	} else if (r->w.off > q->end) {
		reply_truncate(r, q);
	}
	r->bare = true;
}

/* What it was cut to goes out where a spoofer wins no octet by it. That holds
 * of TC, too, but each one makes somebody connect. */
static bool
shrink(const struct answer *a, const struct question *q, struct reply *r,
    enum ratelimit_word word)
{
	cut(q, r);
	if (word != RATELIMIT_SLIP &&
	    (r->tc || reply_size(r, q, a->settings) > q->size)) {
		stats_add(a->stats, STATS_LIMIT_DROPPED, 1);
		return false;
	}
	stats_add(a->stats, STATS_LIMIT_SLIPPED, 1);
	return true;
}

bool
guard_hold(struct answer *a, const struct question *q, struct reply *r)
{
	enum ratelimit_word word;
	struct addr from;

	if (reply_size(r, q, a->settings) <= q->size)
		return true;
	asker_resolver(&a->asker, &from);
	word = ratelimit_ask(a->limit, &a->settings->limit, &from,
	    kind_of(q, r), a->now);
	return word == RATELIMIT_PASS || shrink(a, q, r, word);
}
