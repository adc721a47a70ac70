/* tests/unit/gtmd/migrate/migcase.c - see migcase.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/migrate/migcase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static struct migstep_op ops[MIGSTEP_OPS_MAX];

struct migspec *
migcase_spec(unsigned hosts)
{
	struct migspec *s = migspec_new();

	s->name = mem_strdup("/Common/move");
	for (unsigned i = 0; i < hosts; i++)
		migspec_add_host(s)->name = mem_printf("vm%u", i + 1);
	return s;
}

static void
fold(struct migcase *c, struct migevent *ev)
{
	struct err e;

	if (migstate_fold(c->m, ev, &e) != 0)
		fail_msg("%s", e.text);
	if (c->heard != NULL)
		c->heard(c->arg, c->m, ev, c->m->events);
	(void)snprintf(c->last, sizeof(c->last), "%s", ev->text);
	migevent_fini(ev);
}

static int
say(struct migcase *c, struct migcommand *w)
{
	struct migcommand_turn t = { c->m, &c->seen, c->now_ms };
	struct migevent ev;
	struct err e;
	int rc = migcommand_event(&t, w, &ev, &e);

	if (rc == 0)
		fold(c, &ev);
	else
		(void)snprintf(c->last, sizeof(c->last), "%s", e.text);
	return rc;
}

void
migcase_init(struct migcase *c, struct migspec *spec)
{
	struct migcommand w = { .verb = MIGCOMMAND_START, .share = MIGCOMMAND_NO_SHARE,
	    .spec = &spec };

	memset(c, 0, sizeof(*c));
	c->m = migstate_new();
	c->now_ms = MIGCASE_START_MS;
	c->seen.traffic = (struct migtraffic_view){ .known = true, .from_live = 2,
	    .to_live = 2 };
	c->seen.late_counted = true;
	if (say(c, &w) != 0)
		fail_msg("%s", c->last);
	assert_null(spec);
}

void
migcase_fini(struct migcase *c)
{
	migstate_free(&c->m);
}

int
migcase_next(struct migcase *c)
{
	struct migevent ev;

	if (!migstep_next(c->m, &c->seen, c->now_ms, &ev))
		return -1;
	fold(c, &ev);
	return (int)ev.kind;
}

void
migcase_settle(struct migcase *c)
{
	unsigned events = 0;

	while (migcase_next(c) >= 0)
		if (++events > 1000)
			fail_msg("no end of events: %s", c->last);
}

static void
end(struct migcase *c, const struct migstep_op *op, bool ok, bool retry)
{
	struct migevent ev;

	if (!migstep_ended(c->m, op, &(struct migstep_end){ .ok = ok, .retry = retry,
	    .text = ok ? "" : "it went wrong", .octets = 1000, .wire_octets = 100 },
	    c->now_ms, &ev))
		fail_msg("%s is of no interest", op->id);
	fold(c, &ev);
}

static void
end_one(struct migcase *c, const char *host, enum migevent_step step, bool ok, bool retry)
{
	size_t n = migstep_wants(c->m, ops);

	for (size_t i = 0; i < n; i++) {
		const char *name = ops[i].host < 0 ? "" :
		    c->m->spec->hosts[ops[i].host].name;

		if (ops[i].kind != MIGSTEP_COMMIT && ops[i].step == step &&
		    strcmp(name, host) == 0) {
			end(c, &ops[i], ok, retry);
			migcase_settle(c);
			return;
		}
	}
	fail_msg("%s of \"%s\" is not wanted", migevent_step_name(step), host);
}

void
migcase_end(struct migcase *c, const char *host, enum migevent_step step, bool ok)
{
	end_one(c, host, step, ok, true);
}

void
migcase_fail_for_good(struct migcase *c, const char *host, enum migevent_step step)
{
	end_one(c, host, step, false, false);
}

void
migcase_commit(struct migcase *c)
{
	size_t n = migstep_wants(c->m, ops);

	assert_true(n > 0);
	assert_int_equal(ops[0].kind, MIGSTEP_COMMIT);
	end(c, &ops[0], true, false);
	migcase_settle(c);
}

bool
migcase_wants(const struct migcase *c, const char *id)
{
	size_t n = migstep_wants(c->m, ops);

	for (size_t i = 0; i < n; i++)
		if (strcmp(ops[i].id, id) == 0)
			return true;
	return false;
}

void
migcase_until(struct migcase *c, enum migstate_phase p)
{
	for (unsigned turns = 0; c->m->phase != p; turns++) {
		size_t n;

		if (turns > 10000)
			fail_msg("still %s", migstate_phase_name(c->m->phase));
		if (migcase_next(c) >= 0)
			continue;
		n = migstep_wants(c->m, ops);
		for (size_t i = 0; i < n; i++)
			end(c, &ops[i], true, false);
		c->now_ms += 1000;
	}
}

void
migcase_wait(struct migcase *c, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		c->now_ms += 1000;
		migcase_settle(c);
	}
}

void
migcase_say(struct migcase *c, enum migcommand_verb v)
{
	migcase_say_of(c, v, NULL);
}

void
migcase_say_of(struct migcase *c, enum migcommand_verb v, const char *host)
{
	struct migcommand w = { .verb = v, .user = "admin", .share = MIGCOMMAND_NO_SHARE,
	    .host = host };

	if (say(c, &w) != 0)
		fail_msg("%s", c->last);
	migcase_settle(c);
}

void
migcase_refused(struct migcase *c, enum migcommand_verb v)
{
	migcase_refused_of(c, v, NULL);
}

void
migcase_refused_of(struct migcase *c, enum migcommand_verb v, const char *host)
{
	struct migcommand w = { .verb = v, .user = "admin", .share = MIGCOMMAND_NO_SHARE,
	    .host = host };

	assert_int_not_equal(say(c, &w), 0);
}
