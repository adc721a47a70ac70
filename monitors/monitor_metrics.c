/* monitors/monitor_metrics.c - the table of "gtm monitor metrics", and what its
 * formats know by themselves. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor_metrics.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/type.h"

/* 2^53: what any reader of JSON can hold. Sums of so many stay in 64 bits. */
#define NUMBER_MAX	(UINT64_C(1) << 53)

static const char *const format_names[MONITOR_METRICS_FORMATS + 1] = {
	[MONITOR_METRICS_PROMETHEUS] = "prometheus",
	[MONITOR_METRICS_JSON] = "json",
	[MONITOR_METRICS_HAPROXY_FRONTEND] = "haproxy-frontend",
	[MONITOR_METRICS_HAPROXY_BACKEND] = "haproxy-backend",
	[MONITOR_METRICS_HAPROXY_SERVER] = "haproxy-server",
	[MONITOR_METRICS_NODE_EXPORTER] = "node-exporter",
	[MONITOR_METRICS_F5_REST] = "f5-rest",
};

static const char *const protocol_names[] = { "http", "https", NULL };

static const char *const what_names[MONITOR_METRICS_WHATS] = {
	[MONITOR_METRICS_BITS] = "bits-per-second",
	[MONITOR_METRICS_CAPACITY] = "capacity",
	[MONITOR_METRICS_CONNECTIONS] = "connections",
	[MONITOR_METRICS_PACKETS] = "packets-per-second",
	[MONITOR_METRICS_SCORE] = "score",
	[MONITOR_METRICS_CPU] = "cpu-usage",
	[MONITOR_METRICS_MEMORY] = "memory-available",
};

/* ---- what the formats know ---- */

#define HAPROXY(what)							\
	.path = "/metrics",						\
	.exprs[MONITOR_METRICS_CONNECTIONS] =				\
	    "haproxy_" what "_current_sessions",			\
	.exprs[MONITOR_METRICS_BITS] = "8 * rate(haproxy_" what		\
	    "_bytes_in_total) + 8 * rate(haproxy_" what "_bytes_out_total)"

#define F5_STAT(name)							\
	"$.entries[*].nestedStats.entries[\"clientside." name "\"].value"

/* The loopback device carries what goes nowhere. */
#define NODE_NET(what)							\
	"rate(node_network_receive_" what "_total{device!=\"lo\"})"
#define NODE_NET_OUT(what)						\
	"rate(node_network_transmit_" what "_total{device!=\"lo\"})"

static const struct {
	enum gaugeexpr_form form;
	const char	*path;
	const char	*exprs[MONITOR_METRICS_WHATS];
} formats[MONITOR_METRICS_FORMATS] = {
	[MONITOR_METRICS_PROMETHEUS] = { .path = "/metrics" },
	[MONITOR_METRICS_JSON] = { .form = GAUGEEXPR_JSON, .path = "/" },
	[MONITOR_METRICS_HAPROXY_FRONTEND] = { HAPROXY("frontend") },
	[MONITOR_METRICS_HAPROXY_BACKEND] = {
		HAPROXY("backend"),
		.exprs[MONITOR_METRICS_CAPACITY] =
		    "haproxy_backend_active_servers",
		.exprs[MONITOR_METRICS_SCORE] = "haproxy_backend_weight",
	},
	[MONITOR_METRICS_HAPROXY_SERVER] = {
		HAPROXY("server"),
		.exprs[MONITOR_METRICS_CAPACITY] =
		    "haproxy_server_status{state=\"UP\"}",
		.exprs[MONITOR_METRICS_SCORE] = "haproxy_server_weight",
	},
	[MONITOR_METRICS_NODE_EXPORTER] = {
		.path = "/metrics",
		.exprs[MONITOR_METRICS_BITS] = "8 * " NODE_NET("bytes")
		    " + 8 * " NODE_NET_OUT("bytes"),
		.exprs[MONITOR_METRICS_PACKETS] = NODE_NET("packets")
		    " + " NODE_NET_OUT("packets"),
		.exprs[MONITOR_METRICS_CONNECTIONS] =
		    "node_netstat_Tcp_CurrEstab",
		.exprs[MONITOR_METRICS_CPU] = "100 - 100 * "
		    "rate(node_cpu_seconds_total{mode=\"idle\"}) / "
		    "rate(node_cpu_seconds_total)",
		.exprs[MONITOR_METRICS_MEMORY] =
		    "node_memory_MemAvailable_bytes / 1024",
	},
	[MONITOR_METRICS_F5_REST] = {
		.form = GAUGEEXPR_JSON,
		.path = "/mgmt/tm/ltm/virtual/~Common~%n/stats",
		.exprs[MONITOR_METRICS_CONNECTIONS] = F5_STAT("curConns"),
		.exprs[MONITOR_METRICS_BITS] = "rate(" F5_STAT("bitsIn")
		    ") + rate(" F5_STAT("bitsOut") ")",
		.exprs[MONITOR_METRICS_PACKETS] = "rate(" F5_STAT("pktsIn")
		    ") + rate(" F5_STAT("pktsOut") ")",
	},
};

