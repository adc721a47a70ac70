/* wom/control/joblist.c - see joblist.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/joblist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/path.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "wom/control/job.h"
#include "wom/control/jobclients.h"
#include "wom/control/womsums.h"
#include "wom/peer/hub.h"

#define JOBLIST_CLIENTS	100	/* networks that are told */

struct joblist {
	unsigned	 magic;
#define JOBLIST_MAGIC	0x10b11571u
	struct job	*v[JOBLIST_MAX];
	size_t		 count;
};

struct joblist *
joblist_new(void)
{
	struct joblist *l = mem_zalloc(1, sizeof(*l));

	l->magic = JOBLIST_MAGIC;
	return l;
}

void
joblist_free(struct joblist **pl)
{
	struct joblist *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, JOBLIST_MAGIC);
	for (size_t i = 0; i < l->count; i++)
		job_free(&l->v[i]);
	l->magic = 0;
	free(l);
}

void
joblist_look(struct joblist *l, const char *peer, const struct peerview *v,
    mono_ns now)
{
	OBJ_CHECK(l, JOBLIST_MAGIC);
	for (size_t i = 0; i < l->count; i++)
		job_look(l->v[i], peer, v, now);
}

/* l->count when there is none. */
static size_t
find(const struct joblist *l, const char *name)
{
	struct job_state s;
	size_t i;

	for (i = 0; i < l->count; i++) {
		job_state(l->v[i], 0, &s);
		if (strcmp(s.name, name) == 0)
			break;
	}
	return i;
}

/* ---- what is asked ---- */

static int
read_path(const struct json *body, const char *key, char out[JOB_NAME_MAX + 1],
    struct err *e)
{
	const struct json *v = json_find(body, key);
	char *path;

	if (v == NULL)
		return 0;
	path = json_get_text(v) == NULL ? NULL :
	    path_absolute(json_get_text(v), NULL);
	if (path == NULL || strlen(path) > JOB_NAME_MAX) {
		free(path);
		return err_set(e, ERR_PARSE, "%s: a name is expected", key);
	}
	memcpy(out, path, strlen(path) + 1);
	free(path);
	return 0;
}

static int
read_network(const struct json *body, const char *key,
    struct addr_prefix *out, struct err *e)
{
	const struct json *v = json_find(body, key);
	const char *text = json_get_text(v);

	if (v != NULL && (text == NULL || addr_parse_prefix(text, out) != 0))
		return err_set(e, ERR_PARSE, "%s: an address or a network such "
		    "as 192.0.2.0/24 is expected", key);
	return 0;
}

static int
read_number(const struct json *body, const char *key, int64_t max,
    int64_t *out, struct err *e)
{
	const struct json *v = json_find(body, key);

	*out = 0;
	if (v == NULL)
		return 0;
	*out = json_get_int(v);
	if (json_kind_of(v) != JSON_KIND_INT || *out < 0 || *out > max)
		return err_set(e, ERR_RANGE, "%s: a number of 0..%lld is "
		    "expected", key, (long long)max);
	return 0;
}

static int
check_keys(const struct json *body, struct err *e)
{
	static const char *const known[] = { "application", "destination",
	    "expected", "name", "port", "remoteEndpoint", "source" };
	const char *key;
	void *at = NULL;

	while (json_next(body, &at, &key) != NULL) {
		size_t i = 0;

		while (i < OBJ_COUNT(known) && strcmp(known[i], key) != 0)
			i++;
		if (i == OBJ_COUNT(known))
			return err_set(e, ERR_UNKNOWN, "%s: unknown property "
			    "of a job", key);
	}
	return 0;
}

struct asked {
	const char	*name;
	struct job_filter filter;
	uint64_t	 expected;
};

static int
read_asked(const struct json *body, struct asked *a, struct err *e)
{
	int64_t port, expected;

	*a = (struct asked){ .name = json_get_text(json_find(body, "name")) };
	if (a->name == NULL || a->name[0] == '\0' ||
	    strlen(a->name) > JOB_NAME_MAX)
		return err_set(e, ERR_PARSE, "name: a text of 1..%d octets is "
		    "expected", JOB_NAME_MAX);
	if (check_keys(body, e) != 0 ||
	    read_path(body, "application", a->filter.application, e) != 0 ||
	    read_path(body, "remoteEndpoint", a->filter.peer, e) != 0 ||
	    read_network(body, "source", &a->filter.source, e) != 0 ||
	    read_network(body, "destination", &a->filter.destination,
	    e) != 0 ||
	    read_number(body, "port", 65535, &port, e) != 0 ||
	    read_number(body, "expected", INT64_MAX, &expected, e) != 0)
		return e->code;
	a->filter.port = (uint16_t)port;
	a->expected = (uint64_t)expected;
	return 0;
}

/* ---- what is told ---- */

