/* gtmd/gauge/gaugepage.c - see gaugepage.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/gauge/gaugepage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/gauge/gaugedesk.h"
#include "gtmd/gauge/gaugereader.h"
#include "monitors/monitor_metrics.h"

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
	list_init(&p->readers);
	gaugedesk_add_page(d, p);
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
	gaugedesk_end_page(p->desk, p);
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
	gaugedesk_add_reader(p->desk, p, r);
}

void
gaugepage_remove(struct gaugepage *p, struct gaugereader *r)
{
	list_remove(&r->of_page);
	gaugedesk_end_reader(p->desk, r);
}

/* ---- looks ---- */

void
gaugepage_hear(struct gaugepage *p, const struct gaugelook_result *r)
{
	char words[160], quoted[200], to[ADDR_TEXT_MAX];
	bool news = p->outcome != r->outcome;

	OBJ_CHECK(p, GAUGEPAGE_MAGIC);
	p->looks++;
	p->good += r->outcome == FETCH_OK;
	p->last = *r;
	p->desk->looks[r->outcome]++;
	p->desk->samples += r->samples;
	p->desk->bad += r->bad;
	p->desk->overlong += r->overlong;
	if (!news)
		return;
	news = p->outcome != -1 || r->outcome != FETCH_OK;
	p->outcome = r->outcome;
	p->since = clock_real(loop_clock(p->desk->loop));
	if (news)
		log_at(LOG_NOTICE, "monitor", p->monitor->base.obj.name, "page",
		    "from=%s outcome=%s", addr_format_port(&p->to, to),
		    log_quote(gaugepage_words(p, words, sizeof(words)), quoted,
		    sizeof(quoted)));
}

/* ---- words ---- */

const char *
gaugepage_words(const struct gaugepage *p, char *text, size_t cap)
{
	const struct fetch_result fetched = {
		.code = (enum fetch_code)p->outcome,
		.sys_errno = p->last.sys_errno, .status = p->last.status,
	};

	switch (p->outcome) {
	case -1:
		(void)snprintf(text, cap, "not looked at yet");
		return text;
	case GAUGELOOK_NOT_JSON:
		(void)snprintf(text, cap, "not JSON, or too deep");
		return text;
	case GAUGELOOK_NO_TARGET:
		(void)snprintf(text, cap, "no address or port to ask");
		return text;
	case GAUGELOOK_SAMPLES:
		(void)snprintf(text, cap, "more than %zu samples that matter",
		    GAUGESEEN_MAX);
		return text;
	default:
		return fetch_words(&fetched, text, cap);
	}
}

const char *
gaugepage_outcome_name(int outcome)
{
	switch (outcome) {
	case GAUGELOOK_NOT_JSON:
		return "not-json";
	case GAUGELOOK_NO_TARGET:
		return "no-target";
	case GAUGELOOK_SAMPLES:
		return "samples";
	default:
		return fetch_code_name((enum fetch_code)outcome);
	}
}
