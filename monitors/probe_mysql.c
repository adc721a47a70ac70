/* monitors/probe_mysql.c - one probe: the server's greeting, and a log-in
 * without a password so that the server does not take us for a broken client
 * (mysqlgreet.h). Whether it lets us in is no matter: a server that says who may
 * not come in serves.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_mysql.h"

#include "monitors/attempt.h"
#include "monitors/dbspec.h"
#include "monitors/monitor_db.h"
#include "monitors/mysqlgreet.h"
#include "monitors/parley.h"

#define SWITCHES_MAX	3	/* of the method, which are asked for in turn */

static enum parley_next
finish_up(struct probe_result *r)
{
	r->outcome = PROBE_UP;
	r->code = PROBE_OK;
	return PARLEY_DONE;
}

static enum parley_next
finish_error(struct probe_result *r, uint16_t error)
{
	if (mysqlgreet_is_denial(error))
		return finish_up(r);
	r->code = PROBE_SQL;
	r->status = error;
	return PARLEY_DONE;
}

static enum parley_next
turn(const void *spec, const struct parley *at, struct probe_result *r)
{
	const struct dbspec *s = spec;
	struct mysqlgreet_packet p;
	enum mysqlgreet is = at->said == 0 ?
	    mysqlgreet_hello(at->in, at->len, &p) :
	    mysqlgreet_answer(at->in, at->len, &p);

	switch (is) {
	case MYSQLGREET_MORE:
		return PARLEY_READ;
	case MYSQLGREET_HELLO:
		return mysqlgreet_login(at->out, &p, s->user) ? PARLEY_SAY :
		    finish_up(r);
	case MYSQLGREET_ENTERED:
		mysqlgreet_leave(at->out);
		return finish_up(r);
	case MYSQLGREET_SWITCH:
		if (at->said > SWITCHES_MAX)
			return finish_up(r);
		mysqlgreet_nothing(at->out, &p);
		return PARLEY_SAY;
	case MYSQLGREET_ERROR:
		return finish_error(r, p.error);
	case MYSQLGREET_GARBLED:
		r->code = PROBE_GARBLED;
		return PARLEY_DONE;
	}
	return PARLEY_DONE;
}

static void *
spec_new(const struct monitor *m)
{
	static const struct parley_spec parley = { .turn = turn,
	    .in_max = MYSQLGREET_MAX };

	return dbspec_new(m, &parley);
}

const struct probe_type probe_mysql_type = {
	.object = &monitor_mysql_type,
	.engine_new = parley_engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = spec_new,
	.spec_free = dbspec_free,
	.start = parley_start,
	.stop = attempt_stop,
};
