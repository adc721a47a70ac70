/* gtmd/control/control_totals.c - see control_totals.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_totals.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/rcu.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/metrics.h"
#include "core/rest/procmetrics.h"
#include "gtmd/control/control_gauges.h"
#include "gtmd/control/control_metrics.h"
#include "gtmd/count/stats.h"
#include "gtmd/plan/plan.h"
#include "gtmd/serve/listeners.h"
#include "monitors/probestat.h"
#include "monitors/sched.h"

/* What is one number each, read at one moment. */
struct totals {
	uint64_t	 started, deferred, pending;
	uint64_t	 open, threads, listeners;
	uint64_t	 instances, flying, waiting, restarts;
	uint64_t	 doubting, withheld;
	uint64_t	 commits, objects, serial, journal, decisions, states;
};

static const struct {
	struct metrics_family family;
	size_t		 off;		/* of a struct totals */
} totals[] = {
#define TOTAL(field, name, kind, help) \
	{ { name, METRICS_##kind, help }, offsetof(struct totals, field) }
	/* Under the names that all exporters share. */
	TOTAL(started, "process_start_time_seconds", GAUGE,
	    "When the process started, in seconds since 1970."),
	TOTAL(deferred, "gtm_rcu_callbacks_total", COUNTER,
	    "Old versions that were handed over to be freed."),
	TOTAL(pending, "gtm_rcu_callbacks_pending", GAUGE,
	    "Old versions that readers may still hold."),
	TOTAL(open, "gtm_dns_tcp_connections", GAUGE,
	    "TCP connections that are open."),
	TOTAL(threads, "gtm_dns_threads", GAUGE, "Threads that answer."),
	TOTAL(listeners, "gtm_dns_listeners", GAUGE,
	    "Listeners that are open."),
	TOTAL(instances, "gtm_probe_targets", GAUGE,
	    "Pairs of a monitor and a destination that are watched."),
	TOTAL(flying, "gtm_probes_in_flight", GAUGE, "Probes under way."),
	TOTAL(waiting, "gtm_probes_waiting", GAUGE,
	    "Probes that are due and wait for others to end."),
	TOTAL(restarts, "gtm_prober_restarts_total", COUNTER,
	    "How often the process that probes ended and was started again."),
	TOTAL(doubting, "gtm_prober_doubting", GAUGE,
	    "1 while the prober doubts itself and takes nothing down."),
	TOTAL(withheld, "gtm_prober_withheld_total", COUNTER,
	    "Falls that were not believed, for want of control targets."),
	TOTAL(commits, "gtm_config_commits_total", COUNTER,
	    "Changes of the configuration that were made."),
	TOTAL(objects, "gtm_config_objects_changed_total", COUNTER,
	    "Objects that those changes touched."),
	TOTAL(serial, "gtm_config_serial", GAUGE,
	    "Serial of the configuration in use."),
	TOTAL(journal, "gtm_journal_bytes", GAUGE,
	    "Journal of changes since the configuration file was written."),
	TOTAL(decisions, "gtm_decisions_total", COUNTER,
	    "Decisions of wide IPs that were made anew."),
	TOTAL(states, "gtm_states_evaluated_total", COUNTER,
	    "Objects whose state was worked out anew."),
#undef TOTAL
};

/* ---- DNS: what the answering threads count ---- */

/* A sample that is one of their counters. Rows of one family stand together;
 * label NULL: it has none. */
static const struct dns_row {
	struct metrics_family family;
	const char	*label, *value;
	enum stats_id	 id;
} dns[] = {
#define QUERIES	{ "gtm_dns_queries_total", METRICS_COUNTER,		\
	"DNS messages received." }, "transport"
	{ QUERIES, "udp", STATS_UDP_QUERIES },
	{ QUERIES, "tcp", STATS_TCP_QUERIES },
	{ QUERIES, "tls", STATS_TLS_QUERIES },
#undef QUERIES
#define TYPES	{ "gtm_dns_queries_by_type_total", METRICS_COUNTER,	\
	"Queries that were answered, by the type they asked for." }, "type"
	{ TYPES, "A", STATS_TYPE_A }, { TYPES, "AAAA", STATS_TYPE_AAAA },
	{ TYPES, "ANY", STATS_TYPE_ANY }, { TYPES, "CAA", STATS_TYPE_CAA },
	{ TYPES, "CNAME", STATS_TYPE_CNAME },
	{ TYPES, "DNSKEY", STATS_TYPE_DNSKEY },
	{ TYPES, "DS", STATS_TYPE_DS }, { TYPES, "HTTPS", STATS_TYPE_HTTPS },
	{ TYPES, "MX", STATS_TYPE_MX }, { TYPES, "NAPTR", STATS_TYPE_NAPTR },
	{ TYPES, "NS", STATS_TYPE_NS }, { TYPES, "PTR", STATS_TYPE_PTR },
	{ TYPES, "SOA", STATS_TYPE_SOA }, { TYPES, "SRV", STATS_TYPE_SRV },
	{ TYPES, "SVCB", STATS_TYPE_SVCB }, { TYPES, "TXT", STATS_TYPE_TXT },
	{ TYPES, "other", STATS_TYPE_OTHER },
#undef TYPES
#define RCODES	{ "gtm_dns_responses_total", METRICS_COUNTER,		\
	"Replies, by response code." }, "rcode"
	{ RCODES, "NOERROR", STATS_NOERROR },
	{ RCODES, "FORMERR", STATS_FORMERR },
	{ RCODES, "SERVFAIL", STATS_SERVFAIL },
	{ RCODES, "NXDOMAIN", STATS_NXDOMAIN },
	{ RCODES, "NOTIMP", STATS_NOTIMP },
	{ RCODES, "REFUSED", STATS_REFUSED },
	{ RCODES, "YXDOMAIN", STATS_YXDOMAIN },
	{ RCODES, "BADVERS", STATS_BADVERS },
	{ RCODES, "other", STATS_RCODE_OTHER },
