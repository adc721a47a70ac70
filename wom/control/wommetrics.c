/* wom/control/wommetrics.c - see wommetrics.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/wommetrics.h"

#include <stddef.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/rest/metrics.h"
#include "wom/control/enact.h"
#include "wom/control/womsums.h"
#include "wom/peer/hub.h"

/* ---- one number of each peer ---- */

struct peer_row {
	struct metrics_family family;
	double	(*get)(const struct peerview *v);
};

static double
is_up(const struct peerview *v)
{
	return v->state == PEERVIEW_UP;
}

static double
connections(const struct peerview *v)
{
	return (double)v->conns_up;
}

static double
tunnel_in(const struct peerview *v)
{
	return (double)v->in;
}

static double
tunnel_out(const struct peerview *v)
{
	return (double)v->out;
}

/* The longest of those that stand. */
static double
rtt_s(const struct peerview *v)
{
	dur_ns most = 0;

	for (size_t i = 0; i < OBJ_COUNT(v->conns); i++)
		if (v->conns[i].state == PEERVIEW_CONN_UP &&
		    v->conns[i].rtt_ns > most)
			most = v->conns[i].rtt_ns;
	return (double)most / CLOCK_S;
}

static double
stalled_s(const struct peerview *v)
{
	double sum = 0;

	for (size_t i = 0; i < OBJ_COUNT(v->conns); i++)
		if (v->conns[i].state == PEERVIEW_CONN_UP)
			sum += (double)v->conns[i].stalled_ns / CLOCK_S;
	return sum;
}

static double
streams(const struct peerview *v)
{
	return (double)v->flow_total;
}

static double
held(const struct peerview *v)
{
	return (double)(v->held + v->flow_held);
}

static double
stored_blocks(const struct peerview *v)
{
	return (double)v->history_count;
}

static double
stored_octets(const struct peerview *v)
{
	return (double)v->history_octets;
}

static const struct peer_row peer_rows[] = {
	{ { "gtm_wom_peer_up", METRICS_GAUGE,
	    "Whether streams can be opened through the tunnel." }, is_up },
	{ { "gtm_wom_connections", METRICS_GAUGE,
	    "Connections of the tunnel that stand." }, connections },
	{ { "gtm_wom_tunnel_received_bytes_total", METRICS_COUNTER,
	    "Octets that came inside TLS." }, tunnel_in },
	{ { "gtm_wom_tunnel_sent_bytes_total", METRICS_COUNTER,
	    "Octets that were sent inside TLS." }, tunnel_out },
	{ { "gtm_wom_rtt_seconds", METRICS_GAUGE,
	    "Round trip time of the tunnel." }, rtt_s },
	{ { "gtm_wom_connection_stalled_seconds", METRICS_GAUGE,
	    "Time that the connections that stand have waited for the WAN." },
	    stalled_s },
	{ { "gtm_wom_streams", METRICS_GAUGE, "Streams that are open." },
	    streams },
	{ { "gtm_wom_held_bytes", METRICS_GAUGE,
	    "Memory in blocks under way." }, held },
	{ { "gtm_wom_stored_blocks", METRICS_GAUGE,
	    "Blocks that are remembered." }, stored_blocks },
	{ { "gtm_wom_stored_bytes", METRICS_GAUGE,
	    "Octets that are remembered." }, stored_octets },
};

/* ---- all that there is of peers ---- */

struct writing {
	struct strbuf	*b;
	const struct peer_row *peer;
	const struct womsums_row *sum;
	struct metrics_family family;
};

static void
on_peer(void *arg, const char *name, const struct peerview *v)
{
	const struct writing *w = arg;
	const struct metrics_label l[] = {
		{ "remote_endpoint", name }, { NULL, NULL }
	};

	metrics_add_real(w->b, &w->peer->family, l, w->peer->get(v));
}

static void
on_peer_apps(void *arg, const char *name, const struct peerview *v)
{
	const struct writing *w = arg;

	for (size_t i = 0; i < v->app_count; i++) {
		const struct metrics_label l[] = {
			{ "remote_endpoint", name },
			{ "application", v->apps[i].name }, { NULL, NULL }
		};
		uint64_t n = womsums_get(&v->apps[i].counts, w->sum);

		if (w->sum->unit < 1)
			metrics_add_real(w->b, &w->family, l,
			    (double)n * w->sum->unit);
		else
			metrics_add(w->b, &w->family, l, n);
	}
}

static void
on_peer_refusals(void *arg, const char *name, const struct peerview *v)
{
	const struct writing *w = arg;

	for (int i = TUNNELTLS_NONE + 1; i < TUNNELTLS_REFUSALS; i++) {
		const struct metrics_label l[] = {
			{ "remote_endpoint", name },
			{ "reason", tunneltls_refusal_names[i] },
			{ NULL, NULL }
		};

		if (v->refused[i] > 0)
			metrics_add(w->b, &w->family, l, v->refused[i]);
	}
}

static void
write_peers(const struct hub *h, struct strbuf *b)
{
	struct writing w = { .b = b };

	for (size_t i = 0; i < OBJ_COUNT(peer_rows); i++) {
		w.peer = &peer_rows[i];
		metrics_open(b, &w.peer->family);
		hub_each(h, on_peer, &w);
	}
	for (w.sum = womsums_rows; w.sum->key != NULL; w.sum++) {
		w.family = (struct metrics_family){ w.sum->metric,
		    METRICS_COUNTER, w.sum->help };
		metrics_open(b, &w.family);
		hub_each(h, on_peer_apps, &w);
	}
	w.family = (struct metrics_family){ "gtm_wom_refused_total",
	    METRICS_COUNTER, "Tunnels that were refused, by either end." };
	metrics_open(b, &w.family);
	hub_each(h, on_peer_refusals, &w);
}

/* Those that no peer can be told of. */
static void
write_door(const struct hub *h, struct strbuf *b)
{
	static const struct metrics_family f = {
		"gtm_wom_door_refused_total", METRICS_COUNTER,
		"Who came to the door and was refused, by the reason."
	};
	const struct hub_door_counts *c = hub_door_counts(h);

	metrics_open(b, &f);
	for (int i = TUNNELTLS_NONE + 1; i < TUNNELTLS_REFUSALS; i++) {
		const struct metrics_label l[] = {
			{ "reason", tunneltls_refusal_names[i] },
			{ NULL, NULL }
		};

		metrics_add(b, &f, l, c->refused[i]);
	}
}

void
wommetrics_write(const struct enact *n, struct strbuf *b)
{
	const struct hub *h = enact_hub(n);

	if (h == NULL)
		return;
	write_peers(h, b);
	write_door(h, b);
}
