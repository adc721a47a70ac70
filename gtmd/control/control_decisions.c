/* gtmd/control/control_decisions.c - see control_decisions.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_decisions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restname.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_record.h"
#include "gtmd/decide/decision_log.h"
#include "gtmd/plan/plan_graph.h"

#define ROUND_MS	100
#define LIMIT		100	/* records told unless more are asked for */

/* A wide IP that asks for it. */
struct logged {
	enum wide_type	 type;
	char		*name;
};

struct control_decisions {
	unsigned	 magic;
#define CONTROL_DECISIONS_MAGIC	0xdec10601u
	const struct plan *plan;
	struct map	 logged;	/* by the text of the wide IP's key */
	struct loop_timer timer;	/* while there is one of these */
	char		*kept[CONTROL_DECISIONS_KEPT];	/* JSON, owned */
	uint64_t	 told;		/* since the start; the next one's
					 * place */
	uint64_t	 strangers;	/* of wide IPs that have gone */
};

/* ---- what it was about ---- */

#define KEY_MAX	17

static const char *
key_text(uint64_t key, char text[KEY_MAX])
{
	(void)snprintf(text, KEY_MAX, "%016" PRIx64, key);
	return text;
}

static const struct plan_wide *
find_wide(const struct control_decisions *c, uint64_t key)
{
	char text[KEY_MAX];
	const struct logged *l = map_find(&c->logged, key_text(key, text));

	return l != NULL ? map_find(&c->plan->wides[l->type], l->name) : NULL;
}

/* ---- a record ---- */

static void
keep(struct control_decisions *c, const struct json *j)
{
	char **place = &c->kept[c->told++ % CONTROL_DECISIONS_KEPT];

	free(*place);
	*place = json_line(j);
}

static void
on_record(void *arg, const struct decision_log_record *r)
{
	struct control_decisions *c = arg;
	const struct plan_wide *w = find_wide(c, r->wide);
	char object[PLAN_LABEL_MAX];
	struct strbuf line;
	struct json *j;

	if (w == NULL || w->obj->rare->log_verbosity == 0) {
		c->strangers++;
		return;
	}
	strbuf_init(&line);
	j = control_record_tell(r, w, &line);
	(void)snprintf(object, sizeof(object), "wideip %s", w->name);
	log_at(LOG_NOTICE, "gtm", object, "decision", "%s", line.text);
	keep(c, j);
	json_free(&j);
	strbuf_fini(&line);
}

void
control_decisions_drain(struct control_decisions *c)
{
	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	(void)decision_log_drain(CONTROL_DECISIONS_ROUND, on_record, c);
}

static void
on_round(struct loop_timer *t, void *arg)
{
	(void)t;
	control_decisions_drain(arg);
}

/* ---- who asks for it ---- */

static void
forget(struct control_decisions *c, const char *key)
{
	struct logged *l = map_remove(&c->logged, key);

	if (l == NULL)
		return;
	free(l->name);
	free(l);
}

static void
take_up(struct control_decisions *c, const struct object *o, bool now)
{
	enum wide_type type = recordtype_of(o->type);
	char key[KEY_MAX];
	struct logged *l;

	(void)key_text(decision_spec_wide(clientnet_key(o->name), type), key);
	forget(c, key);
	if (!now)
		return;
	l = mem_zalloc(1, sizeof(*l));
	l->type = type;
	l->name = mem_strdup(o->name);
	(void)map_put(&c->logged, key, l);
}

static bool
is_wide(const struct object *o)
{
	enum wide_type type = recordtype_of(o->type);

	return type != WIDE_TYPES && o->type == recordtype_rows[type].wide;
}

void
control_decisions_on_change(void *arg, const struct store_change *changes,
    size_t count)
{
	struct control_decisions *c = arg;

	if (c->logged.count > 0)
		control_decisions_drain(c);
	for (size_t i = 0; i < count; i++) {
		const struct object *now = changes[i].now, *o = now != NULL ?
		    now : changes[i].was;

		if (is_wide(o))
			take_up(c, o, now != NULL && ((const struct wideip *)
			    now)->rare->log_verbosity != 0);
	}
	if (c->logged.count == 0)
		loop_timer_stop(&c->timer);
	else if (!loop_timer_running(&c->timer))
		loop_timer_start(&c->timer, ROUND_MS, ROUND_MS);
}

/* ---- asked ---- */

/* By its whole path, or by what stands behind the partition. */
static bool
is_of(const struct json *j, const char *wide)
{
	const char *name = json_get_text(json_find(j, "wideip")), *slash;

	if (wide == NULL || strcmp(name, wide) == 0)
		return true;
	slash = strrchr(name, '/');
	return slash != NULL && strcmp(slash + 1, wide) == 0;
}

static struct json *
items(const struct control_decisions *c, const char *wide, uint64_t limit)
{
	struct json *all = json_new_array();
	uint64_t at = c->told;

	while (at-- > 0 && c->told - at <= CONTROL_DECISIONS_KEPT &&
	    json_count(all) < limit) {
		const char *text = c->kept[at % CONTROL_DECISIONS_KEPT];
		struct json *j = json_parse(text, strlen(text), NULL);

		if (is_of(j, wide))
			json_add(all, &j);
		else
			json_free(&j);
	}
	return all;
}

void
control_decisions_get(const struct control_decisions *c,
    const struct restrequest *q, struct restreply *r)
{
	size_t limit = LIMIT;
	struct json *j, *all;
	char *link;

	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	if (restlimit_read(q, &limit, r) != 0)
		return;
	j = json_new_object();
	link = restname_link("/mgmt/tm/gtm/decision-log");
	json_put_text(j, "kind", "tm:gtm:decision-log:decision-logstats");
	json_put_text(j, "selfLink", link);
	free(link);
	json_put_int(j, "logged", (int64_t)c->told);
	json_put_int(j, "dropped", (int64_t)(decision_log_dropped() +
	    c->strangers));
	all = items(c, restrequest_param(q, "wideip"), limit);
	json_put(j, "items", &all);
	restreply_json(r, 200, &j);
}

/* ---- birth and end ---- */

struct control_decisions *
control_decisions_new(struct loop *l, const struct plan *p)
{
	struct control_decisions *c = mem_zalloc(1, sizeof(*c));

	c->magic = CONTROL_DECISIONS_MAGIC;
	c->plan = p;
	loop_timer_init(&c->timer, l, on_round, c);
	return c;
}

void
control_decisions_free(struct control_decisions **pc)
{
	struct control_decisions *c = *pc;
	struct logged *l;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, CONTROL_DECISIONS_MAGIC);
	loop_timer_stop(&c->timer);
	for (size_t at = 0; (l = map_next(&c->logged, &at, NULL)) != NULL;) {
		free(l->name);
		free(l);
	}
	map_fini(&c->logged);
	for (size_t i = 0; i < CONTROL_DECISIONS_KEPT; i++)
		free(c->kept[i]);
	c->magic = 0;
	free(c);
}