#undef RCODES
#define SOURCES	{ "gtm_dns_answers_total", METRICS_COUNTER,		\
	"Replies by where the first name was found." }, "source"
	{ SOURCES, "wideip", STATS_FROM_WIDEIP },
	{ SOURCES, "zone", STATS_FROM_ZONE },
	{ SOURCES, "chaos", STATS_FROM_CHAOS },
#undef SOURCES
	{ { "gtm_dns_responses_truncated_total", METRICS_COUNTER,
	    "Replies that did not fit and said so." },
	    NULL, NULL, STATS_TRUNCATED },
	{ { "gtm_dns_queries_dropped_total", METRICS_COUNTER,
	    "Messages that got no reply." }, NULL, NULL, STATS_DROPPED },
	{ { "gtm_dns_queries_edns_total", METRICS_COUNTER,
	    "Queries with EDNS." }, NULL, NULL, STATS_EDNS },
	{ { "gtm_dns_queries_dnssec_ok_total", METRICS_COUNTER,
	    "Queries with the DNSSEC OK bit." },
	    NULL, NULL, STATS_DNSSEC_OK },
	{ { "gtm_dns_udp_batches_total", METRICS_COUNTER,
	    "Calls that received UDP messages." },
	    NULL, NULL, STATS_UDP_BATCHES },
#define UDP	{ "gtm_dns_udp_errors_total", METRICS_COUNTER,		\
	"System calls on UDP sockets that failed." }, "operation"
	{ UDP, "receive", STATS_UDP_RECV_FAILED },
	{ UDP, "send", STATS_UDP_SEND_FAILED },
#undef UDP
	{ { "gtm_dns_xdp_queries_total", METRICS_COUNTER,
	    "UDP queries that came by AF_XDP." },
	    NULL, NULL, STATS_XDP_QUERIES },
	{ { "gtm_dns_xdp_refused_total", METRICS_COUNTER,
	    "Frames by AF_XDP that held no query, or a broken one." },
	    NULL, NULL, STATS_XDP_REFUSED },
	{ { "gtm_dns_tcp_connections_total", METRICS_COUNTER,
	    "TCP connections accepted." }, NULL, NULL, STATS_TCP_ACCEPTED },
#define ENDED	{ "gtm_dns_tcp_connections_ended_total", METRICS_COUNTER, \
	"TCP connections that were ended early, by the reason." }, "reason"
	{ ENDED, "shed", STATS_TCP_SHED },
	{ ENDED, "idle", STATS_TCP_IDLE_TIMEOUTS },
	{ ENDED, "slow", STATS_TCP_QUERY_TIMEOUTS },
	{ ENDED, "oversized", STATS_TCP_OVERSIZED },
#undef ENDED
	{ { "gtm_dns_tcp_accept_errors_total", METRICS_COUNTER,
	    "TCP connections that could not be accepted." },
	    NULL, NULL, STATS_TCP_ACCEPT_FAILED },
#define SHAKEN	{ "gtm_dns_tls_handshakes_total", METRICS_COUNTER,	\
	"TLS handshakes, resumed ones among those that succeeded." }, "result"
	{ SHAKEN, "success", STATS_TLS_HANDSHAKES },
	{ SHAKEN, "resumed", STATS_TLS_RESUMED },
	{ SHAKEN, "failure", STATS_TLS_FAILED },
