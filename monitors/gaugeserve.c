/* monitors/gaugeserve.c - see gaugeserve.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gaugeserve.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "monitors/gaugelook.h"
#include "monitors/gaugewire.h"
#include "monitors/monitor_metrics.h"

#define UNREAD_MAX	((size_t)1 << 20)	/* then nothing is looked at */
#define ID_TEXT		24

struct gaugeserve {
	unsigned	 magic;
#define GAUGESERVE_MAGIC 0x9a06e5e2u
	struct gaugeserve_config config;
	struct gaugelook_desk desk;
	struct map	 pages;		/* id as text -> struct gaugelook */
	struct map	 readers;	/* likewise -> struct gaugeset */
};

static const char *
key_of(uint64_t id, char text[ID_TEXT])
{
	(void)snprintf(text, ID_TEXT, "%" PRIu64, id);
	return text;
}

/* ---- telling ---- */

static bool
on_ready(void *arg)
{
	const struct gaugeserve *s = arg;

	return s->config.out->len < UNREAD_MAX;
}

static void
on_found(void *arg, const struct gaugeset *set,
    const struct gaugeset_value values[MONITOR_METRICS_WHATS])
{
	struct gaugeserve *s = arg;
	struct gaugewire_message m = { .kind = GAUGEWIRE_READING,
	    .reading.reader = set->id };

	memcpy(m.reading.values, values, sizeof(m.reading.values));
	gaugewire_put(s->config.out, &m);
}

static void
on_looked(void *arg, const struct gaugelook *l,
    const struct gaugelook_result *r)
{
	struct gaugeserve *s = arg;
	const struct gaugewire_message m = { .kind = GAUGEWIRE_LOOKED,
	    .looked = { .page = l->id, .result = *r } };

	OBJ_CHECK(s, GAUGESERVE_MAGIC);
	gaugewire_put(s->config.out, &m);
	s->config.flush(s->config.arg);
}

/* ---- being told ---- */

static bool
add_page(struct gaugeserve *s, const struct gaugewire_page *p)
{
	struct object *o = s->config.monitor(s->config.arg, p->monitor);
	struct gaugelook_spec spec = { .id = p->id, .to = p->to,
	    .path = p->path };
	char key[ID_TEXT];

	if (o == NULL || o->type != &monitor_metrics_type ||
	    map_find(&s->pages, key_of(p->id, key)) != NULL)
		return false;
	spec.monitor = (struct monitor_metrics *)o;
	(void)map_put(&s->pages, key, gaugelook_new(&s->desk, &spec));
	return true;
}

static bool
add_reader(struct gaugeserve *s, const struct gaugewire_reader *r)
{
	char key[ID_TEXT];
	struct gaugelook *l = map_find(&s->pages, key_of(r->page, key));
	struct gaugeset *set;

	if (l == NULL || map_find(&s->readers, key_of(r->id, key)) != NULL)
		return false;
	set = gaugeset_new(l->monitor, r->id, r->wants, r->label);
	gaugelook_add(l, set);
	(void)map_put(&s->readers, key, set);
	return true;
}

static bool
end_page(struct gaugeserve *s, uint64_t id)
{
	char key[ID_TEXT];
	struct gaugelook *l = map_find(&s->pages, key_of(id, key));

	if (l == NULL || !list_empty(&l->readers))
		return false;
	(void)map_remove(&s->pages, key);
	gaugelook_free(&l);
	return true;
}

static bool
end_reader(struct gaugeserve *s, uint64_t id)
{
	char key[ID_TEXT];
	struct gaugeset *set = map_remove(&s->readers, key_of(id, key));

	if (set == NULL)
		return false;
	gaugelook_remove(&set);
	return true;
}

bool
gaugeserve_hear(struct gaugeserve *s, const void *body, size_t len)
{
	struct gaugewire_message m;

	OBJ_CHECK(s, GAUGESERVE_MAGIC);
	if (!gaugewire_get(body, len, &m))
		return false;
	switch (m.kind) {
	case GAUGEWIRE_PAGE:
		return add_page(s, &m.page);
	case GAUGEWIRE_READER:
		return add_reader(s, &m.reader);
	case GAUGEWIRE_PAGE_END:
		return end_page(s, m.ended);
	case GAUGEWIRE_READER_END:
		return end_reader(s, m.ended);
	case GAUGEWIRE_READING:
	case GAUGEWIRE_LOOKED:
		break;
	}
	return false;
}

/* ---- life ---- */

struct gaugeserve *
gaugeserve_new(const struct gaugeserve_config *c, struct err *e)
{
	struct gaugeserve *s = mem_zalloc(1, sizeof(*s));

	s->magic = GAUGESERVE_MAGIC;
	s->config = *c;
	s->desk = (struct gaugelook_desk){ .loop = c->loop,
	    .done = on_looked, .found = on_found, .ready = on_ready,
	    .arg = s };
	list_init(&s->desk.waiting);
	s->desk.fetcher = fetch_engine_new(c->loop, e);
	if (s->desk.fetcher == NULL)
		gaugeserve_free(&s);
	return s;
}

void
gaugeserve_free(struct gaugeserve **ps)
{
	struct gaugeserve *s = *ps;
	struct gaugeset *set;
	struct gaugelook *l;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, GAUGESERVE_MAGIC);
	for (size_t at = 0; (set = map_next(&s->readers, &at, NULL)) != NULL;)
		gaugelook_remove(&set);
	for (size_t at = 0; (l = map_next(&s->pages, &at, NULL)) != NULL;)
		gaugelook_free(&l);
	map_fini(&s->readers);
	map_fini(&s->pages);
	assert(s->desk.running == 0);
	fetch_engine_free(&s->desk.fetcher);
	s->magic = 0;
	free(s);
}
