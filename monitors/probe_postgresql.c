/* monitors/probe_postgresql.c - one probe: the start-up message, and what the
 * server says to it. That it wants a password, or knows no such user, is said by a
 * server that serves; whether it does is told by its SQLSTATE (pgreply.h).
 *
 * SSLRequest would be no check: the postmaster answers it while the server is
 * starting up. We hang up in order, since a reset is a line in the server's log.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_postgresql.h"

#include "core/wire/wbuf.h"
#include "monitors/attempt.h"
#include "monitors/dbspec.h"
#include "monitors/monitor_db.h"
#include "monitors/parley.h"
#include "monitors/pgreply.h"

static enum parley_next
turn(const void *spec, const struct parley *at, struct probe_result *r)
{
	const struct dbspec *s = spec;

	if (at->said == 0) {
		pgreply_start(at->out, s->user);
		return PARLEY_SAY;
	}
	switch (pgreply_read(at->in, at->len, &r->status)) {
	case PGREPLY_MORE:
		return PARLEY_READ;
	case PGREPLY_ENTERED:
		pgreply_leave(at->out);
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
		break;
	case PGREPLY_SPEAKS:
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
		break;
	case PGREPLY_ERROR:
		r->code = PROBE_SQLSTATE;
		if (pgreply_is_down(r->status))
			break;
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
		r->status = 0;
		break;
	case PGREPLY_GARBLED:
		r->code = PROBE_GARBLED;
		break;
	}
	return PARLEY_DONE;
}

static void *
spec_new(const struct monitor *m)
{
	static const struct parley_spec parley = { .turn = turn,
	    .in_max = PGREPLY_MAX };

	return dbspec_new(m, &parley);
}

const struct probe_type probe_postgresql_type = {
	.object = &monitor_postgresql_type,
	.engine_new = parley_engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = spec_new,
	.spec_free = dbspec_free,
	.start = parley_start,
	.stop = attempt_stop,
};