#undef SHAKEN
	{ { "gtm_dns_proxy_refused_total", METRICS_COUNTER,
	    "Connections and datagrams with a proxy's header from others, or "
	    "without one from those who have to send it." },
	    NULL, NULL, STATS_PROXY_REFUSED },
};

static void
write_dns(struct strbuf *b)
{
	for (size_t i = 0; i < OBJ_COUNT(dns); i++) {
		const struct dns_row *row = &dns[i];
		const struct metrics_label l[] = {
			{ row->label, row->value }, { NULL, NULL }
		};

		if (i == 0 || strcmp(row->family.name,
		    row[-1].family.name) != 0)
			metrics_open(b, &row->family);
		metrics_add(b, &row->family, l, stats_sum(row->id));
	}
}

/* ---- probes ---- */

static const struct metrics_family results = {
	"gtm_probe_results_total", METRICS_COUNTER,
	"Probes that ended, by type of monitor and what they found."
}, duration = {
	"gtm_probe_duration_seconds", METRICS_HISTOGRAM,
	"Time from the start of a probe to its verdict."
}, delay = {
	"gtm_probe_start_delay_seconds", METRICS_HISTOGRAM,
	"How much later than planned probes started."
};

/* "http" of "gtm monitor http" */
static const char *
monitor_name(const struct probestat *p)
{
	return strrchr(p->monitor->words, ' ') + 1;
}

static void
add_results(struct strbuf *b, const struct probestat *p)
{
	for (unsigned c = 0; c < PROBESTAT_CODES; c++) {
		const struct metrics_label l[] = {
			{ "monitor", monitor_name(p) },
			{ "result", probestat_code_name((enum probe_code)c) },
			{ NULL, NULL }
		};

		metrics_add(b, &results, l, p->results[c]);
	}
}

static void
add_histogram(struct strbuf *b, const struct metrics_family *f,
    const struct probestat *p, const struct histogram *h)
{
	const struct metrics_label l[] = {
		{ "monitor", monitor_name(p) }, { NULL, NULL }
	};

	metrics_add_histogram(b, f, l, h);
}

static void
write_probes(const struct sched *s, struct strbuf *b)
{
	const struct probestat *all;
	size_t n;

	all = sched_probestats(s, &n);
	metrics_open(b, &results);
	for (size_t i = 0; i < n; i++)
		add_results(b, &all[i]);
	metrics_open(b, &duration);
	for (size_t i = 0; i < n; i++)
		add_histogram(b, &duration, &all[i], &all[i].duration);
	metrics_open(b, &delay);
	for (size_t i = 0; i < n; i++)
		add_histogram(b, &delay, &all[i], &all[i].delay);
}

/* ---- all of it ---- */

static void
read_totals(const struct control_metrics *m, struct totals *t)
{
	/* Closed first: it is never more than was accepted by then. */
	uint64_t closed = stats_sum(STATS_TCP_CLOSED);
	struct sched_stats probes;
	struct plan_counts plan;
	struct rcu_counts rcu;

	sched_stats(m->sched, &probes);
	plan_counts(m->plan, &plan);
	rcu_counts(&rcu);
	*t = (struct totals){
		.started = (uint64_t)m->started,
		.deferred = rcu.deferred, .pending = rcu.deferred - rcu.done,
		.open = stats_sum(STATS_TCP_ACCEPTED) - closed,
		.threads = stats_threads(),
		.listeners = listeners_count(m->listeners),
		.instances = probes.instances, .flying = probes.in_flight,
		.waiting = probes.waiting, .restarts = probes.restarts,
		.doubting = probes.doubt.doubting,
		.withheld = probes.doubt.withheld,
		.commits = m->commits, .objects = m->changes,
		.serial = store_serial(m->store),
		.journal = store_pending(m->store),
		.decisions = plan.compiled, .states = plan.updated,
	};
}

static void
write_totals(const struct control_metrics *m, struct strbuf *b)
{
	struct totals t;

	read_totals(m, &t);
	for (size_t i = 0; i < OBJ_COUNT(totals); i++) {
		metrics_open(b, &totals[i].family);
		metrics_add(b, &totals[i].family, NULL, *(const uint64_t *)
		    (const void *)((const char *)&t + totals[i].off));
	}
}

void
control_totals_write(const struct control_metrics *m, struct strbuf *b)
{
	static const struct procmetrics prober = PROCMETRICS("gtm_prober",
	    " of the process that probes");

	procmetrics_own(b);
	if (m->prober != NULL && *m->prober != 0)
		procmetrics_write(b, &prober, *m->prober);
	write_totals(m, b);
	write_dns(b);
	write_probes(m->sched, b);
	if (m->gauges != NULL)
		control_gauges_write(m->gauges, b);
	procmetrics_rest(b, m->server);
}
