/* monitors/gaugeset.c - see gaugeset.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugeset.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct gaugeset *
gaugeset_new(const struct monitor_metrics *m, uint64_t id, uint32_t wants,
    const char *label)
{
	struct gaugeset *s = mem_zalloc(1, sizeof(*s));
	char *labels = monitor_metrics_fill(m->labels, label);

	s->magic = GAUGESET_MAGIC;
	list_init(&s->of_page);
	s->id = id;
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
		const char *text = monitor_metrics_expr(m,
		    (enum monitor_metrics_what)i);

		if (text != NULL && (wants >> i & 1) != 0)
			s->exprs[i] = gaugeexpr_new(monitor_metrics_form(m),
			    text, labels, NULL);
	}
	free(labels);
	return s;
}

void
gaugeset_free(struct gaugeset **ps)
{
	struct gaugeset *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, GAUGESET_MAGIC);
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++)
		gaugeexpr_free(&s->exprs[i]);
	list_remove(&s->of_page);
	s->magic = 0;
	free(s);
}

void
gaugeset_begin(struct gaugeset *s)
{
	s->begun = true;
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++)
		if (s->exprs[i] != NULL)
			gaugeexpr_begin(s->exprs[i]);
}

void
gaugeset_document(struct gaugeset *s, const struct json *j)
{
	for (int i = 0; s->begun && i < MONITOR_METRICS_WHATS; i++)
		if (s->exprs[i] != NULL)
			gaugeexpr_document(s->exprs[i], j);
}

bool
gaugeset_end(struct gaugeset *s, mono_ns now,
    struct gaugeset_value out[MONITOR_METRICS_WHATS])
{
	OBJ_CHECK(s, GAUGESET_MAGIC);
	if (!s->begun)
		return false;
	s->begun = false;
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++) {
		out[i] = (struct gaugeset_value){ .outcome = GAUGE_NONE };
		if (s->exprs[i] != NULL)
			out[i].outcome = gaugeexpr_end(s->exprs[i], now,
			    monitor_metrics_max((enum monitor_metrics_what)i),
			    &out[i].value);
	}
	return true;
}
