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

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/wire/wbuf.h"
#include "monitors/attempt.h"
#include "monitors/monitor_db.h"
#include "monitors/parley.h"
#include "monitors/pgreply.h"

struct spec {
	struct parley_spec parley;
	char		*user;		/* owned */
};

static enum parley_next
turn(const void *spec, const struct parley *at, struct probe_result *r)
{
	const struct spec *s = spec;

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
	struct spec *s = mem_zalloc(1, sizeof(*s));

	s->parley = (struct parley_spec){ .turn = turn, .in_max = PGREPLY_MAX };
	s->user = mem_strdup(monitor_db_user((const struct monitor_db *)m));
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	free(s->user);
	free(s);
}

const struct probe_type probe_postgresql_type = {
	.object = &monitor_postgresql_type,
	.engine_new = parley_engine_new,
	.engine_free = parley_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = parley_start,
	.stop = attempt_stop,
};
