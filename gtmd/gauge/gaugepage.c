/* gtmd/gauge/gaugepage.c - see gaugepage.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/gauge/gaugepage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/gauge/gaugereader.h"
#include "monitors/monitor_metrics.h"
#include "monitors/promtext.h"

#define EACH_READER(p, it)	LIST_EACH(&(p)->readers, it)
#define READER(it)		OBJ_OF(it, struct gaugereader, of_page)

static void pump(struct gaugedesk *d);

/* ---- what came ---- */

static bool
is_json(const struct gaugepage *p)
{
	return monitor_metrics_form(p->monitor) == GAUGEEXPR_JSON;
}

static void
on_sample(void *arg, const struct promtext_sample *s)
{
	struct gaugepage *p = arg;

	EACH_READER(p, it)
		gaugereader_sample(READER(it), s);
}

static void
on_data(void *arg, const void *octets, size_t len)
{
	struct gaugepage *p = arg;

	if (p->text != NULL)
		promtext_push(p->text, octets, len);
	else
		strbuf_add_len(&p->json, octets, len);
}

static int
read_json(struct gaugepage *p)
{
	struct json *j = json_parse(p->json.text, p->json.len, NULL);

	if (j == NULL)
		return GAUGEPAGE_NOT_JSON;
	EACH_READER(p, it)
		gaugereader_document(READER(it), j);
	json_free(&j);
	return FETCH_OK;
}

static int
read_text(struct gaugepage *p)
{
	promtext_end(p->text);
	p->desk->samples += p->text->samples;
	p->desk->bad += p->text->bad;
	p->desk->overlong += p->text->overlong;
	return FETCH_OK;
}

/* The page is whole: the values count from this moment. */
static int
take_up(struct gaugepage *p)
{
	int outcome = is_json(p) ? read_json(p) : read_text(p);
	mono_ns now = loop_now_ns(p->desk->loop);

	if (outcome == FETCH_OK)
		EACH_READER(p, it)
			gaugereader_end(READER(it), now, p->desk->values);
	return outcome;
}

/* ---- looks ---- */

static void
clear(struct gaugepage *p)
{
	free(p->text);
	p->text = NULL;
	strbuf_fini(&p->json);
	strbuf_init(&p->json);
}

static void
note(struct gaugepage *p, int outcome)
{
	char words[160], quoted[200], to[ADDR_TEXT_MAX];
	bool news = p->outcome != outcome;

	p->looks++;
	p->good += outcome == FETCH_OK;
	p->desk->pages[outcome]++;
	if (!news)
		return;
	news = p->outcome != -1 || outcome != FETCH_OK;
	p->outcome = outcome;
	p->since = clock_real(loop_clock(p->desk->loop));
	if (news)
		log_at(LOG_NOTICE, "monitor", p->monitor->base.obj.name, "page",
		    "from=%s outcome=%s", addr_format_port(&p->to, to),
		    log_quote(gaugepage_words(p, words, sizeof(words)), quoted,
		    sizeof(quoted)));
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct gaugepage *p = arg;

	OBJ_CHECK(p, GAUGEPAGE_MAGIC);
	p->fetch = NULL;
	p->desk->running--;
	p->last = *r;
	note(p, r->code == FETCH_OK ? take_up(p) : (int)r->code);
	clear(p);
	pump(p->desk);
}

static void
look(struct gaugepage *p)
{
	const struct monitor_metrics *m = p->monitor;
	const struct fetch_owner owner = { on_data, on_done, p };
	const struct fetch_spec s = {
		.to = p->to, .tls = m->tls, .verify = m->verify,
		.host = m->host, .path = p->path, .user = m->username,
		.password = m->password, .ca_file = m->ca_file,
		.max = is_json(p) ? GAUGEPAGE_JSON_MAX : GAUGEPAGE_TEXT_MAX,
		.timeout_ns = m->base.probe_timeout_s * CLOCK_S,
	};

	list_remove(&p->queue);
	p->desk->running++;
	clear(p);
	if (!is_json(p)) {
		p->text = mem_zalloc(1, sizeof(*p->text));
		promtext_init(p->text, on_sample, p);
	}
	EACH_READER(p, it)
		gaugereader_begin(READER(it));
	p->fetch = fetch_start(p->desk->fetcher, &s, &owner);
}

