/* gtmd/gauge/gaugedesk.c - see gaugedesk.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/gauge/gaugedesk.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/gauge/gaugepage.h"
#include "gtmd/gauge/gaugereader.h"
#include "monitors/gaugewire.h"
#include "monitors/monitor_metrics.h"
#include "monitors/probelink.h"
#include "monitors/probewire.h"

#define ID_TEXT	24

static const char *
key_of(uint64_t id, char text[ID_TEXT])
{
	(void)snprintf(text, ID_TEXT, "%" PRIu64, id);
	return text;
}

/* ---- telling ---- */

static void
say_page(struct gaugedesk *d, const struct gaugepage *p)
{
	struct strbuf *out = probelink_say(d->link);
	struct gaugewire_message m = { .kind = GAUGEWIRE_PAGE,
	    .page = { .id = p->id, .to = p->to, .path = p->path } };

	if (out == NULL)
		return;
	m.page.monitor = probelink_say_monitor(d->link,
	    &p->monitor->base.obj);
	gaugewire_put(out, &m);
	probewire_put_forget(out, m.page.monitor);
}

static void
say_reader(struct gaugedesk *d, const struct gaugepage *p,
    const struct gaugereader *r)
{
	struct strbuf *out = probelink_say(d->link);
	const struct gaugewire_message m = { .kind = GAUGEWIRE_READER,
	    .reader = { .page = p->id, .id = r->id, .wants = r->wants,
	    .label = r->label } };

	if (out != NULL)
		gaugewire_put(out, &m);
}

static void
say_end(struct gaugedesk *d, enum gaugewire_kind kind, uint64_t id)
{
	struct strbuf *out = probelink_say(d->link);
	const struct gaugewire_message m = { .kind = kind, .ended = id };

	if (out != NULL)
		gaugewire_put(out, &m);
}

static void
on_begin(void *arg)
{
	struct gaugedesk *d = arg;
	struct gaugepage *p;

	OBJ_CHECK(d, GAUGEDESK_MAGIC);
	for (size_t at = 0; (p = map_next(&d->pages, &at, NULL)) != NULL;) {
		say_page(d, p);
		LIST_EACH(&p->readers, it)
			say_reader(d, p, OBJ_OF(it, struct gaugereader,
			    of_page));
	}
}

/* ---- being told ---- */

/* Of whoever has left meanwhile nothing is taken up. */
static bool
on_hear(void *arg, const void *body, size_t len)
{
	struct gaugedesk *d = arg;
	struct gaugewire_message m;
	struct gaugereader *r;
	struct gaugepage *p;
	char key[ID_TEXT];

	OBJ_CHECK(d, GAUGEDESK_MAGIC);
	if (!gaugewire_get(body, len, &m))
		return false;
	switch (m.kind) {
	case GAUGEWIRE_READING:
		r = map_find(&d->readers, key_of(m.reading.reader, key));
		if (r != NULL)
			gaugereader_hear(r, m.reading.values, d->values);
		return true;
	case GAUGEWIRE_LOOKED:
		p = map_find(&d->pages, key_of(m.looked.page, key));
		if (p != NULL)
			gaugepage_hear(p, &m.looked.result);
		return true;
	case GAUGEWIRE_PAGE:
	case GAUGEWIRE_READER:
	case GAUGEWIRE_PAGE_END:
	case GAUGEWIRE_READER_END:
		break;
	}
	return false;
}

/* ---- life ---- */

void
gaugedesk_init(struct gaugedesk *d, struct loop *l, struct probelink *link)
{
	const struct probelink_guest guest = { on_begin, on_hear, d };

	*d = (struct gaugedesk){ .magic = GAUGEDESK_MAGIC, .loop = l,
	    .link = link };
	probelink_host(link, &guest);
}

void
gaugedesk_fini(struct gaugedesk *d)
{
	OBJ_CHECK(d, GAUGEDESK_MAGIC);
	assert(d->pages.count == 0 && d->readers.count == 0);
	probelink_host(d->link, NULL);
	map_fini(&d->pages);
	map_fini(&d->readers);
	d->magic = 0;
}

void
gaugedesk_add_page(struct gaugedesk *d, struct gaugepage *p)
{
	char key[ID_TEXT];

	p->id = ++d->last_id;
	(void)map_put(&d->pages, key_of(p->id, key), p);
	say_page(d, p);
}

void
gaugedesk_end_page(struct gaugedesk *d, const struct gaugepage *p)
{
	char key[ID_TEXT];

	(void)map_remove(&d->pages, key_of(p->id, key));
	say_end(d, GAUGEWIRE_PAGE_END, p->id);
}

void
gaugedesk_add_reader(struct gaugedesk *d, const struct gaugepage *p,
    struct gaugereader *r)
{
	char key[ID_TEXT];

	r->id = ++d->last_id;
	(void)map_put(&d->readers, key_of(r->id, key), r);
	say_reader(d, p, r);
}

void
gaugedesk_end_reader(struct gaugedesk *d, const struct gaugereader *r)
{
	char key[ID_TEXT];

	(void)map_remove(&d->readers, key_of(r->id, key));
	say_end(d, GAUGEWIRE_READER_END, r->id);
}
