/* core/rest/restevents.c - see restevents.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restevents.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"

struct event {
	char	*text;		/* NULL = none */
	size_t	 len;
	char	 kind[16];
};

struct restevents {
	unsigned	 magic;
#define RESTEVENTS_MAGIC	0x2ee7e275u
	real_s		 start;
	uint64_t	 first, next;	/* held are first..next-1 */
	size_t		 octets;
	struct event	 ring[RESTEVENTS_RING];
	struct list	 readers;
};

struct restevents *
restevents_new(real_s start)
{
	struct restevents *ev = mem_zalloc(1, sizeof(*ev));

	ev->magic = RESTEVENTS_MAGIC;
	ev->start = start;
	ev->first = ev->next = 1;
	list_init(&ev->readers);
	return ev;
}

static struct event *
at(struct restevents *ev, uint64_t number)
{
	return &ev->ring[number % RESTEVENTS_RING];
}

static void
drop_first(struct restevents *ev)
{
	struct event *e = at(ev, ev->first++);

	ev->octets -= e->len;
	free(e->text);
	*e = (struct event){ .text = NULL };
}

void
restevents_free(struct restevents **pe)
{
	struct restevents *ev = *pe;

	*pe = NULL;
	if (ev == NULL)
		return;
	OBJ_CHECK(ev, RESTEVENTS_MAGIC);
	assert(list_empty(&ev->readers));
	while (ev->first < ev->next)
		drop_first(ev);
	ev->magic = 0;
	free(ev);
}

static void
wake(struct restevents_reader *r)
{
	if (r->wake == NULL || r->woken)
		return;
	r->woken = true;
	r->wake(r->arg);
}

void
restevents_add(struct restevents *ev, const char *kind, struct json **data)
{
	char *line = json_line(*data);
	struct event *e;

	OBJ_CHECK(ev, RESTEVENTS_MAGIC);
	while (ev->next - ev->first >= RESTEVENTS_RING ||
	    (ev->octets > RESTEVENTS_OCTETS && ev->first < ev->next))
		drop_first(ev);
	e = at(ev, ev->next);
	e->text = mem_printf("id: %" PRId64 ".%" PRIu64 "\nevent: %s\n"
	    "data: %s\n\n", ev->start, ev->next, kind, line);
	e->len = strlen(e->text);
	(void)snprintf(e->kind, sizeof(e->kind), "%s", kind);
	ev->octets += e->len;
	ev->next++;
	free(line);
	json_free(data);
	LIST_EACH(&ev->readers, n)
		wake(OBJ_OF(n, struct restevents_reader, node));
}

void
restevents_beat(struct restevents_reader *r)
{
	OBJ_CHECK(r->events, RESTEVENTS_MAGIC);
	r->beat = true;
	wake(r);
}

/* Where a client goes on that saw last; false when that is not known here. */
static bool
resume(const struct restevents *ev, const char *last, uint64_t *next)
{
	char *end;
	intmax_t start = strtoimax(last, &end, 10);
	uintmax_t number;

	if (start != ev->start || *end != '.' || end[1] < '0' || end[1] > '9')
		return false;
	number = strtoumax(end + 1, &end, 10);
	if (*end != '\0' || number + 1 < ev->first || number >= ev->next)
		return false;
	*next = number + 1;
	return true;
}

void
restevents_open(struct restevents *ev, struct restevents_reader *r,
    const char *last, const char *kind)
{
	OBJ_CHECK(ev, RESTEVENTS_MAGIC);
	r->events = ev;
	r->next = ev->next;
	r->off = 0;
	r->hello = true;
	r->beat = r->woken = false;
	r->lost = last != NULL && *last != '\0' && !resume(ev, last, &r->next);
	(void)snprintf(r->kind, sizeof(r->kind), "%s", kind != NULL ? kind :
	    "");
	list_append(&ev->readers, &r->node);
}

void
restevents_close(struct restevents_reader *r)
{
	if (r->events == NULL)
		return;
	list_remove(&r->node);
	r->events = NULL;
}

/* Short words that are no events of the ring; said whole, between events. */
static size_t
say(struct restevents_reader *r, char *buf, size_t cap)
{
	char text[160];
	int n = snprintf(text, sizeof(text), "%s%s%s",
	    r->hello ? "retry: 2000\n\n" : "",	/* ms to come back in */
	    r->lost ? "event: lost\ndata: {}\n\n" : "",
	    r->beat && !r->hello ? ":\n\n" : "");

	if ((size_t)n > cap)
		return 0;
	memcpy(buf, text, (size_t)n);
	r->hello = r->lost = r->beat = false;
	return (size_t)n;
}

static bool
wants(const struct restevents_reader *r, const struct event *e)
{
	return *r->kind == '\0' || strcmp(r->kind, e->kind) == 0;
}

/* As much of the event at hand as fits. */
static size_t
copy(struct restevents_reader *r, char *buf, size_t cap)
{
	const struct event *e = at(r->events, r->next);
	size_t n = e->len - r->off < cap ? e->len - r->off : cap;

	if (!wants(r, e))
		n = e->len - r->off;
	else
		memcpy(buf, e->text + r->off, n);
	r->off += n;
	if (r->off == e->len) {
		r->next++;
		r->off = 0;
	}
	return wants(r, e) ? n : 0;
}

ssize_t
restevents_read(struct restevents_reader *r, char *buf, size_t cap)
{
	const struct restevents *ev = r->events;
	size_t n = 0;

	OBJ_CHECK(ev, RESTEVENTS_MAGIC);
	r->woken = false;
	if (r->next < ev->first)
		return -1;
	if (r->off == 0)
		n = say(r, buf, cap);
	while (n < cap && r->next < ev->next)
		n += copy(r, buf + n, cap - n);
	return (ssize_t)n;
}
