/* tests/unit/monitors/rig.c - see rig.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/rig.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct rig rig;

void
rig_open(struct rig *r, size_t limit)
{
	static int null = -1;
	struct log_config quiet = { .level = LOG_ERROR };
	struct sched_config c = { .types = fakeprobe_types, .limit = limit };
	struct err e;

	if (null == -1)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	quiet.fd = null;
	log_setup(&quiet);
	*r = (struct rig){ 0 };
	fakeprobe_reset();
	clock_fake_init(&r->clk, 12345 * CLOCK_S, 1700000000);
	c.loop = r->loop = loop_new(&r->clk, &e);
	assert_non_null(r->loop);
	c.board = r->board = board_new();
	r->sched = sched_new(&c, &e);
	assert_non_null(r->sched);
	r->monitor = (struct monitor *)object_new(&monitor_tcp_type,
	    "/Common/m");
}

void
rig_close(struct rig *r)
{
	struct object *o = &r->monitor->obj;

	sched_free(&r->sched);
	board_free(&r->board);
	object_unref(&o);
	loop_free(&r->loop);
	assert_int_equal(fakeprobe.running, 0);
	assert_int_equal(fakeprobe.specs, 0);
}

int
rig_set_up(void **state)
{
	(void)state;
	rig_open(&rig, 0);
	return 0;
}

int
rig_tear_down(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

void
rig_on_change(struct watch *w, void *arg)
{
	struct rig *r = arg;

	(void)w;
	r->calls++;
}

struct watch *
rig_watch(struct rig *r, uint16_t port)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = port };

	return watch_open(r->sched, r->monitor, &to, rig_on_change, r);
}

void
rig_run(struct rig *r, dur_ns by)
{
	loop_advance(r->loop, &r->clk, by);
}

void
rig_change(struct rig *r, const char *name, const char *value)
{
	struct object *o = &r->monitor->obj, *n = object_clone(o);
	const struct prop *p = name != NULL ?
	    prop_find(n->type->props, name, NULL) : NULL;
	struct err e = { 0 };

	if (name != NULL && (p == NULL || prop_set(p, n, value, &e) != 0))
		fail_msg("%s: %s: %s", name, value, e.text);
	object_unref(&o);
	r->monitor = (struct monitor *)n;
}
