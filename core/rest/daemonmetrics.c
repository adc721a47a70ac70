/* core/rest/daemonmetrics.c - see daemonmetrics.h. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/daemonmetrics.h"

#include <stdbool.h>
#include <stdint.h>

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
write_config(const struct daemonmetrics *m, struct strbuf *b)
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
	const struct store *store = m->rest->config.store;

	add(b, &started, (uint64_t)m->started);
	add(b, &serial, store_serial(store));
	add(b, &journal, store_pending(store));
}

static bool
on_more(void *arg, struct strbuf *out)
{
	const struct daemonmetrics *m = arg;

	procmetrics_own(out);
	write_config(m, out);
	m->write(m->arg, out);
	procmetrics_rest(out, m->rest->server);
	return false;
}

static void
on_free(void *arg)
{
	(void)arg;		/* lives as long as the server */
}

void
daemonmetrics_scrape(const struct daemonmetrics *m, struct restreply *r)
{
	const struct restreply_stream stream = { on_more, on_free,
	    (void *)(uintptr_t)m };

	restreply_stream(r, METRICS_TYPE, &stream);
}
