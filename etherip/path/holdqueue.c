/* etherip/path/holdqueue.c - see holdqueue.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/path/holdqueue.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

void
holdqueue_init(struct holdqueue *q)
{
	q->count = 0;
	holdqueue_limits(q, 0, 0);
}

void
holdqueue_limits(struct holdqueue *q, uint32_t frames, uint32_t ms)
{
	q->most = frames != 0 ? frames : HOLDQUEUE_FRAMES;
	q->patience = (ms != 0 ? ms : HOLDQUEUE_MS) * CLOCK_MS;
}

static struct heldstation *
find(struct holdqueue *q, const struct fdb_key *k)
{
	for (uint32_t i = 0; i < q->count; i++)
		if (q->station[i].key.mac == k->mac &&
		    q->station[i].key.vlan == k->vlan)
			return &q->station[i];
	return NULL;
}

static void
forget(struct heldstation *s, struct heldframe *f)
{
	list_remove(&f->node);
	s->count--;
	free(f);
}

/* Frames that have waited for too long. Returns how many. */
static size_t
expire(const struct holdqueue *q, struct heldstation *s, mono_ns now)
{
	size_t gone = 0;

	LIST_EACH(&s->frames, it) {
		struct heldframe *f = OBJ_OF(it, struct heldframe, node);

		if (now - f->at <= q->patience)
			break;
		forget(s, f);
		gone++;
	}
	return gone;
}

/* Closes the gap; a list's head is known to its nodes. */
static void
move(struct heldstation *to, struct heldstation *from)
{
	to->key = from->key;
	to->count = from->count;
	list_init(&to->frames);
	LIST_EACH(&from->frames, it) {
		list_remove(it);
		list_append(&to->frames, it);
	}
}

bool
holdqueue_start(struct holdqueue *q, const struct fdb_key *k)
{
	struct heldstation *s;

	if (find(q, k) != NULL)
		return true;
	if (q->count == HOLDQUEUE_STATIONS)
		return false;
	s = &q->station[q->count++];
	s->key = *k;
	s->count = 0;
	list_init(&s->frames);
	return true;
}

size_t
holdqueue_stop(struct holdqueue *q, const struct fdb_key *k, mono_ns now,
    void (*fn)(void *arg, struct heldframe *f), void *arg)
{
	struct heldstation *s = find(q, k), *last;
	size_t gone;

	if (s == NULL)
		return 0;
	gone = expire(q, s, now);
	LIST_EACH(&s->frames, it) {
		struct heldframe *f = OBJ_OF(it, struct heldframe, node);

		if (fn != NULL)
			fn(arg, f);
		forget(s, f);
	}
	last = &q->station[--q->count];
	if (s != last)
		move(s, last);
	return gone;
}

bool
holdqueue_add(struct holdqueue *q, const struct fdb_key *k,
    const struct heldframe *like, const uint8_t *octets)
{
	struct heldstation *s = find(q, k);
	struct heldframe *f;

	if (s == NULL)
		return false;
	(void)expire(q, s, like->at);
	if (s->count >= q->most)
		return false;
	f = mem_zalloc(1, sizeof(*f) + like->len);
	f->at = like->at;
	f->from = like->from;
	f->via = like->via;
	f->len = like->len;
	memcpy(f->octets, octets, like->len);
	list_append(&s->frames, &f->node);
	s->count++;
	return true;
}

void
holdqueue_fini(struct holdqueue *q)
{
	while (q->count > 0)
		(void)holdqueue_stop(q, &q->station[0].key, 0, NULL, NULL);
}
