/* gtmd/migrate/migskip.c - see migskip.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migskip.h"

#include "core/base/err.h"
#include "gtmd/migrate/migstate.h"

static int
check_time(const struct migstate *m, int host, struct err *e)
{
	if (host < 0 || m->spec == NULL || (size_t)host >= m->spec->host_count)
		return err_set(e, ERR_REF, "host: which one is meant");
	if (m->aborting || (m->phase != MIGSTATE_PREPARING &&
	    m->phase != MIGSTATE_MOVING && m->phase != MIGSTATE_ROLLING_BACK))
		return err_set(e, ERR_CONFLICT, "host %s: the migration is %s",
		    m->spec->hosts[host].name, m->aborting ? "aborting" :
		    migstate_phase_name(m->phase));
	return 0;
}

/* Others that the plan still has. */
static size_t
others(const struct migstate *m, int host)
{
	size_t count = 0;

	for (size_t i = 0; i < m->spec->host_count; i++)
		count += i != (size_t)host && !m->host[i].skipping &&
		    m->host[i].phase != MIGSTATE_HOST_SKIPPED;
	return count;
}

int
migskip_check(const struct migstate *m, int host, struct err *e)
{
	const struct migstate_host *h;
	bool back = migstate_goes_back(m);
	const char *name;
	int rc = check_time(m, host, e);

	if (rc != 0)
		return rc;
	h = &m->host[host];
	name = m->spec->hosts[host].name;
	if (h->skipping || h->phase == MIGSTATE_HOST_SKIPPED)
		return err_set(e, ERR_CONFLICT, "host %s is skipped already", name);
	if (back && h->phase == MIGSTATE_HOST_WAITING && h->activity == MIGSTATE_IDLE)
		return err_set(e, ERR_CONFLICT, "host %s is at home", name);
	if (!back && h->phase == MIGSTATE_HOST_THERE)
		return err_set(e, ERR_CONFLICT, "host %s has moved already: roll-back "
		    "takes all of them home", name);
	if (h->activity != MIGSTATE_IDLE && (h->step == MIGEVENT_ANNOUNCE ||
	    h->step == MIGEVENT_VERIFY || h->step == MIGEVENT_FINISH))
		return err_set(e, ERR_CONFLICT, "host %s has moved already, and is in its "
		    "step %s", name, migevent_step_name(h->step));
	if (others(m, host) == 0)
		return err_set(e, ERR_CONFLICT, "host %s is the last one of the plan: "
		    "%s gives all of it up", name, back ? "abort" : "roll-back or abort");
	return 0;
}

int
migskip_check_retry(const struct migstate *m, int host, struct err *e)
{
	const struct migstate_host *h;
	int rc = check_time(m, host, e);

	if (rc != 0)
		return rc;
	h = &m->host[host];
	if (h->skipping || h->phase == MIGSTATE_HOST_SKIPPED ||
	    h->phase == MIGSTATE_HOST_FAILED || h->fails > 0 || h->tries > 0)
		return 0;
	return err_set(e, ERR_CONFLICT, "host %s has neither failed nor been skipped",
	    m->spec->hosts[host].name);
}
