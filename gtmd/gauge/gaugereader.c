/* gtmd/gauge/gaugereader.c - see gaugereader.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/gauge/gaugereader.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/measures.h"
#include "monitors/monitor_metrics.h"

/* The monitor's numbers are our metrics, in the same order. */
static_assert((int)MONITOR_METRICS_WHATS == (int)METRICS &&
    (int)MONITOR_METRICS_BITS == (int)METRIC_BITS &&
    (int)MONITOR_METRICS_CAPACITY == (int)METRIC_CAPACITY &&
    (int)MONITOR_METRICS_CONNECTIONS == (int)METRIC_CONNECTIONS &&
    (int)MONITOR_METRICS_PACKETS == (int)METRIC_PACKETS &&
    (int)MONITOR_METRICS_SCORE == (int)METRIC_SCORE &&
    (int)MONITOR_METRICS_CPU == (int)METRIC_CPU &&
    (int)MONITOR_METRICS_MEMORY == (int)METRIC_MEMORY, "same numbers");

static uint32_t
bit(int metric)
{
	return UINT32_C(1) << metric;
}

static uint32_t
wants_of(const struct monitor_metrics *m, bool is_server)
{
	uint32_t wants = 0;

	for (int i = 0; i < METRICS; i++)
		if (monitor_metrics_expr(m, (enum monitor_metrics_what)i) !=
		    NULL && (is_server ? metric_names[i].of_server :
		    metric_names[i].of_virtual_server))
			wants |= bit(i);
	return wants;
}

struct gaugereader *
gaugereader_new(struct measures *to, const struct monitor_metrics *m,
    const struct gaugereader_subject *of)
{
	struct gaugereader *r = mem_zalloc(1, sizeof(*r));

	r->magic = GAUGEREADER_MAGIC;
	list_init(&r->of_page);
	r->key = mem_strdup(of->key);
	r->name = mem_strdup(of->name);
	r->label = mem_strdup(of->label);
	r->is_server = of->is_server;
	r->ttl_s = m->base.timeout_s;
	r->row = measures_row_get(to, of->key);
	r->wants = wants_of(m, of->is_server);
	return r;
}

void
gaugereader_free(struct gaugereader **pr)
{
	struct gaugereader *r = *pr;

	*pr = NULL;
	if (r == NULL)
		return;
	OBJ_CHECK(r, GAUGEREADER_MAGIC);
	assert(list_empty(&r->of_page));
	for (int i = 0; i < METRICS; i++)
		if ((r->told & bit(i)) != 0)
			measures_forget(r->row, (enum metric)i);
	measures_row_drop(&r->row);
	free(r->key);
	free(r->name);
	free(r->label);
	r->magic = 0;
	free(r);
}

void
gaugereader_follow(struct gaugereader *r, struct gaugereader *was)
{
	assert(r->row == was->row);
	r->told = was->told & r->wants;
	was->told &= ~r->wants;
}

/* The first page of a rate is nothing to tell of. */
static void
note(struct gaugereader *r, int metric, enum gauge_outcome o)
{
	enum gauge_outcome was = r->last[metric];
	char words[64];

	r->last[metric] = o;
	if (was == o || o == GAUGE_FIRST ||
	    ((was == GAUGE_NONE || was == GAUGE_FIRST) && o == GAUGE_OK))
		return;
	log_at(o == GAUGE_OK ? LOG_INFO : LOG_NOTICE, "monitor", r->name,
	    "measured", "metric=%s outcome=%s", metric_names[metric].key,
	    log_quote(gaugeexpr_words(o), words, sizeof(words)));
}

void
gaugereader_hear(struct gaugereader *r,
    const struct gaugeset_value values[METRICS],
    uint64_t counts[GAUGE_OUTCOMES])
{
	OBJ_CHECK(r, GAUGEREADER_MAGIC);
	for (int i = 0; i < METRICS; i++) {
		enum gauge_outcome o = values[i].outcome;

		if (o == GAUGE_NONE || (r->wants & bit(i)) == 0)
			continue;
		counts[o]++;
		note(r, i, o);
		if (o != GAUGE_OK || values[i].value > metric_names[i].max)
			continue;
		measures_set(r->row, (enum metric)i, values[i].value,
		    r->ttl_s);
		r->told |= bit(i);
	}
}
