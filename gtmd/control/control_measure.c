/* gtmd/control/control_measure.c - see control_measure.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_measure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_pathtable.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_metrics.h"

/* Of whom one item speaks. */
struct subject {
	struct measures_row *row;
	bool		 is_server;
	const char	*name;		/* in the item */
};

/* ---- who is meant ---- */

/* Both halves may hold ':': the server is the longest that has the rest. */
static const struct plan_vs *
find_vs(const struct plan *p, const char *key)
{
	const struct plan_vs *vs = NULL;
	char *name = mem_strdup(key);

	for (char *colon; vs == NULL && (colon = strrchr(name, ':')) != NULL;) {
		const struct plan_server *s;

		*colon = '\0';
		s = map_find(&p->servers, name);
		if (s != NULL)
			vs = map_find(&s->vss, key + (colon - name) + 1);
	}
	free(name);
	return vs;
}

static int
read_server(const struct plan *p, struct subject *s, struct restreply *r)
{
	const struct plan_server *server = map_find(&p->servers, s->name);

	s->is_server = true;
	if (server == NULL)
		return restreply_error(r, 404, "server: there is no server "
		    "\"%.255s\"", s->name);
	s->row = server->metrics;
	return 0;
}

static int
read_vs(const struct plan *p, struct subject *s, struct restreply *r)
{
	const struct plan_vs *vs = find_vs(p, s->name);

	s->is_server = false;
	if (vs == NULL)
		return restreply_error(r, 404, "virtualServer: there is no "
		    "virtual server \"%.511s\"", s->name);
	s->row = vs->metrics;
	return 0;
}

static int
read_subject(const struct plan *p, const struct json *item, struct subject *s,
    struct restreply *r)
{
	const char *server = json_get_text(json_find(item, "server"));
	const char *vs = json_get_text(json_find(item, "virtualServer"));
	int rc;

	if ((server == NULL) == (vs == NULL))
		return restreply_error(r, 400, "items: each has either "
		    "\"server\", \"virtualServer\" or \"resolver\"");
	s->name = server != NULL ? server : vs;
	rc = server != NULL ? read_server(p, s, r) : read_vs(p, s, r);
	if (rc == 0 && s->row == NULL)
		return restreply_error(r, 503, "measurements are not kept "
		    "here");
	return rc;
}

/* ---- what is said ---- */

static int
metric_of(const char *key)
{
	for (int i = 0; i < METRICS; i++)
		if (strcmp(metric_names[i].key, key) == 0)
			return i;
	return -1;
}

static int
check_value(const struct subject *s, int m, const struct json *v,
    struct restreply *r)
{
	const struct metric_name *n = &metric_names[m];
	int64_t value = json_get_int(v);

	if (s->is_server ? !n->of_server : !n->of_virtual_server)
		return restreply_error(r, 400, "%s: is not measured of a %s",
		    n->key, s->is_server ? "server" : "virtual server");
	if (json_kind_of(v) == JSON_KIND_NULL)
		return 0;
	if (json_kind_of(v) != JSON_KIND_INT || value < 0 ||
	    (uint64_t)value > n->max)
		return restreply_error(r, 400, "%s: a whole number in 0..%"
		    PRIu64 " (%s) is expected", n->key, n->max, n->unit);
	return 0;
}

int
control_measure_check_ttl(const struct json *v, struct restreply *r)
{
	int64_t ttl = json_get_int(v);

	if (json_kind_of(v) == JSON_KIND_INT && ttl >= 1 &&
	    ttl <= CONTROL_MEASURE_TTL_MAX_S)
		return 0;
	return restreply_error(r, 400, "ttl: seconds in 1..%d are expected",
	    CONTROL_MEASURE_TTL_MAX_S);
}

static bool
names_subject(const char *key)
{
	return strcmp(key, "server") == 0 || strcmp(key, "virtualServer") == 0;
}

static int
check_item(const struct control_measure_in *in, const struct json *item,
    struct restreply *r)
{
	struct subject s = { .row = NULL };
	const struct json *v;
	const char *key;
	void *at = NULL;
	int rc;

