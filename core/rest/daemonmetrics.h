/* core/rest/daemonmetrics.h - the page of numbers of a daemon that has few: written in one
 * piece, its own between those that every daemon has of process, configuration and control
 * socket. Control loop only. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_DAEMONMETRICS_H
#define CORE_REST_DAEMONMETRICS_H

#include "core/base/clock.h"

struct restdaemon;
struct restreply;
struct strbuf;

/* Lives as long as the server; all borrowed. */
struct daemonmetrics {
	const struct restdaemon *rest;
	real_s		 started;
	void		(*write)(void *arg, struct strbuf *out);
	void		*arg;
};

/* Answers GET /metrics. */
void daemonmetrics_scrape(const struct daemonmetrics *m, struct restreply *r);

#endif
