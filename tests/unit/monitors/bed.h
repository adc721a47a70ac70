/* tests/unit/monitors/bed.h - a test bed for one probe type: a loop in virtual
 * time, a peer, and one probe at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_BED_H
#define TESTS_UNIT_MONITORS_BED_H

#include "tests/unit/monitors/peer.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"

struct bed {
	const struct probe_type	*type;
	struct clock		 clk;
	struct loop		*loop;
	void			*engine;
	struct peer		 peer;
	struct monitor		*monitor;
	unsigned		 done;		/* calls of done */
	struct probe_result	 result;	/* of the newest */
};

static inline void
bed_set(struct monitor *m, const char *name, const char *value)
{
	const struct prop *p = prop_find(m->obj.type->props, name, NULL);
	struct err e = { 0 };

	if (p == NULL || prop_set(p, m, value, &e) != 0)
		fail_msg("%s: %s: %s", name, value, e.text);
}

static inline void
bed_open(struct bed *b, const struct probe_type *type)
{
	struct err e;

	*b = (struct bed){ .type = type };
	clock_fake_init(&b->clk, 1000 * CLOCK_S, 1700000000);
	b->loop = loop_new(&b->clk, &e);
	assert_non_null(b->loop);
	b->engine = type->engine_new(b->loop, &e);
	assert_non_null(b->engine);
	b->monitor = (struct monitor *)object_new(type->object, "/Common/m");
	peer_open(&b->peer, b->loop);
}

static inline void
bed_close(struct bed *b)
{
	struct object *o = &b->monitor->obj;

	object_unref(&o);
	peer_shut(&b->peer);
	b->type->engine_free(&b->engine);
	loop_poll(b->loop);
	loop_free(&b->loop);
}

static inline void
bed_on_done(void *arg, const struct probe_result *r)
{
	struct bed *b = arg;

	b->done++;
	b->result = *r;
}

/* One probe of 5 s, to its end. step: virtual time that passes between looks
 * at the sockets; 0 for peers that answer. */
static inline void
bed_probe(struct bed *b, dur_ns step)
{
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = { .loop = b->loop, .engine = b->engine,
	    .spec = spec, .to = b->peer.at, .timeout_ns = 5 * CLOCK_S,
	    .done = bed_on_done, .arg = b };
	unsigned before = b->done;
	struct probe *p = b->type->start(&job);

	assert_non_null(p);
	assert_int_equal(b->done, before);	/* never out of start */
	for (int i = 0; b->done == before; i++) {
		if (i == 1000000)
			fail_msg("the probe does not end");
		loop_advance(b->loop, &b->clk, step);
	}
	assert_int_equal(b->done, before + 1);
	b->type->spec_free(&spec);
}

static inline void
bed_expect(const struct bed *b, enum probe_outcome outcome,
    enum probe_code code)
{
	char why[128];

	if (b->result.outcome != outcome || b->result.code != code)
		fail_msg("outcome %d (%s), want outcome %d, code %d",
		    b->result.outcome, probe_reason(&b->result, why,
		    sizeof(why)), outcome, code);
}

#endif
