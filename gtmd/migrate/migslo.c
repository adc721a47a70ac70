/* gtmd/migrate/migslo.c - see migslo.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migslo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/migrate/migevent.h"

struct sample {
	int64_t		 at_ms;
	uint32_t	 took_ms;
	bool		 ok;
};

struct migslo {
	unsigned	 magic;
#define MIGSLO_MAGIC	0x316a510du
	struct migslo_limits limits;	/* of these words: */
	char		*who, *what;
	struct sample	*ring;		/* MIGSLO_SAMPLES_MAX of them */
	size_t		 first, count;
	uint32_t	*sorted;	/* room for as many times */
};

struct migslo *
migslo_new(const struct migslo_limits *limits)
{
	struct migslo *s = mem_zalloc(1, sizeof(*s));

	s->magic = MIGSLO_MAGIC;
	s->limits = *limits;
	s->limits.who = s->who = mem_strdup(limits->who);
	s->limits.what = s->what = mem_strdup(limits->what);
	s->ring = mem_zalloc(MIGSLO_SAMPLES_MAX, sizeof(*s->ring));
	s->sorted = mem_zalloc(MIGSLO_SAMPLES_MAX, sizeof(*s->sorted));
	return s;
}

void
migslo_free(struct migslo **ps)
{
	struct migslo *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, MIGSLO_MAGIC);
	free(s->who);
	free(s->what);
	free(s->ring);
	free(s->sorted);
	s->magic = 0;
	free(s);
}

static void
drop_first(struct migslo *s)
{
	s->first = (s->first + 1) % MIGSLO_SAMPLES_MAX;
	s->count--;
}

void
migslo_add(struct migslo *s, int64_t now_ms, bool ok, uint32_t took_ms)
{
	OBJ_CHECK(s, MIGSLO_MAGIC);
	if (s->count == MIGSLO_SAMPLES_MAX)
		drop_first(s);
	s->ring[(s->first + s->count++) % MIGSLO_SAMPLES_MAX] =
	    (struct sample){ now_ms, took_ms, ok };
}

void
migslo_forget(struct migslo *s)
{
	OBJ_CHECK(s, MIGSLO_MAGIC);
	s->count = 0;
}

/* What has left the window goes, also when the clock was set back. */
static void
forget_old(struct migslo *s, int64_t now_ms)
{
	while (s->count > s->limits.least &&
	    (s->ring[s->first].at_ms <= now_ms - s->limits.window_ms ||
	    s->ring[s->first].at_ms > now_ms))
		drop_first(s);
}

static int
by_time(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

struct window {
	size_t		 count, failed;
	uint32_t	 p95_ms;	/* of those that were answered */
	int64_t		 span_s;	/* as long as it is, or as it is to be */
};

static void
measure(struct migslo *s, int64_t now_ms, struct window *w)
{
	size_t answered = 0;
	int64_t span_ms = s->limits.window_ms;

	forget_old(s, now_ms);
	for (size_t i = 0; i < s->count; i++) {
		const struct sample *a = &s->ring[(s->first + i) % MIGSLO_SAMPLES_MAX];

		if (a->ok)
			s->sorted[answered++] = a->took_ms;
		if (now_ms - a->at_ms > span_ms)
			span_ms = now_ms - a->at_ms;
	}
	qsort(s->sorted, answered, sizeof(*s->sorted), by_time);
	w->count = s->count;
	w->failed = s->count - answered;
	/* The least time that 95 % of the answers were not slower than. */
	w->p95_ms = answered > 0 ? s->sorted[(answered * 95 + 99) / 100 - 1] : 0;
	w->span_s = span_ms / 1000;
}

bool
migslo_breaks(struct migslo *s, int64_t now_ms, char *text, size_t cap)
{
	const struct migslo_limits *l = &s->limits;
	struct window w;

	OBJ_CHECK(s, MIGSLO_MAGIC);
	measure(s, now_ms, &w);
	if (w.count < MIGSLO_SAMPLES_MIN)
		return false;
	if (w.failed >= MIGSLO_FAILURES_MIN && w.failed * 1000 > l->errors_max * w.count)
		(void)snprintf(text, cap, "%s: %zu of %zu %s of the last %" PRId64
		    " s failed, %zu of 1000; %" PRIu32 " may", l->who, w.failed, w.count,
		    l->what, w.span_s, w.failed * 1000 / w.count, l->errors_max);
	else if (l->p95_max_ms != 0 && w.p95_ms > l->p95_max_ms)
		(void)snprintf(text, cap, "%s: 95 %% of %zu answers of the last %" PRId64
		    " s took up to %" PRIu32 " ms; %" PRIu32 " ms may be", l->who,
		    w.count - w.failed, w.span_s, w.p95_ms, l->p95_max_ms);
	else
		return false;
	return true;
}

void
migslo_window(struct migslo *s, int64_t now_ms, int32_t *errors_pm, int32_t *p95_ms)
{
	struct window w;

	OBJ_CHECK(s, MIGSLO_MAGIC);
	measure(s, now_ms, &w);
	*errors_pm = w.count > 0 ? (int32_t)(w.failed * 1000 / w.count) : MIGEVENT_UNKNOWN;
	*p95_ms = w.count > w.failed ? (int32_t)w.p95_ms : MIGEVENT_UNKNOWN;
}
