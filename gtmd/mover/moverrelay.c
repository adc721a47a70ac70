/* gtmd/mover/moverrelay.c - see moverrelay.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverrelay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "gtmd/companion/companion.h"
#include "gtmd/companion/companion_wom.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/migration.h"

#define AGAIN_MS	2000
#define SETTLE_MS	1000	/* until womd has counted the latest */
#define WITHIN_NS	(2 * CLOCK_S)
#define NETWORKS	3	/* that are told by name */

/* What is asked, one after the other: counted first, so that nothing is missed. */
enum question { COUNT, ENABLE, DISABLE, SUM, FORGET, NOTHING };

struct moverrelay {
	unsigned	 magic;
#define MOVERRELAY_MAGIC	0x3e1a7001u
	const struct moverop_means *means;
	char		*socket, *application, *job;
	bool		 told, open;	/* what is wanted */
	enum question	 next;
	struct companion_call *call;
	struct loop_timer again;
	enum migstep_relay state;
	char		 text[MIGEVENT_TEXT_MAX];
};

static void ask(struct moverrelay *r);

/* ---- who ---- */

bool
moverrelay_find(const struct model *m, const struct migspec *s,
    struct moverrelay_place *out)
{
	const struct migration *o = (const struct migration *)model_find(m,
	    &migration_type, s->name);
	const struct hypervisor *h = o == NULL || o->from_hypervisor == NULL ?
	    NULL : (const struct hypervisor *)model_find(m, &hypervisor_type,
	    o->from_hypervisor);

	if (h == NULL || h->wom_control == NULL || s->relay_application == NULL)
		return false;
	*out = (struct moverrelay_place){
		.hypervisor = h,
		.application = mem_strdup(s->relay_application),
		.job = mem_printf("%s/%" PRIu32 "/late", s->name, s->run),
	};
	return true;
}

void
moverrelay_place_fini(struct moverrelay_place *p)
{
	free(p->application);
	free(p->job);
	*p = (struct moverrelay_place){ .hypervisor = NULL };
}

/* ---- answers ---- */

static void
add(struct moverrelay *r, size_t *at, const char *text)
{
	int n = snprintf(r->text + *at, sizeof(r->text) - *at, "%s", text);

	if (n > 0)
		*at += (size_t)n < sizeof(r->text) - *at ? (size_t)n :
		    sizeof(r->text) - *at - 1;
}

/* The networks that most came from, the first in womd's answer. */
static void
add_networks(struct moverrelay *r, size_t *at, const struct json *clients)
{
	char one[160];

	for (size_t i = 0; i < json_count(clients) && i < NETWORKS; i++) {
		const struct json *c = json_item(clients, i);
		const char *net = json_get_text(json_find(c, "network"));

		(void)snprintf(one, sizeof(one), "%s%.64s %" PRId64,
		    i == 0 ? ": " : ", ", net != NULL ? net : "others",
		    json_get_int(json_find(c, "connections")));
		add(r, at, one);
	}
	if (json_count(clients) > NETWORKS)
		add(r, at, " …");
}

static void
sum_up(struct moverrelay *r, const struct json *body)
{
	struct companion_wom_state job;
	char counts[160];
	struct err e;
	size_t at = 0;

	if (body == NULL || companion_wom_read_state(body, &job, &e) != 0)
		return;
	(void)snprintf(counts, sizeof(counts), "%" PRIu64 " connections and %"
	    PRIu64 " octets were carried", job.streams + job.ended, job.octets);
	add(r, &at, counts);
	add_networks(r, &at, json_find(body, "clients"));
}

/* Has it come to what was wanted? What is not there need not be shut, nor summed up. */
static bool
is_well(enum question q, int status)
{
	bool ok = status >= 200 && status < 300;

	switch (q) {
	case COUNT:
		return ok || status == 409;
	case ENABLE:
		return ok;
	case DISABLE:
		return ok || status == 404;
	case SUM:
	case FORGET:
	case NOTHING:
		break;
	}
	return true;
}

