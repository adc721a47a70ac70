/* tests/unit/monitors/afar.c - see afar.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/afar.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"

struct afar afar;

static int
on_start(void *arg, struct err *e)
{
	struct afar *a = arg;
	const struct probeserve_config c = {
		.loop = a->rig.loop, .probes = fakeprobe_types,
		.monitors = monitor_types, .sights = a->sights,
	};
	struct probeserve_config with = c;
	int pair[2];

	a->starts++;
	a->start_ns = loop_now_ns(a->rig.loop);
	if (a->refuses)
		return err_set(e, ERR_IO, "no process can be made");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0, pair), 0);
	a->ours = pair[0];
	a->end = with.fd = pair[1];
	if (!a->idle) {
		a->server = probeserve_new(&with, e);
		assert_non_null(a->server);
	}
	return pair[0];
}

void
afar_kill(void)
{
	probeserve_free(&afar.server);
	if (afar.end != -1)
		(void)close(afar.end);
	afar.end = -1;
}

static const char *
on_end(void *arg, char *text, size_t cap)
{
	struct afar *a = arg;

	afar_kill();
	(void)close(a->ours);
	a->ours = -1;
	(void)snprintf(text, cap, "signal=9");
	return text;
}

int
afar_set_up(void **state)
{
	const struct probelink_child child = { on_start, on_end, &afar };
	struct sched_config c = { .types = fakeprobe_types,
	    .afar = &probelink_afar };
	struct err e;

	(void)state;
	afar = (struct afar){ .end = -1, .ours = -1 };
	rig_open(&afar.rig, 0);
	sched_free(&afar.rig.sched);
	afar.sights = sightboard_new(&e);
	assert_non_null(afar.sights);
	afar.link = probelink_new(afar.rig.loop, &child, afar.sights, &e);
	assert_non_null(afar.link);
	c.loop = afar.rig.loop;
	c.board = afar.rig.board;
	c.afar_arg = afar.link;
	afar.rig.sched = sched_new(&c, &e);
	assert_non_null(afar.rig.sched);
	probelink_serve(afar.link, afar.rig.sched);
	return 0;
}

int
afar_tear_down(void **state)
{
	(void)state;
	probelink_stop(afar.link);
	sched_free(&afar.rig.sched);
	probelink_free(&afar.link);
	sightboard_free(&afar.sights);
	rig_close(&afar.rig);
	return 0;
}

void
afar_run(dur_ns by)
{
	for (unsigned i = 0; i < 4; i++)
		loop_poll(afar.rig.loop);
	for (dur_ns done = 0; done < by; done += 50 * CLOCK_MS) {
		loop_advance(afar.rig.loop, &afar.rig.clk, 50 * CLOCK_MS);
		for (unsigned i = 0; i < 4; i++)
			loop_poll(afar.rig.loop);
	}
}
