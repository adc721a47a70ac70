/* monitors/monitor_metrics.h - "gtm monitor metrics": where a page of numbers is,
 * and which of them say how much a server or virtual server is used.
 *
 * It does not say whether anything is up: who shows the numbers may be away while
 * what they are about is well. So it stands in metrics-monitor, not in monitor.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_METRICS_H
#define MONITORS_MONITOR_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "monitors/gaugeexpr.h"
#include "monitors/monitor.h"

enum monitor_metrics_format {
	MONITOR_METRICS_PROMETHEUS,
	MONITOR_METRICS_JSON,
	MONITOR_METRICS_HAPROXY_FRONTEND,
	MONITOR_METRICS_HAPROXY_BACKEND,
	MONITOR_METRICS_HAPROXY_SERVER,
	MONITOR_METRICS_NODE_EXPORTER,
	MONITOR_METRICS_F5_REST,
	MONITOR_METRICS_FORMATS
};

/* What can be read off a page. */
enum monitor_metrics_what {
	MONITOR_METRICS_BITS,
	MONITOR_METRICS_CAPACITY,
	MONITOR_METRICS_CONNECTIONS,
	MONITOR_METRICS_PACKETS,
	MONITOR_METRICS_SCORE,
	MONITOR_METRICS_CPU,
	MONITOR_METRICS_MEMORY,
	MONITOR_METRICS_WHATS
};

struct monitor_metrics {
	struct monitor	 base;		/* timeout: how long a value counts */
	uint32_t	 format;	/* enum monitor_metrics_format */
	bool		 tls;
	bool		 verify;	/* TLS: certificate and name */
	char		*ca_file;	/* NULL = the system's */
	char		*host;		/* Host and TLS name; NULL = address */
	char		*path;		/* NULL = the format's */
	char		*username, *password;
	char		*labels;
	char		*exprs[MONITOR_METRICS_WHATS];	/* NULL = format's */
};

extern const struct type monitor_metrics_type;

/* How its pages read. */
enum gaugeexpr_form monitor_metrics_form(const struct monitor_metrics *m);
/* The path on the server, the monitor's or its format's; and the expression for
 * one number, "none" of which is NULL. Both with % escapes as they are. */
const char *monitor_metrics_path(const struct monitor_metrics *m);
const char *monitor_metrics_expr(const struct monitor_metrics *m,
    enum monitor_metrics_what w);
/* What such a number can be at most. */
uint64_t monitor_metrics_max(enum monitor_metrics_what w);
/* text with each %n replaced by name, for the caller to free; NULL gives NULL. */
char *monitor_metrics_fill(const char *text, const char *name);

#endif