enum gaugeexpr_form
monitor_metrics_form(const struct monitor_metrics *m)
{
	return formats[m->format].form;
}

const char *
monitor_metrics_path(const struct monitor_metrics *m)
{
	return m->path != NULL ? m->path : formats[m->format].path;
}

const char *
monitor_metrics_expr(const struct monitor_metrics *m,
    enum monitor_metrics_what w)
{
	return m->exprs[w] != NULL ? m->exprs[w] : formats[m->format].exprs[w];
}

uint64_t
monitor_metrics_max(enum monitor_metrics_what w)
{
	return w == MONITOR_METRICS_CPU ? 100 : NUMBER_MAX;
}

char *
monitor_metrics_fill(const char *text, const char *name)
{
	struct strbuf b;

	if (text == NULL)
		return NULL;
	strbuf_init(&b);
	for (; *text != '\0'; text++) {
		if (strncmp(text, "%n", 2) == 0) {
			strbuf_add(&b, name);
			text++;
		} else {
			strbuf_add_char(&b, *text);
		}
	}
	return strbuf_take(&b);
}

/* ---- the table ---- */

/* What ends up in a request line stays in it. */
static int
check_visible(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	for (const char *at = text; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return err_set(e, ERR_PARSE, "%s: \"%s\" has a blank "
			    "or another octet that a request cannot have",
			    p->name, text);
	return 0;
}

static int
check_path(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (*text != '/')
		return err_set(e, ERR_PARSE, "%s: \"%s\" does not start with /",
		    p->name, text);
	return check_visible(p, value, e);
}

#define EXPR_ROW(what, row, text)					\
	{ .name = row, .kind = PROP_STRING, .flags = PROP_OURS,		\
	  .off = offsetof(struct monitor_metrics,			\
	      exprs[MONITOR_METRICS_##what]), .max = 1023,		\
	  .help = text "; none = what the format knows" }

#define OWN(row, k, member, text)					\
	.name = row, .kind = k, .flags = PROP_OURS,			\
	.off = offsetof(struct monitor_metrics, member), .help = text

static const struct prop metrics_props[] = {
	EXPR_ROW(BITS, "bits-per-second", "throughput both ways, in bit/s"),
	{ OWN("ca-file", PROP_STRING, ca_file,
	  "who may vouch for the server, PEM; none = the system's list"),
	  .max = 4095 },
	EXPR_ROW(CAPACITY, "capacity", "nodes that are up behind it"),
	EXPR_ROW(CONNECTIONS, "connections", "connections at this moment"),
	EXPR_ROW(CPU, "cpu-usage", "CPU in use of a server, in percent"),
	{ .name = "defaults-from", .kind = PROP_REF,
	  .off = offsetof(struct monitor, defaults_from),
	  .ref = "gtm monitor metrics", .flags = PROP_ALWAYS | PROP_LOCAL,
	  .dflt = "/Common/metrics",
	  .help = "monitor whose values count where none is given here" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct monitor, description), .flags = PROP_LOCAL,
	  .help = "free text" },
	{ .name = "destination", .kind = PROP_ADDRPORT,
	  .off = offsetof(struct monitor, destination), .dflt = "*:*",
	  .help = "who shows the page; * is the virtual server's own" },
	{ OWN("format", PROP_ENUM, format, "how the page reads, and what is "
	  "known of it"), .names = format_names, .dflt = "prometheus" },
	{ OWN("host", PROP_STRING, host, "name of the server in requests and "
	  "in its certificate; none = the address"), .max = 255,
	  .check = check_visible },
	{ .name = "interval", .kind = PROP_U32,
	  .off = offsetof(struct monitor, interval_s), .unit = "s",
	  .min = 1, .max = 86400, .dflt = "30",
	  .help = "from one look at the page to the next" },
	{ OWN("labels", PROP_STRING, labels, "LABEL=VALUE,... that series "
	  "must have; %n is the virtual server's or server's name"), .max = 1023 },
	EXPR_ROW(MEMORY, "memory-available", "free memory of a server, in KiB"),
	EXPR_ROW(PACKETS, "packets-per-second", "packets both ways per second"),
	{ .name = "password", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_metrics, password), .max = 255,
	  .flags = PROP_OURS | PROP_SECRET, .help = "for basic authentication" },
	{ OWN("path", PROP_STRING, path, "of the page; %n as in "
	  "labels; none = the format's"), .max = 1023, .check = check_path },
	{ .name = "probe-timeout", .kind = PROP_U32,
	  .off = offsetof(struct monitor, probe_timeout_s), .unit = "s",
	  .min = 1, .max = 86400, .dflt = "5",
	  .help = "time for one page, from connecting to its end" },
	{ OWN("protocol", PROP_BOOL, tls, "how the page is had"),
	  .names = protocol_names, .dflt = "http" },
	EXPR_ROW(SCORE, "score", "what the load balancer gives it"),
	{ .name = "timeout", .kind = PROP_U32,
	  .off = offsetof(struct monitor, timeout_s), .unit = "s",
	  .min = 1, .max = 604800, .dflt = "120",
	  .help = "how long a value counts when no new one comes" },
	{ OWN("username", PROP_STRING, username, "for basic authentication "
	  "(RFC 7617)"), .max = 255 },
	{ OWN("verify", PROP_BOOL, verify, "with https: the server's "
	  "certificate must be good for host"),
	  .names = prop_disabled_enabled, .dflt = "enabled" },
	{ .name = NULL }
};

/* warn: of one that reads nothing, too. */
static void
check_exprs(const struct monitor_metrics *m, const char *label, bool warn,
    struct diag *out)
{
	char *labels = monitor_metrics_fill(m->labels, "x");
	bool any = false;

	for (int w = 0; w < MONITOR_METRICS_WHATS; w++) {
		const char *text = monitor_metrics_expr(m,
		    (enum monitor_metrics_what)w);
		struct err e = { 0 };
		struct gaugeexpr *x;

		if (text == NULL)
			continue;
		any = true;
		x = gaugeexpr_new(monitor_metrics_form(m), text, labels, &e);
		if (x == NULL)
			(void)diag_error(out, &m->base.obj.pos, e.code,
			    "%s: %s: %s", label, what_names[w], e.text);
		gaugeexpr_free(&x);
	}
	free(labels);
	if (!any && warn)
		diag_warn(out, &m->base.obj.pos, "%s: no number is read: "
		    "format %s knows none by itself", label,
		    format_names[m->format]);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct monitor *m = monitor_effective_draft(d, o);
	struct object *mo;
	char label[300];

	if (m == NULL)
		return;		/* no parent, or a ring: reported as such */
	object_label(o, label, sizeof(label));
	if (m->interval_s >= m->timeout_s)
		(void)diag_error(out, &o->pos, ERR_CONFLICT,
		    "%s: interval: %u s is not under timeout, %u s", label,
		    m->interval_s, m->timeout_s);
	check_exprs((const struct monitor_metrics *)m, label,
	    m->defaults_from != NULL, out);
	mo = &m->obj;
	object_unref(&mo);
}

const struct type monitor_metrics_type = {
	.words = "gtm monitor metrics",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_metrics),
	.props = metrics_props,
	.help = "reads off a page how much is used",
	.check = check,
};
