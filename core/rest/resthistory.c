/* core/rest/resthistory.c - see resthistory.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/resthistory.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

struct resthistory {
	unsigned	 magic;
#define RESTHISTORY_MAGIC	0x2e5701d5u
	uint64_t	 last;
	/* Oldest first; one more than shown while a change waits. */
	struct restchange *all[RESTHISTORY_MAX + 1];
	size_t		 count;
};

struct resthistory *
resthistory_new(void)
{
	struct resthistory *h = mem_zalloc(1, sizeof(*h));

	h->magic = RESTHISTORY_MAGIC;
	return h;
}

void
resthistory_free(struct resthistory **ph)
{
	struct resthistory *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = 0; i < h->count; i++)
		restchange_free(&h->all[i]);
	h->magic = 0;
	free(h);
}

uint64_t
resthistory_next(const struct resthistory *h)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	return h->last + 1;
}

void
resthistory_take(struct resthistory *h, uint64_t number)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	if (number > h->last)
		h->last = number;
}

static struct restchange *
find(const struct resthistory *h, uint64_t number)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = 0; number != 0 && i < h->count; i++)
		if (h->all[i]->number == number)
			return h->all[i];
	return NULL;
}

const struct restchange *
resthistory_find(const struct resthistory *h, uint64_t number)
{
	return find(h, number);
}

static void
drop(struct resthistory *h, size_t i)
{
	restchange_free(&h->all[i]);
	h->count--;
	memmove(&h->all[i], &h->all[i + 1],
	    (h->count - i) * sizeof(h->all[0]));
}

/* Room for one more. What waits stays, however old it is. */
static void
make_room(struct resthistory *h)
{
	size_t i = h->count > 0 &&
	    h->all[0]->confirm == RESTCHANGE_PENDING ? 1 : 0;

	while (h->count >= RESTHISTORY_MAX + i)
		drop(h, i);
}

void
resthistory_add(struct resthistory *h, struct restchange **pc)
{
	struct restchange *c = *pc, *target, *first;

	*pc = NULL;
	make_room(h);
	h->all[h->count++] = c;
	resthistory_take(h, c->number);
	target = find(h, c->undoes);
	if (target == NULL)
		return;
	target->undone_by = c->number;
	if (target->confirm == RESTCHANGE_PENDING)
		target->confirm = RESTCHANGE_REVERTED;
	/* An undo that is undone: what it had undone counts again. */
	first = find(h, target->undoes);
	if (first != NULL)
		first->undone_by = 0;
}

void
resthistory_settle(struct resthistory *h, uint64_t number,
    enum restchange_confirm how)
{
	struct restchange *c = find(h, number);

	if (c != NULL)
		c->confirm = how;
}

void
resthistory_read(struct resthistory *h, const struct json *line)
{
	const struct json *settles = json_find(line, "settles");
	const char *how = json_get_text(json_find(line, "confirm"));
	struct restchange *c;

	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	if (settles != NULL) {
		resthistory_take(h, (uint64_t)json_get_int(json_find(line,
		    "change")));
		resthistory_settle(h, (uint64_t)json_get_int(settles),
		    how != NULL && strcmp(how, "confirmed") == 0 ?
		    RESTCHANGE_CONFIRMED : RESTCHANGE_KEPT);
		return;
	}
	c = restchange_parse(line);
	if (c != NULL && find(h, c->number) == NULL)
		resthistory_add(h, &c);
	restchange_free(&c);
}

void
resthistory_keep(const struct resthistory *h, struct strbuf *lines)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = 0; i < h->count; i++) {
		struct json *j = restchange_record(h->all[i]);
		char *line = json_line(j);

		strbuf_add(lines, line);
		strbuf_add_char(lines, '\n');
		free(line);
		json_free(&j);
	}
}

const struct restchange *
resthistory_pending(const struct resthistory *h)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = 0; i < h->count; i++)
		if (h->all[i]->confirm == RESTCHANGE_PENDING)
			return h->all[i];
	return NULL;
}

const struct restchange *
resthistory_undoable(const struct resthistory *h)
{
	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = h->count; i-- > 0; )
		if (h->all[i]->undoes == 0 && h->all[i]->undone_by == 0)
			return h->all[i];
	return NULL;
}

struct json *
resthistory_show(const struct resthistory *h)
{
	struct json *all = json_new_array(), *one;

	OBJ_CHECK(h, RESTHISTORY_MAGIC);
	for (size_t i = h->count; i-- > 0; ) {
		one = restchange_show(h->all[i]);
		json_add(all, &one);
	}
	return all;
}
