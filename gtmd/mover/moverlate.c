/* gtmd/mover/moverlate.c - see moverlate.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverlate.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "gtmd/companion/companion.h"
#include "gtmd/companion/companion_wom.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverrelay.h"
#include "gtmd/types/hypervisor.h"

#define LOOK_MS		2000
#define WITHIN_NS	(2 * CLOCK_S)
#define COUNTS		128	/* kept: evenly over a window, however long */
#define NETWORKS	64

/* How many had come by then. */
struct count {
	int64_t		 at_ms;
	uint64_t	 total;
};

struct network {
	struct addr_prefix net;
	uint64_t	 connections, octets;
};

struct moverlate {
	unsigned	 magic;
#define MOVERLATE_MAGIC	0x1a7e0c01u
	const struct moverop_means *means;
	const struct migspec *spec;
	char		*socket, *application, *job;
	bool		 opened;
	struct companion_call *call;
	struct loop_timer due;
	struct count	 counts[COUNTS];	/* a ring, the latest at next - 1 */
	size_t		 count, next;
	struct network	 networks[NETWORKS];
	size_t		 network_count;
	uint64_t	 round;		/* answers so far */
	struct companion_wom_state job_state;	/* as last seen */
	int64_t		 last_ms;	/* when the latest was seen; 0 = none was */
	struct moverlate_seen seen;
};

/* ---- counting ---- */

static const struct count *
count_at(const struct moverlate *l, size_t back)
{
	return &l->counts[(l->next + COUNTS - 1 - back) % COUNTS];
}

/* Connections since the window began: those since the latest count before it. */
static uint64_t
in_window(const struct moverlate *l, int64_t now_ms, uint64_t total)
{
	int64_t start = now_ms - (int64_t)l->spec->residual_window_s * 1000;
	uint64_t before = count_at(l, l->count - 1)->total;

	for (size_t i = 0; i < l->count; i++) {
		before = count_at(l, i)->total;
		if (count_at(l, i)->at_ms <= start)
			break;
	}
	return total - before;
}

/* A count that fell is of a womd that was started anew: all begins again, for what
 * came meanwhile was not counted. */
static void
take_count(struct moverlate *l, int64_t now_ms, uint64_t total)
{
	int64_t apart = (int64_t)l->spec->residual_window_s * 1000 / (COUNTS - 2);
	uint64_t came;

	if (l->count > 0 && count_at(l, 0)->total > total) {
		l->count = 0;
		l->job_state = (struct companion_wom_state){ .octets = 0 };
		l->seen.calm_since_ms = 0;
	}
	if (total > l->job_state.streams + l->job_state.ended)
		l->last_ms = now_ms;
	if (l->count == 0 || now_ms - count_at(l, 0)->at_ms >= apart) {
		l->counts[l->next] = (struct count){ now_ms, total };
		l->next = (l->next + 1) % COUNTS;
		l->count += l->count < COUNTS;
	}
	came = in_window(l, now_ms, total);
	l->seen.residual = came < INT64_MAX ? (int64_t)came : INT64_MAX;
	if (l->seen.residual > l->spec->residual_threshold)
		l->seen.calm_since_ms = 0;
	else if (l->seen.calm_since_ms == 0)
		l->seen.calm_since_ms = now_ms;
}

static uint64_t
number(const struct json *j, const char *key)
{
	int64_t n = json_get_int(json_find(j, key));

	return n > 0 ? (uint64_t)n : 0;
}

static void
take_networks(struct moverlate *l, const struct json *clients)
{
	l->network_count = 0;
	for (size_t i = 0; i < json_count(clients) &&
	    l->network_count < NETWORKS; i++) {
		const struct json *one = json_item(clients, i);
		const char *text = json_get_text(json_find(one, "network"));
		struct network *n = &l->networks[l->network_count];

		if (text == NULL || addr_parse_prefix(text, &n->net) != 0)
			continue;	/* "others" */
		n->connections = number(one, "connections");
		n->octets = number(one, "octets");
		l->network_count++;
	}
}

/* ---- womd ---- */

static void
forget(struct moverlate *l)
{
	l->opened = false;
	l->count = 0;
	l->seen = (struct moverlate_seen){ -1, 0 };
}

