/* gtmd/mover/movercall.c - see movercall.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/movercall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/companion/companion.h"
#include "gtmd/companion/companion_eip.h"
#include "gtmd/companion/companion_wom.h"
#include "gtmd/mover/moverplace.h"
#include "gtmd/types/hypervisor.h"

#define WITHIN_NS	(5 * CLOCK_S)	/* on the same machine, or the next */
#define FREEZE_NS	(600 * CLOCK_S)	/* as long as etheripd takes */

struct movercall {
	unsigned	 magic;
#define MOVERCALL_MAGIC	0xca11e0d3u
	enum moverpart_kind kind;
	struct fetcher	*fetcher;
	struct movercall_owner owner;
	char		*sockets[2];	/* who is asked, one after the other */
	struct companion_ask asks[2];
	char		*groups[2];
	size_t		 count, next;
	struct companion_call *call;
	uint64_t	 wire_octets;
	char		 text[ERR_TEXT_MAX];
};

static void ask_next(struct movercall *c);

/* Does a failure of it stop the operation? */
static bool
counts(enum moverpart_kind kind)
{
	return kind == MOVERPART_EIP_READY || kind == MOVERPART_WOM_READY ||
	    kind == MOVERPART_RELAY_READY ||
	    kind == MOVERPART_EIP_ANNOUNCE || kind == MOVERPART_EIP_WHERE;
}

/* ---- answers ---- */

static void
finish(struct movercall *c, enum movercall_end end)
{
	const struct movercall_owner owner = c->owner;
	char text[ERR_TEXT_MAX];
	const struct movercall_result r = { end, c->text[0] != '\0' ? text :
	    NULL, c->wire_octets };

	(void)snprintf(text, sizeof(text), "%s", c->text);
	movercall_stop(&c);
	owner.done(owner.arg, &r);
}

/* It was put there by its announcement: an etheripd that does not know it has been
 * started anew since, and what it was to tell the others is to be told again. */
static enum movercall_end
read_where(struct movercall *c, const struct json *body, struct err *e)
{
	struct companion_eip_where w;

	if (companion_eip_read_where(body, &w, e) != 0)
		return MOVERCALL_FAILED;
	if (w.place == COMPANION_EIP_LOCAL)
		return MOVERCALL_DONE;
	if (w.place == COMPANION_EIP_UNKNOWN) {
		(void)err_set(e, ERR_REF, "%s: etheripd has forgotten the "
		    "station", c->sockets[c->next - 1]);
		return MOVERCALL_FAILED;
	}
	(void)err_set(e, ERR_CONFLICT, "%s: the station is not seen there yet",
	    c->sockets[c->next - 1]);
	return MOVERCALL_AGAIN;
}

/* Open too soon it would take users away from the site that they are sent to. */
static int
read_relay(const struct json *body, struct err *e)
{
	bool enabled;
	int rc = companion_wom_read_application(body, &enabled, e);

	if (rc == 0 && enabled)
		rc = err_set(e, ERR_CONFLICT, "relay-application is enabled: it is "
		    "to be disabled, the migration enables it when users have "
		    "left");
	return rc;
}

/* What an answer with a good status says. */
static enum movercall_end
read_answer(struct movercall *c, const struct json *body, struct err *e)
{
	struct companion_wom_state job;
	int rc = 0;

	switch (c->kind) {
	case MOVERPART_EIP_READY:
		rc = companion_eip_read_ready(body, c->groups[c->next - 1], e);
		break;
	case MOVERPART_WOM_READY:
		rc = companion_wom_read_ready(body, e);
		break;
	case MOVERPART_RELAY_READY:
		rc = read_relay(body, e);
		break;
	case MOVERPART_EIP_WHERE:
		return read_where(c, body, e);
	case MOVERPART_JOB_LOOK:
		if (companion_wom_read_state(body, &job, e) == 0)
			c->wire_octets = job.wire_octets;
		break;
	case MOVERPART_DESTINATION:
	case MOVERPART_DRIVER:
	case MOVERPART_PAGE:
	case MOVERPART_EIP_FREEZE:
	case MOVERPART_EIP_THAW:
	case MOVERPART_EIP_ANNOUNCE:
	case MOVERPART_JOB_OPEN:
	case MOVERPART_JOB_CLOSE:
		break;
	}
	if (rc != 0)
		(void)err_wrap(e, "%s", c->sockets[c->next - 1]);
	return rc == 0 ? MOVERCALL_DONE : MOVERCALL_FAILED;
}

static void
on_answer(void *arg, const struct companion_answer *a)
{
	struct movercall *c = arg;
	enum movercall_end end = MOVERCALL_FAILED;
	struct err e = { 0 };

	OBJ_CHECK(c, MOVERCALL_MAGIC);
	c->call = NULL;
	if (a->status >= 200 && a->status < 300)
		end = read_answer(c, a->body, &e);
	else
		(void)err_set(&e, ERR_IO, "%s", a->text);
	/* The first thing that went wrong is what is said, if anything did. */
	if (end != MOVERCALL_DONE && c->text[0] == '\0')
		(void)snprintf(c->text, sizeof(c->text), "%s", e.text);
	if (end != MOVERCALL_DONE && counts(c->kind))
		finish(c, end);
	else if (c->next == c->count)
		finish(c, MOVERCALL_DONE);
	else
		ask_next(c);
}

