/* tests/unit/monitors/bed.c - see bed.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>

#include "core/base/err.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

void
bed_set(struct monitor *m, const char *name, const char *value)
{
	const struct prop *p = prop_find(m->obj.type->props, name, NULL);
	struct err e = { 0 };

	if (p == NULL || prop_set(p, m, value, &e) != 0)
		fail_msg("%s: %s: %s", name, value, e.text);
}

void
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

void
bed_close(struct bed *b)
{
	struct object *o = &b->monitor->obj;

	object_unref(&o);
	peer_shut(&b->peer);
	b->type->engine_free(&b->engine);
	loop_poll(b->loop);
	loop_free(&b->loop);
}

int
bed_tear_down(void **state)
{
	bed_close(*state);
	return 0;
}

static void
on_done(void *arg, const struct probe_result *r)
{
	struct bed *b = arg;

	b->done++;
	b->result = *r;
}

struct probe_job
bed_job(struct bed *b, void *spec, dur_ns timeout_ns)
{
	return (struct probe_job){ .loop = b->loop, .engine = b->engine,
	    .spec = spec, .to = b->peer.at, .timeout_ns = timeout_ns,
	    .done = on_done, .arg = b };
}

void
bed_probe(struct bed *b, dur_ns step)
{
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
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

void
bed_expect(const struct bed *b, enum probe_outcome outcome,
    enum probe_code code)
{
	char why[128];

	if (b->result.outcome != outcome || b->result.code != code)
		fail_msg("outcome %d (%s), want outcome %d, code %d",
		    b->result.outcome, probe_reason(&b->result, why,
		    sizeof(why)), outcome, code);
}

void
bed_refusals_are_told_apart(struct bed *b, const char *send)
{
	bed_set(b->monitor, "send", send);
	b->peer.mood = PEER_RESET;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_RESET);
	b->peer.mood = PEER_CLOSE;
	bed_set(b->monitor, "send", "none");
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_CLOSED);
	peer_close_door(&b->peer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
	assert_int_equal(b->result.sys_errno, ECONNREFUSED);
}

void
bed_stop_is_silent(struct bed *b)
{
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);
	int turns;

	for (turns = 0; turns < 60; turns++) {
		struct probe *p = b->type->start(&job);

		for (int i = 0; i < turns && b->done == 0; i++)
			loop_advance(b->loop, &b->clk, 0);
		if (b->done != 0)
			break;
		b->type->stop(&p);
		assert_null(p);
		loop_advance(b->loop, &b->clk, 2 * CLOCK_S);
		assert_int_equal(b->done, 0);
	}
	assert_int_equal(b->done, 1);	/* the last one got through */
	assert_true(turns > 2);
	b->type->spec_free(&spec);
}