static void
on_answer(void *arg, const struct companion_answer *a)
{
	struct moverlate *l = arg;
	struct companion_wom_state job;
	struct err e;

	OBJ_CHECK(l, MOVERLATE_MAGIC);
	l->call = NULL;
	if (!l->opened) {
		l->opened = (a->status >= 200 && a->status < 300) ||
		    a->status == 409;	/* it is there already */
		return;
	}
	if (a->status == 404 || a->status == 0 || a->body == NULL ||
	    companion_wom_read_state(a->body, &job, &e) != 0) {
		forget(l);
		return;
	}
	take_count(l, moverclock_ms(l->means->clock), job.streams + job.ended);
	l->job_state = job;
	take_networks(l, json_find(a->body, "clients"));
	l->round++;
}

static void
ask(struct moverlate *l)
{
	const struct companion_owner owner = { on_answer, l };
	const struct companion_wom_job job = { .name = l->job,
	    .application = l->application };
	struct companion_ask a = { .path = NULL };

	if (l->call != NULL)
		return;
	if (l->opened)
		companion_wom_look(&a, l->job);
	else
		companion_wom_open(&a, &job);
	l->call = companion_call(l->means->fetcher, l->socket, &a, WITHIN_NS,
	    &owner);
	companion_ask_fini(&a);
}

static void
on_due(struct loop_timer *t, void *arg)
{
	struct moverlate *l = arg;

	(void)t;
	OBJ_CHECK(l, MOVERLATE_MAGIC);
	ask(l);
}

/* ---- life ---- */

struct moverlate *
moverlate_new(const struct moverop_means *means, const struct migspec *s)
{
	struct moverrelay_place at;
	struct moverlate *l;

	if (!moverrelay_find(store_model(means->store), s, &at))
		return NULL;
	l = mem_zalloc(1, sizeof(*l));
	l->magic = MOVERLATE_MAGIC;
	l->means = means;
	l->spec = s;
	l->socket = mem_strdup(at.hypervisor->wom_control);
	l->application = at.application;
	l->job = at.job;
	forget(l);
	loop_timer_init(&l->due, means->loop, on_due, l);
	loop_timer_start(&l->due, 0, LOOK_MS);
	return l;
}

void
moverlate_free(struct moverlate **pl)
{
	struct moverlate *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, MOVERLATE_MAGIC);
	loop_timer_stop(&l->due);
	companion_stop(&l->call);
	free(l->socket);
	free(l->application);
	free(l->job);
	l->magic = 0;
	free(l);
}

void
moverlate_look(const struct moverlate *l, struct moverlate_seen *out)
{
	OBJ_CHECK(l, MOVERLATE_MAGIC);
	*out = l->seen;
}

uint64_t
moverlate_round(const struct moverlate *l)
{
	OBJ_CHECK(l, MOVERLATE_MAGIC);
	return l->round;
}

bool
moverlate_next(const struct moverlate *l, size_t *at, struct addr_prefix *net,
    uint64_t *connections)
{
	OBJ_CHECK(l, MOVERLATE_MAGIC);
	if (*at >= l->network_count)
		return false;
	*net = l->networks[*at].net;
	*connections = l->networks[*at].connections;
	(*at)++;
	return true;
}

static struct json *
networks_json(const struct moverlate *l)
{
	struct json *all = json_new_array();
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < l->network_count; i++) {
		const struct network *n = &l->networks[i];
		struct json *one = json_new_object();

		json_put_text(one, "network", addr_format_prefix(&n->net, text));
		json_put_int(one, "connections", (int64_t)n->connections);
		json_put_int(one, "octets", (int64_t)n->octets);
		json_add(all, &one);
	}
	return all;
}

struct json *
moverlate_json(const struct moverlate *l)
{
	struct json *j, *networks;

	OBJ_CHECK(l, MOVERLATE_MAGIC);
	if (l->seen.residual < 0)
		return NULL;
	j = json_new_object();
	networks = networks_json(l);
	json_put_int(j, "connections", (int64_t)(l->job_state.streams +
	    l->job_state.ended));
	json_put_int(j, "open", (int64_t)l->job_state.streams);
	json_put_int(j, "octets", (int64_t)l->job_state.octets);
	json_put_int(j, "residual", l->seen.residual);
	json_put_int(j, "threshold", l->spec->residual_threshold);
	json_put_int(j, "window", l->spec->residual_window_s);
	if (l->last_ms != 0)
		json_put_int(j, "lastAt", l->last_ms);
	json_put(j, "networks", &networks);
	return j;
}
