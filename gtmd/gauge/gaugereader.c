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

static bool
is_of(const struct gaugereader *r, int metric)
{
	return r->is_server ? metric_names[metric].of_server :
	    metric_names[metric].of_virtual_server;
}

struct gaugereader *
gaugereader_new(struct measures *to, const struct monitor_metrics *m,
    const struct gaugereader_subject *of)
{
	struct gaugereader *r = mem_zalloc(1, sizeof(*r));
	char *labels = monitor_metrics_fill(m->labels, of->label);

	r->magic = GAUGEREADER_MAGIC;
	list_init(&r->of_page);
	r->key = mem_strdup(of->key);
	r->name = mem_strdup(of->name);
	r->is_server = of->is_server;
	r->ttl_s = m->base.timeout_s;
	r->row = measures_row_get(to, of->key);
	for (int i = 0; i < METRICS; i++) {
		const char *text = monitor_metrics_expr(m,
		    (enum monitor_metrics_what)i);

		if (text != NULL && is_of(r, i))
			r->exprs[i] = gaugeexpr_new(monitor_metrics_form(m),
			    text, labels, NULL);
	}
	free(labels);
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
	for (int i = 0; i < METRICS; i++) {
		if ((r->told >> i & 1) != 0)
			measures_forget(r->row, (enum metric)i);
		gaugeexpr_free(&r->exprs[i]);
	}
	measures_row_drop(&r->row);
	list_remove(&r->of_page);
	free(r->key);
	free(r->name);
	r->magic = 0;
	free(r);
}

void
gaugereader_follow(struct gaugereader *r, struct gaugereader *was)
{
	uint32_t read = 0;

	for (int i = 0; i < METRICS; i++)
		if (r->exprs[i] != NULL)
			read |= UINT32_C(1) << i;
	assert(r->row == was->row);
	r->told = was->told & read;
	was->told &= ~read;
}

void
gaugereader_begin(struct gaugereader *r)
{
	r->begun = true;
	for (int i = 0; i < METRICS; i++)
		if (r->exprs[i] != NULL)
			gaugeexpr_begin(r->exprs[i]);
}

void
gaugereader_sample(struct gaugereader *r, const struct promtext_sample *s)
{
	for (int i = 0; i < METRICS; i++)
		if (r->exprs[i] != NULL)
			gaugeexpr_sample(r->exprs[i], s);
}

void
gaugereader_document(struct gaugereader *r, const struct json *j)
{
	for (int i = 0; i < METRICS; i++)
		if (r->exprs[i] != NULL)
			gaugeexpr_document(r->exprs[i], j);
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
gaugereader_end(struct gaugereader *r, mono_ns now,
    uint64_t counts[GAUGE_OUTCOMES])
{
	uint64_t value = 0;

	OBJ_CHECK(r, GAUGEREADER_MAGIC);
	if (!r->begun)
		return;
	r->begun = false;
	for (int i = 0; i < METRICS; i++) {
		enum gauge_outcome o;

		if (r->exprs[i] == NULL)
			continue;
		o = gaugeexpr_end(r->exprs[i], now, metric_names[i].max,
		    &value);
		counts[o]++;
		note(r, i, o);
		if (o != GAUGE_OK)
			continue;
		measures_set(r->row, (enum metric)i, value, r->ttl_s);
		r->told |= UINT32_C(1) << i;
	}
}
