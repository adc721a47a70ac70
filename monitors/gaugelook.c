/* monitors/gaugelook.c - see gaugelook.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugelook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/model/json.h"
#include "monitors/monitor_metrics.h"
#include "monitors/promtext.h"

#define EACH_READER(l, it)	LIST_EACH(&(l)->readers, it)
#define READER(it)		OBJ_OF(it, struct gaugeset, of_page)

static void pump(struct gaugelook_desk *d);

/* ---- what came ---- */

static bool
is_json(const struct gaugelook *l)
{
	return monitor_metrics_form(l->monitor) == GAUGEEXPR_JSON;
}

/* Most of a page is nobody's, and costs one look-up. */
static void
on_sample(void *arg, const struct promtext_sample *s)
{
	struct gaugelook *l = arg;
	enum gaugeseen_is is;

	if (l->crowded || !gaugeindex_wants(&l->index, s))
		return;
	is = gaugeseen_put(&l->seen, s);
	l->crowded = is == GAUGESEEN_FULL;
	if (!l->crowded)
		gaugeindex_give(&l->index, s, is == GAUGESEEN_AGAIN);
}

static void
on_data(void *arg, const void *octets, size_t len)
{
	struct gaugelook *l = arg;

	if (l->text != NULL)
		promtext_push(l->text, octets, len);
	else
		strbuf_add_len(&l->json, octets, len);
}

static int
read_json(struct gaugelook *l)
{
	struct json *j = json_parse(l->json.text, l->json.len, NULL);

	if (j == NULL)
		return GAUGELOOK_NOT_JSON;
	EACH_READER(l, it)
		gaugeset_document(READER(it), j);
	json_free(&j);
	return FETCH_OK;
}

static int
read_text(struct gaugelook *l, struct gaugelook_result *r)
{
	promtext_end(l->text);
	r->samples = l->text->samples;
	r->bad = l->text->bad;
	r->overlong = l->text->overlong;
	return l->crowded ? GAUGELOOK_SAMPLES : FETCH_OK;
}

/* The page is whole: rates go by this moment. */
static void
take_up(struct gaugelook *l, struct gaugelook_result *r)
{
	struct gaugeset_value values[MONITOR_METRICS_WHATS];
	mono_ns now = loop_now_ns(l->desk->loop);

	r->outcome = is_json(l) ? read_json(l) : read_text(l, r);
	if (r->outcome != FETCH_OK)
		return;
	EACH_READER(l, it)
		if (gaugeset_end(READER(it), now, values))
			l->desk->found(l->desk->arg, READER(it), values);
}

/* ---- looks ---- */

static void
clear(struct gaugelook *l)
{
	free(l->text);
	l->text = NULL;
	strbuf_fini(&l->json);
	strbuf_init(&l->json);
	gaugeseen_clear(&l->seen);
	gaugeindex_clear(&l->index);
	l->crowded = false;
	LIST_EACH(&l->gone, it) {
		struct gaugeset *s = READER(it);

		gaugeset_free(&s);
	}
}

static void
on_done(void *arg, const struct fetch_result *fr)
{
	struct gaugelook *l = arg;
	struct gaugelook_result r = { .outcome = (int)fr->code,
	    .sys_errno = fr->sys_errno, .status = fr->status,
	    .octets = fr->octets };

	OBJ_CHECK(l, GAUGELOOK_MAGIC);
	l->fetch = NULL;
	l->desk->running--;
	if (fr->code == FETCH_OK)
		take_up(l, &r);
	l->desk->done(l->desk->arg, l, &r);
	clear(l);
	pump(l->desk);
}

static void
begin_text(struct gaugelook *l)
{
	l->text = mem_zalloc(1, sizeof(*l->text));
	promtext_init(l->text, on_sample, l);
	EACH_READER(l, it)
		gaugeindex_add(&l->index, READER(it));
}

static void
look(struct gaugelook *l)
{
	const struct monitor_metrics *m = l->monitor;
	const struct fetch_owner owner = { on_data, on_done, l };
	const struct fetch_spec s = {
		.to = l->to, .tls = m->tls, .verify = m->verify,
		.host = m->host, .path = l->path, .user = m->username,
		.password = m->password, .ca_file = m->ca_file,
		.max = is_json(l) ? GAUGELOOK_JSON_MAX : GAUGELOOK_TEXT_MAX,
		.timeout_ns = m->base.probe_timeout_s * CLOCK_S,
	};

	list_remove(&l->queue);
	l->desk->running++;
	clear(l);
	if (!is_json(l))
		begin_text(l);
	EACH_READER(l, it)
		gaugeset_begin(READER(it));
	l->fetch = fetch_start(l->desk->fetcher, &s, &owner);
}