	if (control_pathtable_is(item))
		return control_pathtable_check(in, item, r);
	rc = read_subject(in->plan, item, &s, r);
	while (rc == 0 && (v = json_next(item, &at, &key)) != NULL) {
		int m = metric_of(key);

		if (m >= 0)
			rc = check_value(&s, m, v, r);
		else if (strcmp(key, "ttl") == 0)
			rc = control_measure_check_ttl(v, r);
		else if (!names_subject(key))
			rc = restreply_error(r, 400, "%.64s: is not a "
			    "measurement", key);
	}
	return rc;
}

static int64_t
take_item(const struct control_measure_in *in, const struct json *item)
{
	const struct plan *p = in->plan;
	const struct json *ttl = json_find(item, "ttl"), *v;
	uint32_t ttl_s = ttl != NULL ? (uint32_t)json_get_int(ttl) :
	    CONTROL_MEASURE_TTL_S;
	struct subject s = { .row = NULL };
	const char *key;
	void *at = NULL;
	int64_t n = 0;

	if (control_pathtable_is(item))
		return control_pathtable_take(in, item);
	(void)read_subject(p, item, &s, NULL);
	while ((v = json_next(item, &at, &key)) != NULL) {
		int m = metric_of(key);

		if (m < 0)
			continue;
		if (json_kind_of(v) == JSON_KIND_NULL)
			measures_forget(s.row, (enum metric)m);
		else
			measures_set(s.row, (enum metric)m,
			    (uint64_t)json_get_int(v), ttl_s);
		n++;
	}
	return n;
}

void
control_measure_post(const struct control_measure_in *in,
    const struct restrequest *q, struct restreply *r)
{
	const struct json *items = json_find(q->body, "items");
	struct json *j;
	int64_t n = 0;

	if (json_kind_of(items) != JSON_KIND_ARRAY) {
		(void)restreply_error(r, 400, "items: a list is expected");
		return;
	}
	for (size_t i = 0; i < json_count(items); i++)
		if (check_item(in, json_item(items, i), r) != 0)
			return;
	for (size_t i = 0; i < json_count(items); i++)
		n += take_item(in, json_item(items, i));
	j = json_new_object();
	json_put_int(j, "values", n);
	restreply_json(r, 200, &j);
}

/* ---- what is known ---- */

static void
put_row(struct json *all, const struct measures_row *row, const char *what,
    const char *name)
{
	mono_ns now;
	struct json *j;

	if (row == NULL || row->now.known == 0)
		return;
	now = measures_now(row);
	j = json_new_object();
	json_put_text(j, what, name);
	for (int i = 0; i < METRICS; i++) {
		struct json *v;

		if (!metric_is_known(&row->now, (enum metric)i))
			continue;
		v = json_new_object();
		json_put_int(v, "value", (int64_t)row->now.v[i]);
		json_put_int(v, "age", (int64_t)((now - row->at[i]) /
		    CLOCK_S));
		json_put_int(v, "ttl", row->until[i] <= now ? 0 :
		    (int64_t)((row->until[i] - now + CLOCK_S - 1) / CLOCK_S));
		json_put(j, metric_names[i].key, &v);
	}
	json_add(all, &j);
}

struct json *
control_measure_json(const struct plan *p)
{
	struct json *j = json_new_object(), *all = json_new_array();
	char *link = restname_link("/mgmt/tm/gtm/metrics");
	const struct plan_server *s;
	const struct plan_vs *vs;

	json_put_text(j, "kind", "tm:gtm:metrics:metricscollectionstate");
	json_put_text(j, "selfLink", link);
	free(link);
	for (size_t at = 0; (s = map_next(&p->servers, &at, NULL)) != NULL;) {
		put_row(all, s->metrics, "server", s->name);
		for (size_t k = 0; (vs = map_next(&s->vss, &k, NULL)) != NULL;)
			put_row(all, vs->metrics, "virtualServer", vs->key);
	}
	json_put(j, "items", &all);
	return j;
}

struct json *
control_measure_values(const struct plan_vs *vs)
{
	struct json *j = json_new_object();
	struct metric_values v;

	plan_metrics_of_vs(vs, &v);
	for (int i = 0; i < METRICS; i++)
		if (metric_is_known(&v, (enum metric)i))
			json_put_int(j, metric_names[i].key, (int64_t)v.v[i]);
	return j;
}
