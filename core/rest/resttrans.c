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
#include "core/rest/restname.h"

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

const struct resttrans_command *
resttrans_command_find(const struct resttrans *t, const char *number)
{
	char text[24];

	for (size_t i = 0; i < t->count; i++) {
		(void)snprintf(text, sizeof(text), "%zu", i + 1);
		if (strcmp(text, number) == 0)
			return &t->commands[i];
	}
	return NULL;
}

/* ---- as JSON ---- */

/* Kind, and the link to the transaction or what is below it. */
static struct json *
describe(const struct resttrans *t, const char *kind, const char *below)
{
	struct json *j = json_new_object();
	char *url = mem_printf("/mgmt/tm/" RESTTRANS_COLLECTION "/%" PRIu64
	    "%s", t->id, below);
	char *link = restname_link(url);

	json_put_text(j, "kind", kind);
	json_put_text(j, "selfLink", link);
	free(link);
	free(url);
	return j;
}

struct json *
resttrans_json(const struct resttrans *t, const char *state, bool only)
{
	struct json *j = describe(t, "tm:transactionstate", "");

	json_put_int(j, "transId", (int64_t)t->id);
	json_put_text(j, "state", state);
	json_put_int(j, "timeoutSeconds", RESTTRANS_TIMEOUT_S);
	json_put_bool(j, "asyncExecution", false);
	json_put_bool(j, "validateOnly", only);
	json_put_int(j, "executionTimeout", 300);
	json_put_int(j, "executionTime", 0);
	json_put_text(j, "failureReason", "");
	return j;
}

struct json *
resttrans_command_json(const struct resttrans *t,
    const struct resttrans_command *c)
{
	struct json *j, *body;
	char below[40];
	int64_t number;

	if (c == NULL)
		return NULL;
	number = c - t->commands + 1;
	(void)snprintf(below, sizeof(below), "/" RESTTRANS_COMMANDS "/%" PRId64,
	    number);
	j = describe(t, "tm:transaction:commandsstate", below);
	json_put_int(j, "transId", (int64_t)t->id);
	json_put_int(j, "commandId", number);
	json_put_int(j, "evalOrder", number);
	json_put_text(j, "method", restrequest_method_name(c->method));
	json_put_text(j, "uri", c->target);
	body = c->body != NULL ? json_clone(c->body) : json_new_object();
	json_put(j, "body", &body);
	return j;
}

struct json *
resttrans_commands_json(const struct resttrans *t)
{
	struct json *j = describe(t, "tm:transaction:commandscollectionstate",
	    "/" RESTTRANS_COMMANDS), *all = json_new_array();

	for (size_t i = 0; i < t->count; i++) {
		struct json *one = resttrans_command_json(t, &t->commands[i]);

		json_add(all, &one);
	}
	if (t->count > 0)
		json_put(j, "items", &all);
	json_free(&all);
	return j;
}