static void
pump(struct gaugelook_desk *d)
{
	while (d->running < GAUGELOOK_AT_ONCE && !list_empty(&d->waiting))
		look(OBJ_OF(d->waiting.next, struct gaugelook, queue));
}

/* At its own phase of the interval, so that pages are spread evenly. */
static mono_ns
next_due(const struct gaugelook *l, mono_ns now)
{
	dur_ns interval = l->monitor->base.interval_s * CLOCK_S;

	return now + interval - (now + interval - l->phase) % interval;
}

static void
on_due(struct loop_timer *t, void *arg)
{
	const struct gaugelook_result nobody = {
		.outcome = GAUGELOOK_NO_TARGET };
	struct gaugelook *l = arg;
	struct gaugelook_desk *d = l->desk;

	OBJ_CHECK(l, GAUGELOOK_MAGIC);
	loop_timer_start_at(t, next_due(l, loop_now_ns(d->loop)));
	if (l->fetch != NULL || !list_empty(&l->queue) || !d->ready(d->arg))
		return;
	if (l->to.addr.family == 0 || l->to.port == 0) {
		d->done(d->arg, l, &nobody);
		return;
	}
	list_append(&d->waiting, &l->queue);
	pump(d);
}

/* ---- life ---- */

/* The same after a restart, so that looks stay where they were. */
static dur_ns
phase_of(const struct gaugelook *l)
{
	char to[ADDR_TEXT_MAX], *key;
	struct hash_key hk;
	uint64_t hash;

	key = mem_printf("%s %s %s", l->monitor->base.obj.name,
	    addr_format_port(&l->to, to), l->path);
	hash_key_init(&hk, 0);
	hash = hash_octets(&hk, key, strlen(key));
	free(key);
	return hash % (l->monitor->base.interval_s * CLOCK_S);
}

struct gaugelook *
gaugelook_new(struct gaugelook_desk *d, const struct gaugelook_spec *s)
{
	struct gaugelook *l = mem_zalloc(1, sizeof(*l));
	struct rand r;

	l->magic = GAUGELOOK_MAGIC;
	l->desk = d;
	(void)object_ref(&s->monitor->base.obj);
	l->monitor = s->monitor;
	l->id = s->id;
	l->to = s->to;
	l->path = mem_strdup(s->path);
	l->phase = phase_of(l);
	rand_seed(&r);
	gaugeseen_init(&l->seen, rand_u64(&r));
	strbuf_init(&l->json);
	list_init(&l->readers);
	list_init(&l->gone);
	list_init(&l->queue);
	loop_timer_init(&l->due, d->loop, on_due, l);
	loop_timer_start_at(&l->due, loop_now_ns(d->loop));
	return l;
}

void
gaugelook_free(struct gaugelook **pl)
{
	struct gaugelook *l = *pl;
	struct object *o;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, GAUGELOOK_MAGIC);
	assert(list_empty(&l->readers));
	if (l->fetch != NULL)
		l->desk->running--;
	fetch_stop(&l->fetch);
	loop_timer_stop(&l->due);
	list_remove(&l->queue);
	clear(l);
	strbuf_fini(&l->json);
	gaugeseen_fini(&l->seen);
	o = &l->monitor->base.obj;
	object_unref(&o);
	free(l->path);
	l->magic = 0;
	free(l);
}

void
gaugelook_add(struct gaugelook *l, struct gaugeset *s)
{
	list_append(&l->readers, &s->of_page);
	s->look = l;
}

void
gaugelook_remove(struct gaugeset **ps)
{
	struct gaugeset *s = *ps;
	struct gaugelook *l = s->look;

	*ps = NULL;
	OBJ_CHECK(l, GAUGELOOK_MAGIC);
	list_remove(&s->of_page);
	s->begun = false;
	if (l->fetch != NULL)
		list_append(&l->gone, &s->of_page);
	else
		gaugeset_free(&s);
}
