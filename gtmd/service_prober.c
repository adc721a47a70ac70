/* gtmd/service_prober.c - see service_prober.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/service_prober.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "monitors/gateways.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/probelink.h"
#include "monitors/probeserve.h"
#include "monitors/sightboard.h"

static int
start(void *arg, struct err *e)
{
	struct service_prober *p = arg;
	int rc = probechild_start(&p->child, p->argv, e);

	return rc != 0 ? rc : p->child.fd;
}

static const char *
end(void *arg, char *text, size_t cap)
{
	return probechild_end(&((struct service_prober *)arg)->child, text,
	    cap);
}

struct probelink *
service_prober_start(struct service_prober *p, struct loop *loop,
    struct err *e)
{
	const struct probelink_child child = { start, end, p };

	p->sights = sightboard_new(e);
	if (p->sights == NULL)
		return NULL;
	p->child.sights = sightboard_fd(p->sights);
	return probelink_new(loop, &child, p->sights, e);
}

void
service_prober_fini(struct service_prober *p)
{
	sightboard_free(&p->sights);
}

int
service_prober_run(void)
{
	struct err e = { 0 };
	struct loop *loop = loop_new(&clock_system, &e);
	struct probeserve_config c = {
		.loop = loop, .fd = PROBECHILD_FD, .probes = probe_types,
		.monitors = monitor_types,
	};
	struct probeserve *s = NULL;

	probechild_settle();
	gateways_sweep();
	c.sights = sightboard_map(PROBECHILD_SIGHTS_FD, &e);
	if (loop != NULL && c.sights != NULL)
		s = probeserve_new(&c, &e);
	if (s != NULL)
		loop_run(loop);
	else
		log_at(LOG_ERROR, "gtmd", "prober", "not-started", "cause=%s",
		    e.text);
	probeserve_free(&s);
	sightboard_free(&c.sights);
	loop_free(&loop);
	return e.text[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