static void
pump(struct gaugedesk *d)
{
	while (d->running < GAUGEPAGE_AT_ONCE && !list_empty(&d->waiting))
		look(OBJ_OF(d->waiting.next, struct gaugepage, queue));
}

/* At its own phase of the interval, so that pages are spread evenly. */
static mono_ns
next_due(const struct gaugepage *p, mono_ns now)
{
	dur_ns interval = p->monitor->base.interval_s * CLOCK_S;
	struct hash_key key;
	dur_ns phase;

	hash_key_init(&key, 0);
	phase = hash_octets(&key, p->key, strlen(p->key)) % interval;
	return now + interval - (now + interval - phase) % interval;
}

static void
on_due(struct loop_timer *t, void *arg)
{
	struct gaugepage *p = arg;

	OBJ_CHECK(p, GAUGEPAGE_MAGIC);
	loop_timer_start_at(t, next_due(p, loop_now_ns(p->desk->loop)));
	if (p->to.addr.family == 0 || p->to.port == 0) {
		note(p, GAUGEPAGE_NO_TARGET);
		return;
	}
	if (p->fetch != NULL || !list_empty(&p->queue))
		return;
	list_append(&p->desk->waiting, &p->queue);
	pump(p->desk);
}

/* ---- life ---- */

struct gaugepage *
gaugepage_new(struct gaugedesk *d, struct monitor_metrics *m,
    const struct addrport *to, const char *key, const char *path)
{
	struct gaugepage *p = mem_zalloc(1, sizeof(*p));

	p->magic = GAUGEPAGE_MAGIC;
	p->desk = d;
	(void)object_ref(&m->base.obj);
	p->monitor = m;
	p->to = *to;
	p->key = mem_strdup(key);
	p->path = mem_strdup(path);
	p->outcome = -1;
	p->since = clock_real(loop_clock(d->loop));
	strbuf_init(&p->json);
	list_init(&p->readers);
	list_init(&p->queue);
	loop_timer_init(&p->due, d->loop, on_due, p);
	loop_timer_start_at(&p->due, loop_now_ns(d->loop));
	return p;
}

void
gaugepage_free(struct gaugepage **pp)
{
	struct gaugepage *p = *pp;
	struct object *o;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, GAUGEPAGE_MAGIC);
	assert(list_empty(&p->readers));
	if (p->fetch != NULL)
		p->desk->running--;
	fetch_stop(&p->fetch);
	loop_timer_stop(&p->due);
	list_remove(&p->queue);
	clear(p);
	strbuf_fini(&p->json);
	o = &p->monitor->base.obj;
	object_unref(&o);
	free(p->key);
	free(p->path);
	p->magic = 0;
	free(p);
}

void
gaugepage_add(struct gaugepage *p, struct gaugereader *r)
{
	list_append(&p->readers, &r->of_page);
}

const char *
gaugepage_words(const struct gaugepage *p, char *text, size_t cap)
{
	if (p->outcome == -1)
		(void)snprintf(text, cap, "not looked at yet");
	else if (p->outcome == GAUGEPAGE_NOT_JSON)
		(void)snprintf(text, cap, "not JSON, or too deep");
	else if (p->outcome == GAUGEPAGE_NO_TARGET)
		(void)snprintf(text, cap, "no address or port to ask");
	else
		return fetch_words(&p->last, text, cap);
	return text;
}

const char *
gaugepage_outcome_name(int outcome)
{
	if (outcome == GAUGEPAGE_NOT_JSON)
		return "not-json";
	if (outcome == GAUGEPAGE_NO_TARGET)
		return "no-target";
	return fetch_code_name((enum fetch_code)outcome);
}
