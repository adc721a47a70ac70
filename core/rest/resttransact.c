/* core/rest/resttransact.c - see resttransact.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/resttransact.h"

#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restcommit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restwrite.h"

static void
show_transaction(const struct resttrans *x, const char *state, bool only,
    struct restreply *r)
{
	struct json *j = resttrans_json(x, state, only);

	restreply_json(r, 200, &j);
}

/* One queued write into the draft. */
static int
replay_one(struct resttransact *t, const struct resttrans_command *c,
    const struct restpeer *peer, struct draft *d, struct restreply *r)
{
	const struct restwrite_call call = { .method = c->method,
	    .target = c->target, .body = c->body, .if_match = c->if_match,
	    .peer = *peer };

	return restwrite_replay(&call, d, t->dialect, r);
}

static int
check_only(struct draft *d, struct restreply *r)
{
	struct diag found;
	int rc;

	diag_init(&found);
	rc = draft_check(d, &found) != 0 ? restreply_diag(r, &found) : 0;
	diag_fini(&found);
	return rc;
}

static int
replay(struct resttransact *t, const struct resttrans *x,
    const struct restrequest *q, struct restreply *r)
{
	const struct restcommit_ask ask = { .q = q, .role = x->mixed ?
	    RESTPEER_MANAGER : RESTPEER_OPERATOR };
	struct draft *d = store_draft(t->store);
	int rc = 0;

	/* He may have been more when he wrote them. */
	if (q->peer.role < ask.role)
		rc = restreply_error(r, 403, "role %s may not make all that "
		    "waits in it", restpeer_role_name(q->peer.role));
	for (size_t i = 0; rc == 0 && i < x->count; i++)
		rc = replay_one(t, &x->commands[i], &q->peer, d, r);
	if (rc == 0)
		rc = json_get_bool(json_find(q->body, "validateOnly")) ?
		    check_only(d, r) :
		    restcommit_make(t->commit, &d, &ask, r);
	draft_free(&d);
	return rc;
}

/* PATCH {"state": "VALIDATING"} commits; DELETE forgets. */
static void
end_transaction(struct resttransact *t, struct resttrans *x,
    const struct restrequest *q, struct restreply *r)
{
	const char *state = json_get_text(json_find(q->body, "state"));
	bool only;

	if (q->method == RESTREQUEST_DELETE) {
		r->status = 200;
		resttrans_close(&t->all, &x);
		return;
	}
	if (state == NULL || strcmp(state, "VALIDATING") != 0) {
		(void)restreply_error(r, 400, "state: only VALIDATING may be "
		    "written");
		return;
	}
	only = json_get_bool(json_find(q->body, "validateOnly"));
	if (replay(t, x, q, r) == 0) {
		show_transaction(x, "COMPLETED", only, r);
		restcommit_tell(t->commit, r);
	}
	restcommit_audit(t->commit, q, r);
	if (!only)
		resttrans_close(&t->all, &x);
}

/* transaction/ID/commands, and one of them by its number. */
static void
read_commands(const struct resttrans *x, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = NULL;

	if (q->segment_count < 7 && strcmp(q->segments[4].text,
	    RESTTRANS_COMMANDS) == 0)
		j = q->segment_count == 5 ? resttrans_commands_json(x) :
		    resttrans_command_json(x, resttrans_command_find(x,
		    q->segments[5].text));
	if (j == NULL) {
		(void)restreply_error(r, 404, "the transaction has no such "
		    "command");
	} else if (q->method != RESTREQUEST_GET) {
		(void)restreply_error(r, 405, "%s is not for what waits in a "
		    "transaction", restrequest_method_name(q->method));
	} else {
		restreply_json(r, 200, &j);
	}
	json_free(&j);
}

void
resttransact_serve(struct resttransact *t, const struct restrequest *q,
    struct restreply *r)
{
	mono_ns now = loop_now_ns(t->loop);
	struct resttrans *x;
	struct err e = { 0 };

	if (q->segment_count == 3 && q->method == RESTREQUEST_POST) {
		x = resttrans_open(&t->all, now, &q->peer, &e);
		if (x != NULL)
			show_transaction(x, "STARTED", false, r);
		else
			(void)restreply_err(r, &e);
		return;
	}
	x = q->segment_count > 3 ? resttrans_find(&t->all,
	    q->segments[3].text, now, &q->peer) : NULL;
	if (x == NULL)
		(void)restreply_error(r, 404, "there is no such transaction");
	else if (q->segment_count > 4)
		read_commands(x, q, r);
	else if (q->method == RESTREQUEST_GET)
		show_transaction(x, "STARTED", false, r);
	else if (q->method == RESTREQUEST_PATCH ||
	    q->method == RESTREQUEST_DELETE)
		end_transaction(t, x, q, r);
	else
		(void)restreply_error(r, 405, "%s is not for a transaction",
		    restrequest_method_name(q->method));
}

/* Answered with what was queued: clients look for JSON here. */
void
resttransact_queue(struct resttransact *t, const struct restrequest *q,
    bool steers, struct restreply *r)
{
	struct resttrans *x = resttrans_find(&t->all, q->transaction,
	    loop_now_ns(t->loop), &q->peer);
	struct err e = { 0 };
	struct json *j;

	if (x == NULL) {
		(void)restreply_error(r, 404, "there is no such transaction");
		return;
	}
	if (resttrans_add(x, q, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	x->mixed = x->mixed || !steers;
	j = resttrans_command_json(x, &x->commands[x->count - 1]);
	restreply_json(r, 200, &j);
}
