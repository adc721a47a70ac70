/* core/rest/procmetrics.h - the numbers that every daemon has of itself, for
 * Prometheus: release, process, answers of the control socket. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_PROCMETRICS_H
#define CORE_REST_PROCMETRICS_H

#include <sys/types.h>

#include "core/rest/metrics.h"

struct restserver;
struct strbuf;

/* The four families of a process. */
struct procmetrics {
	struct metrics_family cpu, resident, fds, fds_max;
};

/* name: their common beginning; of: " of …", or "" for this process. */
#define PROCMETRICS(name, of)						\
	{ { name "_cpu_seconds_total", METRICS_COUNTER,			\
	    "CPU time of all threads" of "." },				\
	  { name "_resident_memory_bytes", METRICS_GAUGE,		\
	    "Memory in use" of "." },					\
	  { name "_open_fds", METRICS_GAUGE,				\
	    "Descriptors that are open" of "." },			\
	  { name "_max_fds", METRICS_GAUGE,				\
	    "Descriptors that may be open" of "." } }

/* What a process uses; nothing when there is none of this id. */
void procmetrics_write(struct strbuf *b, const struct procmetrics *f,
    pid_t pid);
/* The release, and this process, under the names that all exporters share. */
void procmetrics_own(struct strbuf *b);
/* Answers of a control socket by their status; NULL: of none. */
void procmetrics_rest(struct strbuf *b, const struct restserver *s);

#endif
