/* gtmd/mover/moverpart.c - see moverpart.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverpart.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstep.h"

static void
add(struct moverpart_list *l, enum moverpart_kind kind, size_t host,
    enum driver_action action)
{
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(*l->v));
	l->v[l->count++] = (struct moverpart){ .kind = kind,
	    .host = (uint16_t)host, .action = action };
}

static void
add_plain(struct moverpart_list *l, enum moverpart_kind kind, size_t host)
{
	add(l, kind, host, DRIVER_CHECK);
}

static bool
is_left_out(const struct migstep_op *op, size_t host)
{
	return (op->without[host / 64] >> host % 64 & 1) != 0;
}

/* The first of those who move between the same two places: companions of two sites
 * are asked once. */
static bool
is_first(const struct migspec *s, const struct migstep_op *op, size_t host)
{
	const struct migspec_host *h = &s->hosts[host];

	for (size_t i = 0; i < host; i++)
		if (!is_left_out(op, i) && strcmp(s->hosts[i].from_hypervisor,
		    h->from_hypervisor) == 0 && strcmp(s->hosts[i].to_hypervisor,
		    h->to_hypervisor) == 0)
			return false;
	return true;
}

static void
add_prepare(struct moverpart_list *l, const struct migspec *s,
    const struct migstep_op *op)
{
	l->at_once = MIGSTEP_CHECKS_AT_ONCE;
	if (s->guard_destination)
		add_plain(l, MOVERPART_DESTINATION, 0);
	if (s->relay_application != NULL)
		add_plain(l, MOVERPART_RELAY_READY, 0);
	for (size_t i = 0; i < s->host_count; i++) {
		if (is_left_out(op, i))
			continue;
		if (is_first(s, op, i)) {
			add_plain(l, MOVERPART_EIP_READY, i);
			add_plain(l, MOVERPART_WOM_READY, i);
		}
		add(l, MOVERPART_DRIVER, i, DRIVER_CHECK);
	}
}

/* Who was asked before may have been started anew since: womd has no jobs then, and
 * etheripd has told nobody where the station is. */
static void
add_step(struct moverpart_list *l, const struct migstep_op *op)
{
	size_t host = (size_t)op->host;

	switch (op->step) {
	case MIGEVENT_PREPARE:
		break;
	case MIGEVENT_STORAGE:
		add_plain(l, MOVERPART_JOB_OPEN, host);
		add(l, MOVERPART_DRIVER, host, DRIVER_STORAGE);
		break;
	case MIGEVENT_MEMORY:
		add_plain(l, MOVERPART_JOB_OPEN, host);
		add_plain(l, MOVERPART_EIP_FREEZE, host);
		add(l, MOVERPART_DRIVER, host, DRIVER_MEMORY);
		add_plain(l, MOVERPART_JOB_LOOK, host);
		break;
	case MIGEVENT_ANNOUNCE:
		add_plain(l, MOVERPART_EIP_ANNOUNCE, host);
		break;
	case MIGEVENT_VERIFY:
		if (op->attempt > 1)
			add_plain(l, MOVERPART_EIP_ANNOUNCE, host);
		add(l, MOVERPART_DRIVER, host, DRIVER_VERIFY);
		add_plain(l, MOVERPART_EIP_WHERE, host);
		add_plain(l, MOVERPART_PAGE, host);
		break;
	case MIGEVENT_FINISH:
		add(l, MOVERPART_DRIVER, host, DRIVER_FINISH);
		add_plain(l, MOVERPART_JOB_CLOSE, host);
		break;
	case MIGEVENT_CANCEL:
		add(l, MOVERPART_DRIVER, host, DRIVER_CANCEL);
		add_plain(l, MOVERPART_EIP_THAW, host);
		add_plain(l, MOVERPART_JOB_CLOSE, host);
		break;
	case MIGEVENT_LOCATE:
		add(l, MOVERPART_DRIVER, host, DRIVER_VERIFY);
		break;
	}
}

void
moverpart_list_init(struct moverpart_list *l, const struct migspec *s,
    const struct migstep_op *op)
{
	*l = (struct moverpart_list){ .at_once = 1 };
	if (op->kind == MIGSTEP_PREPARE)
		add_prepare(l, s, op);
	else if (op->kind == MIGSTEP_HOST)
		add_step(l, op);
}

void
moverpart_list_fini(struct moverpart_list *l)
{
	free(l->v);
	*l = (struct moverpart_list){ .v = NULL };
}