static enum question
after(enum question q)
{
	static const enum question next[] = {
		[COUNT] = ENABLE, [ENABLE] = NOTHING,
		[DISABLE] = SUM, [SUM] = FORGET, [FORGET] = NOTHING,
		[NOTHING] = NOTHING,
	};

	return next[q];
}

static void
on_answer(void *arg, const struct companion_answer *a)
{
	struct moverrelay *r = arg;

	OBJ_CHECK(r, MOVERRELAY_MAGIC);
	r->call = NULL;
	if (!is_well(r->next, a->status)) {
		r->state = MIGSTEP_RELAY_FAILED;
		(void)snprintf(r->text, sizeof(r->text), "%s", a->text);
		return;
	}
	if (r->next == ENABLE || r->next == DISABLE)
		(void)snprintf(r->text, sizeof(r->text), "%s", r->application);
	if (r->next == SUM)
		sum_up(r, a->body);
	r->next = after(r->next);
	if (r->next == NOTHING)
		r->state = MIGSTEP_RELAY_DONE;
	else if (r->next == SUM)
		loop_timer_start(&r->again, SETTLE_MS, AGAIN_MS);
	else
		ask(r);
}

/* ---- questions ---- */

static void
ask(struct moverrelay *r)
{
	const struct companion_wom_job job = { .name = r->job,
	    .application = r->application };
	const struct companion_owner owner = { on_answer, r };
	struct companion_ask a = { .path = NULL };

	switch (r->next) {
	case COUNT:
		companion_wom_open(&a, &job);
		break;
	case ENABLE:
	case DISABLE:
		companion_wom_switch(&a, r->application, r->next == ENABLE);
		break;
	case SUM:
		companion_wom_look(&a, r->job);
		break;
	case FORGET:
		companion_wom_close(&a, r->job);
		break;
	case NOTHING:
		return;
	}
	r->call = companion_call(r->means->fetcher, r->socket, &a, WITHIN_NS,
	    &owner);
	companion_ask_fini(&a);
}

static void
on_again(struct loop_timer *t, void *arg)
{
	struct moverrelay *r = arg;

	(void)t;
	OBJ_CHECK(r, MOVERRELAY_MAGIC);
	if (r->call == NULL)
		ask(r);
}

enum migstep_relay
moverrelay_want(struct moverrelay *r, bool open, const char **text)
{
	OBJ_CHECK(r, MOVERRELAY_MAGIC);
	if (!r->told || r->open != open) {
		companion_stop(&r->call);
		r->told = true;
		r->open = open;
		r->next = open ? COUNT : DISABLE;
		r->state = MIGSTEP_RELAY_ASKED;
		r->text[0] = '\0';
		ask(r);
		loop_timer_start(&r->again, AGAIN_MS, AGAIN_MS);
	}
	*text = r->text;
	return r->state;
}

/* ---- life ---- */

struct moverrelay *
moverrelay_new(const struct moverop_means *means, const struct migspec *s)
{
	struct moverrelay_place at;
	struct moverrelay *r;

	if (!moverrelay_find(store_model(means->store), s, &at))
		return NULL;
	r = mem_zalloc(1, sizeof(*r));
	r->magic = MOVERRELAY_MAGIC;
	r->means = means;
	r->socket = mem_strdup(at.hypervisor->wom_control);
	r->application = at.application;
	r->job = at.job;
	r->next = NOTHING;
	loop_timer_init(&r->again, means->loop, on_again, r);
	return r;
}

void
moverrelay_free(struct moverrelay **pr)
{
	struct moverrelay *r = *pr;

	*pr = NULL;
	if (r == NULL)
		return;
	OBJ_CHECK(r, MOVERRELAY_MAGIC);
	loop_timer_stop(&r->again);
	companion_stop(&r->call);
	free(r->socket);
	free(r->application);
	free(r->job);
	r->magic = 0;
	free(r);
}