static void
ask_next(struct movercall *c)
{
	const struct companion_owner owner = { on_answer, c };
	size_t i = c->next++;

	c->call = companion_call(c->fetcher, c->sockets[i], &c->asks[i],
	    WITHIN_NS, &owner);
}

/* ---- questions ---- */

/* One more site to ask, if it has that companion. */
static struct companion_ask *
add(struct movercall *c, const char *socket, const char *group)
{
	if (socket == NULL)
		return NULL;
	c->sockets[c->count] = mem_strdup(socket);
	c->groups[c->count] = mem_strdup(group);
	return &c->asks[c->count++];
}

static void
ask_eip(struct movercall *c, const struct hypervisor *h,
    const struct driver_host *host)
{
	const struct companion_eip_station s = { host->station, h->vlan_group,
	    host->addresses, host->address_count };
	struct companion_ask *a;

	if (c->kind != MOVERPART_EIP_READY && host->station == NULL)
		return;
	a = add(c, h->eip_control, h->vlan_group);
	if (a == NULL)
		return;
	if (c->kind == MOVERPART_EIP_READY)
		companion_eip_ready(a);
	else if (c->kind == MOVERPART_EIP_FREEZE)
		companion_eip_freeze(a, &s, FREEZE_NS);
	else if (c->kind == MOVERPART_EIP_THAW)
		companion_eip_thaw(a, &s);
	else if (c->kind == MOVERPART_EIP_ANNOUNCE)
		companion_eip_move(a, &s);
	else
		companion_eip_where(a, &s);
}

static void
ask_ready(struct movercall *c, const struct hypervisor *h)
{
	struct companion_ask *a = add(c, h->wom_control, NULL);

	if (a != NULL)
		companion_wom_ready(a);
}

static void
ask_relay(struct movercall *c, const struct movercall_ask *ask)
{
	struct companion_ask *a = add(c, ask->at->from->wom_control, NULL);

	if (a != NULL)
		companion_wom_application(a, ask->job);
}

/* Streams of one machine go to its hypervisor's addresses there, as far as those
 * are known. */
static void
ask_job(struct movercall *c, const struct movercall_ask *ask)
{
	const struct driver_host *h = &ask->at->host;
	const struct companion_wom_job j = {
		.name = ask->job, .destination = ask->at->to_place.migrate.addr,
		.expected = h->storage_octets + h->memory_octets,
	};
	struct companion_ask *a = add(c, ask->at->from->wom_control, NULL);

	if (a == NULL)
		return;
	if (c->kind == MOVERPART_JOB_OPEN)
		companion_wom_open(a, &j);
	else if (c->kind == MOVERPART_JOB_LOOK)
		companion_wom_look(a, ask->job);
	else
		companion_wom_close(a, ask->job);
}

static void
ask_all(struct movercall *c, const struct movercall_ask *ask)
{
	const struct moverplace *at = ask->at;

	switch (ask->kind) {
	case MOVERPART_EIP_READY:
	case MOVERPART_EIP_FREEZE:
	case MOVERPART_EIP_THAW:
		ask_eip(c, at->from, &at->host);
		ask_eip(c, at->to, &at->host);
		break;
	case MOVERPART_EIP_ANNOUNCE:
	case MOVERPART_EIP_WHERE:
		ask_eip(c, at->to, &at->host);
		break;
	case MOVERPART_WOM_READY:
		ask_ready(c, at->from);
		ask_ready(c, at->to);
		break;
	case MOVERPART_RELAY_READY:
		ask_relay(c, ask);
		break;
	case MOVERPART_JOB_OPEN:
	case MOVERPART_JOB_LOOK:
	case MOVERPART_JOB_CLOSE:
		ask_job(c, ask);
		break;
	case MOVERPART_DESTINATION:
	case MOVERPART_DRIVER:
	case MOVERPART_PAGE:
		break;
	}
}

/* ---- life ---- */

struct movercall *
movercall_start(struct fetcher *f, const struct movercall_ask *ask,
    const struct movercall_owner *owner)
{
	bool looks = ask->kind == MOVERPART_EIP_READY ||
	    ask->kind == MOVERPART_WOM_READY ||
	    ask->kind == MOVERPART_RELAY_READY;
	struct movercall *c;

	if (ask->dry_run && !looks)
		return NULL;
	c = mem_zalloc(1, sizeof(*c));
	c->magic = MOVERCALL_MAGIC;
	c->kind = ask->kind;
	c->fetcher = f;
	c->owner = *owner;
	ask_all(c, ask);
	if (c->count == 0)
		movercall_stop(&c);
	else
		ask_next(c);
	return c;
}

void
movercall_stop(struct movercall **pc)
{
	struct movercall *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, MOVERCALL_MAGIC);
	companion_stop(&c->call);
	for (size_t i = 0; i < c->count; i++) {
		companion_ask_fini(&c->asks[i]);
		free(c->sockets[i]);
		free(c->groups[i]);
	}
	c->magic = 0;
	free(c);
}