static void
put_filter(struct json *j, const struct job_filter *f)
{
	char text[ADDR_TEXT_MAX];

	if (f->application[0] != '\0')
		json_put_text(j, "application", f->application);
	if (f->peer[0] != '\0')
		json_put_text(j, "remoteEndpoint", f->peer);
	if (f->source.addr.family != 0)
		json_put_text(j, "source", addr_format_prefix(&f->source,
		    text));
	if (f->destination.addr.family != 0)
		json_put_text(j, "destination",
		    addr_format_prefix(&f->destination, text));
	if (f->port != 0)
		json_put_int(j, "port", f->port);
}

/* The networks with the most connections; what is over is the others'. */
static void
put_clients(struct json *j, const struct jobclients *c)
{
	struct jobclients_row top[JOBLIST_CLIENTS];
	struct json *all = json_new_array();
	size_t n = jobclients_top(c, top, JOBLIST_CLIENTS);
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		struct json *one = json_new_object();

		json_put_text(one, "network", top[i].net.addr.family == 0 ?
		    "others" : addr_format_prefix(&top[i].net, text));
		json_put_int(one, "connections", (int64_t)top[i].connections);
		json_put_int(one, "octets", (int64_t)top[i].octets);
		json_add(all, &one);
	}
	json_put(j, "clients", &all);
}

static struct json *
job_json(const struct job *job, mono_ns now)
{
	struct json *j = json_new_object();
	struct job_state s;
	double progress;

	job_state(job, now, &s);
	json_put_text(j, "name", s.name);
	put_filter(j, s.filter);
	json_put_int(j, "octets", (int64_t)s.octets);
	if (s.expected > 0) {
		progress = (double)s.octets / (double)s.expected;
		json_put_int(j, "expected", (int64_t)s.expected);
		json_put_real(j, "progress", progress < 1 ? progress : 1);
	}
	json_put_int(j, "rate", (int64_t)s.rate_bps);
	if (s.ends)
		json_put_int(j, "remaining", (int64_t)(s.left_ns / CLOCK_S));
	json_put_int(j, "age", (int64_t)(s.age_ns / CLOCK_S));
	json_put_int(j, "streams", s.streams);
	json_put_int(j, "streamsEnded", (int64_t)s.ended);
	json_put_int(j, "streamsMissed", (int64_t)s.missed);
	womsums_json(j, &s.counts);
	put_clients(j, s.clients);
	return j;
}

static void
get(const struct joblist *l, const char *name, mono_ns now,
    struct restreply *r)
{
	struct json *j, *items, *one;
	size_t at;

	if (name != NULL && (at = find(l, name)) < l->count) {
		j = job_json(l->v[at], now);
		restreply_json(r, 200, &j);
		return;
	}
	if (name != NULL) {
		(void)restreply_error(r, 404, "there is no job %.200s", name);
		return;
	}
	items = json_new_array();
	for (size_t i = 0; i < l->count; i++) {
		one = job_json(l->v[i], now);
		json_add(items, &one);
	}
	j = restreply_document("tm:wom:job:jobcollectionstate",
	    "/mgmt/tm/wom/job");
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}

/* ---- made and taken away ---- */

struct look {
	struct job	*job;
	mono_ns		 now;
};

static void
on_peer(void *arg, const char *name, const struct peerview *v)
{
	const struct look *l = arg;

	job_look(l->job, name, v, l->now);
}

static void
post(struct joblist *l, const struct hub *h, mono_ns now,
    const struct restrequest *q, struct restreply *r)
{
	struct err e = { 0 };
	struct asked a;
	struct look look = { .now = now };
	struct json *j;

	if (read_asked(q->body, &a, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	if (find(l, a.name) < l->count) {
		(void)restreply_error(r, 409, "there is a job %.200s already",
		    a.name);
		return;
	}
	if (l->count == JOBLIST_MAX) {
		(void)restreply_error(r, 503, "there are %d jobs, which is all "
		    "that there may be", JOBLIST_MAX);
		return;
	}
	look.job = l->v[l->count++] = job_new(a.name, &a.filter, a.expected,
	    now);
	if (h != NULL)
		hub_each(h, on_peer, &look);
	j = job_json(look.job, now);
	restreply_json(r, 200, &j);
}

static void
take_away(struct joblist *l, const char *name, struct restreply *r)
{
	size_t at = name != NULL ? find(l, name) : l->count;

	if (at == l->count) {
		(void)restreply_error(r, name != NULL ? 404 : 400,
		    name != NULL ? "there is no such job" :
		    "name: which job is meant? ?name=NAME");
		return;
	}
	job_free(&l->v[at]);
	memmove(&l->v[at], &l->v[at + 1], (--l->count - at) * sizeof(l->v[0]));
	r->status = 200;
}

void
joblist_serve(struct joblist *l, const struct hub *h, mono_ns now,
    const struct restrequest *q, struct restreply *r)
{
	const char *name = restrequest_param(q, "name");

	OBJ_CHECK(l, JOBLIST_MAGIC);
	if (q->method == RESTREQUEST_GET)
		get(l, name, now, r);
	else if (q->peer.role < RESTPEER_OPERATOR)
		(void)restreply_error(r, 403, "role %s may not make jobs",
		    restpeer_role_name(q->peer.role));
	else if (q->method == RESTREQUEST_POST)
		post(l, h, now, q, r);
	else
		take_away(l, name, r);
}
