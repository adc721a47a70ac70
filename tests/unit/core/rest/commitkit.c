/* tests/unit/core/rest/commitkit.c - see commitkit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/rest/commitkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restevents.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"

struct store *commitkit_store;
struct restcommit *commitkit;
struct restevents *commitkit_events;
struct restreply commitkit_reply;
enum restpeer_role commitkit_role;
const char *commitkit_audit;
bool commitkit_grouped;
struct commitkit_settled commitkit_settled;

static struct clock clk;
static struct loop *loop;

static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	(void)arg;
	commitkit_settled.upto = upto;
	commitkit_settled.times++;
	commitkit_settled.code = e != NULL ? e->code : 0;
}

void
commitkit_settle(void)
{
	while (store_waits_for(commitkit_store) != 0)
		loop_poll(loop);
}

void
commitkit_start(void)
{
	const struct restcommit_config c = { .store = commitkit_store =
	    storekit_loaded(), .loop = loop, .audit_path = commitkit_audit,
	    .events = commitkit_events,
	    .settled = commitkit_grouped ? on_settled : NULL };
	struct err e = { 0 };

	commitkit = restcommit_new(&c, &e);
	if (commitkit == NULL)
		fail_msg("%s", e.text);
}

void
commitkit_stop(void)
{
	restcommit_free(&commitkit);
	store_free(&commitkit_store);
}

void
commitkit_restart(void)
{
	commitkit_stop();
	commitkit_start();
}

int
commitkit_setup(void **state)
{
	static char path[160];
	struct err e;

	assert_int_equal(storekit_setup(state), 0);
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	(void)snprintf(path, sizeof(path), "%s",
	    tempdir_file(&storekit_dir, "audit.log"));
	commitkit_audit = path;
	commitkit_role = RESTPEER_ADMIN;
	commitkit_settled = (struct commitkit_settled){ .upto = 0 };
	clock_fake_init(&clk, 100 * CLOCK_S, 1000000);
	loop = loop_new(&clk, &e);
	commitkit_events = restevents_new(1);
	commitkit_start();
	return 0;
}

int
commitkit_teardown(void **state)
{
	restreply_fini(&commitkit_reply);
	commitkit_stop();
	restevents_free(&commitkit_events);
	loop_free(&loop);
	return storekit_teardown(state);
}

static struct restrequest
request(const char *method, const char *target, const char *body)
{
	struct restrequest q = restkit_request(method, target, body);

	q.peer.role = commitkit_role;
	(void)snprintf(q.peer.user, sizeof(q.peer.user), "eve");
	restreply_fini(&commitkit_reply);
	commitkit_reply = (struct restreply){ 0 };
	return q;
}

/* As a write ends. */
static int
finish(struct restrequest *q)
{
	struct restreply *r = &commitkit_reply;

	if (r->status == 0)
		r->status = 200;
	restcommit_tell(commitkit, r);
	restcommit_audit(commitkit, q, r);
	restrequest_fini(q);
	return r->status;
}

static int
commit(const char *method, const char *site, const char *query,
    struct draft **pd)
{
	char *target = mem_printf("/mgmt/tm/test/site/%s%s", site, query);
	struct restrequest q = request(method, target, NULL);
	const struct restcommit_ask ask = { .q = &q,
	    .role = RESTPEER_MANAGER };
	int rc;

	(void)restcommit_make(commitkit, pd, &ask, &commitkit_reply);
	rc = finish(&q);
	free(target);
	return rc;
}

int
commitkit_set(const char *site, const char *note, const char *query)
{
	struct draft *d = store_draft(commitkit_store);
	char *name = mem_printf("/Common/%s", site);
	struct object *o = draft_edit(d, &sample_site, name);
	int rc;

	if (o == NULL) {
		struct object *fresh = object_new(&sample_site, name);

		draft_put(d, &fresh);
		o = draft_edit(d, &sample_site, name);
	}
	(void)prop_set(prop_find(sample_site.props, "note", NULL), o, note,
	    NULL);
	rc = commit("PATCH", site, query, &d);
	free(name);
	return rc;
}

int
commitkit_delete(const char *site)
{
	struct draft *d = store_draft(commitkit_store);
	char *name = mem_printf("/Common/%s", site);

	assert_int_equal(draft_delete(d, &sample_site, name, NULL), 0);
	free(name);
	return commit("DELETE", site, "", &d);
}

int
commitkit_post(commitkit_fn *fn, const char *body)
{
	struct restrequest q = request("POST", "/mgmt/tm/gtm/x", body);

	fn(commitkit, &q, &commitkit_reply);
	return finish(&q);
}

void
commitkit_expect(const char *site, const char *note)
{
	char name[80];

	(void)snprintf(name, sizeof(name), "/Common/%s", site);
	storekit_expect_note(commitkit_store, name, note);
}

const char *
commitkit_said(void)
{
	const char *text = json_get_text(json_find(commitkit_reply.body,
	    "message"));

	return text != NULL ? text : "";
}

void
commitkit_pass(dur_ns by)
{
	loop_advance(loop, &clk, by);
}

void
commitkit_set_clock(real_s now)
{
	clock_fake_init(&clk, clock_mono(&clk), now);
}

char *
commitkit_read_audit(void)
{
	return tempdir_read(commitkit_audit, NULL);
}

unsigned
commitkit_audited(const char *text)
{
	char *all = commitkit_read_audit();
	unsigned n = 0;

	for (const char *at = all; (at = strstr(at, text)) != NULL; at++)
		n++;
	free(all);
	return n;
}
