/* wom/control/wommetrics.c - see wommetrics.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/wommetrics.h"

#include <stddef.h>

#include "core/base/strbuf.h"
#include "core/model/store.h"
#include "core/rest/metrics.h"
#include "core/rest/procmetrics.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restreply.h"

static void
add(struct strbuf *b, const struct metrics_family *f, uint64_t n)
{
	metrics_open(b, f);
	metrics_add(b, f, NULL, n);
}

static void
write_config(const struct wommetrics *m, struct strbuf *b)
{
	static const struct metrics_family started = {
		"process_start_time_seconds", METRICS_GAUGE,
		"When the process started, in seconds since 1970."
	}, serial = {
		"gtm_config_serial", METRICS_GAUGE,
		"Number of the configuration that counts."
	}, journal = {
		"gtm_config_journal_bytes", METRICS_GAUGE,
		"Changes since the configuration file was written."
	};

	add(b, &started, (uint64_t)m->started);
	add(b, &serial, store_serial(m->store));
	add(b, &journal, store_pending(m->store));
}

/* One piece: peers are few. */
static bool
on_more(void *arg, struct strbuf *out)
{
	const struct wommetrics *m = arg;

	procmetrics_own(out);
	write_config(m, out);
	procmetrics_rest(out, m->rest->server);
	return false;
}

static void
on_free(void *arg)
{
	(void)arg;		/* lives as long as the server */
}

void
wommetrics_scrape(const struct wommetrics *m, const struct restrequest *q,
    struct restreply *r)
{
	const struct restreply_stream stream = { on_more, on_free,
	    (void *)(uintptr_t)m };

	(void)q;
	restreply_stream(r, METRICS_TYPE, &stream);
}
