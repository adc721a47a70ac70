/* core/rest/resttrans.c - see resttrans.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/resttrans.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"

void
resttrans_set_init(struct resttrans_set *s)
{
	list_init(&s->all);
	s->last = 0;
	s->count = 0;
}

void
resttrans_close(struct resttrans_set *s, struct resttrans **pt)
{
	struct resttrans *t = *pt;

	*pt = NULL;
	list_remove(&t->node);
	s->count--;
	for (size_t i = 0; i < t->count; i++) {
		free(t->commands[i].target);
		free(t->commands[i].if_match);
		json_free(&t->commands[i].body);
	}
	free(t->commands);
	free(t);
}

void
resttrans_set_fini(struct resttrans_set *s)
{
	LIST_EACH(&s->all, n) {
		struct resttrans *t = OBJ_OF(n, struct resttrans, node);

		resttrans_close(s, &t);
	}
}

static void
forget_old(struct resttrans_set *s, mono_ns now)
{
	LIST_EACH(&s->all, n) {
		struct resttrans *t = OBJ_OF(n, struct resttrans, node);

		if (t->end <= now)
			resttrans_close(s, &t);
	}
}

struct resttrans *
resttrans_open(struct resttrans_set *s, mono_ns now,
    const struct restpeer *peer, struct err *e)
{
	struct resttrans *t;

	forget_old(s, now);
	if (s->count >= RESTTRANS_MAX) {
		(void)err_set(e, ERR_BUSY, "there are %d transactions at work "
		    "already", RESTTRANS_MAX);
		return NULL;
	}
	t = mem_zalloc(1, sizeof(*t));
	t->id = ++s->last;
	t->end = now + RESTTRANS_TIMEOUT_S * CLOCK_S;
	t->uid = peer->uid;
	(void)snprintf(t->user, sizeof(t->user), "%s", peer->user);
	list_append(&s->all, &t->node);
	s->count++;
	return t;
}

struct resttrans *
resttrans_find(struct resttrans_set *s, const char *id, mono_ns now,
    const struct restpeer *peer)
{
	char text[24];

	forget_old(s, now);
	LIST_EACH(&s->all, n) {
		struct resttrans *t = OBJ_OF(n, struct resttrans, node);

		(void)snprintf(text, sizeof(text), "%" PRIu64, t->id);
		if (strcmp(text, id) == 0 && t->uid == peer->uid &&
		    strcmp(t->user, peer->user) == 0)
			return t;
	}
	return NULL;
}

static size_t
octets_of(const struct restrequest *q)
{
	char *line = q->body != NULL ? json_line(q->body) : NULL;
	size_t n = strlen(q->target) + (line != NULL ? strlen(line) : 0);

	free(line);
	return n;
}

int
resttrans_add(struct resttrans *t, const struct restrequest *q, struct err *e)
{
	size_t octets = octets_of(q);
	struct resttrans_command *c;

	if (t->count == RESTTRANS_COMMANDS_MAX ||
	    t->octets + octets > RESTTRANS_OCTETS_MAX)
		return err_set(e, ERR_RANGE, "a transaction holds %d writes "
		    "of %d octets at the most", RESTTRANS_COMMANDS_MAX,
		    RESTTRANS_OCTETS_MAX);
	t->commands = mem_grow(t->commands, &t->room, t->count + 1,
	    sizeof(*t->commands));
	c = &t->commands[t->count++];
	c->method = q->method;
	c->target = mem_strdup(q->target);
	c->if_match = mem_strdup(q->if_match);
	c->body = q->body != NULL ? json_clone(q->body) : NULL;
	t->octets += octets;
	return 0;
}
