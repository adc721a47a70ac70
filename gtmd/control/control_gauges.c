/* gtmd/control/control_gauges.c - see control_gauges.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_gauges.h"

#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/metrics.h"
#include "gtmd/gauge/gaugedesk.h"
#include "gtmd/gauge/gaugepage.h"
#include "gtmd/gauge/gaugereader.h"
#include "gtmd/gauge/gauges.h"
#include "monitors/monitor_metrics.h"

static struct json *
reader_json(const struct gaugereader *r)
{
	struct json *j = json_new_object(), *values = json_new_object();

	json_put_text(j, r->is_server ? "server" : "virtualServer", r->name);
	for (int i = 0; i < METRICS; i++)
		if ((r->wants >> i & 1) != 0)
			json_put_text(values, metric_names[i].key,
			    gaugeexpr_words(r->last[i]));
	json_put(j, "values", &values);
	return j;
}

static void
on_page(void *arg, const struct gaugepage *p)
{
	struct json *all = arg, *j = json_new_object();
	struct json *readers = json_new_array();
	char text[160], to[ADDR_TEXT_MAX];

	json_put_text(j, "monitor", p->monitor->base.obj.name);
	json_put_text(j, "destination", addr_format_port(&p->to, to));
	json_put_text(j, "path", p->path);
	json_put_text(j, "outcome", gaugepage_words(p, text, sizeof(text)));
	json_put_int(j, "since", p->since);
	json_put_int(j, "looks", (int64_t)p->looks);
	json_put_int(j, "looksOk", (int64_t)p->good);
	json_put_int(j, "octets", (int64_t)p->last.octets);
	LIST_EACH(&p->readers, it) {
		struct json *r = reader_json(OBJ_OF(it, struct gaugereader,
		    of_page));

		json_add(readers, &r);
	}
	json_put(j, "readers", &readers);
	json_add(all, &j);
}

struct json *
control_gauges_json(const struct gauges *g)
{
	struct json *all = json_new_array();

	gauges_each(g, on_page, all);
	return all;
}

/* ---- counters ---- */

static const struct metrics_family pages = {
	"gtm_metrics_pages_total", METRICS_COUNTER,
	"Looks at pages of numbers, by what became of them."
};
static const struct metrics_family values = {
	"gtm_metrics_values_total", METRICS_COUNTER,
	"Numbers wanted of whole pages, by what became of them."
};
static const struct metrics_family lines = {
	"gtm_metrics_lines_total", METRICS_COUNTER,
	"Lines of pages: samples, what is none, and what is too long."
};

/* Names of outcomes as label values. */
static const char *const value_names[GAUGE_OUTCOMES] = {
	[GAUGE_OK] = "ok", [GAUGE_FIRST] = "first", [GAUGE_RESET] = "reset",
	[GAUGE_MISSING] = "missing", [GAUGE_NAN] = "nan",
	[GAUGE_NEGATIVE] = "negative", [GAUGE_HUGE] = "huge",
	[GAUGE_TWICE] = "twice",
};

static void
add(struct strbuf *b, const struct metrics_family *f, const char *name,
    uint64_t n)
{
	const struct metrics_label l[] = { { "outcome", name }, { NULL, NULL } };

	metrics_add(b, f, l, n);
}

void
control_gauges_write(const struct gauges *g, struct strbuf *b)
{
	const struct gaugedesk *d = gauges_desk(g);

	metrics_open(b, &pages);
	for (int i = 0; i < GAUGELOOK_OUTCOMES; i++)
		add(b, &pages, gaugepage_outcome_name(i), d->looks[i]);
	metrics_open(b, &values);
	for (int i = GAUGE_OK; i < GAUGE_OUTCOMES; i++)
		add(b, &values, value_names[i], d->values[i]);
	metrics_open(b, &lines);
	add(b, &lines, "sample", d->samples);
	add(b, &lines, "bad", d->bad);
	add(b, &lines, "overlong", d->overlong);
}
