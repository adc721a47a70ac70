/* tests/unit/gtmd/mover/moverstage.c - see moverstage.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/mover/moverstage.h"

#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "core/model/tmos_bind.h"
#include "core/rest/restcommit.h"
#include "core/rest/restevents.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverspec.h"
#include "gtmd/plan/plan.h"
#include "gtmd/query/widetable.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/migration.h"
#include "monitors/fetch.h"

static void
expect_clean(struct diag *out)
{
	char line[1024];

	for (size_t i = 0; i < out->count; i++) {
		if (out->entries[i].level != DIAG_ERROR)
			continue;
		diag_format(&out->entries[i], line, sizeof(line));
		fail_msg("%s", line);
	}
	diag_fini(out);
}

static void
load(struct moverstage *t)
{
	char config[96];
	struct store_backend *be;
	struct diag out;
	struct err e = { 0 };

	(void)snprintf(config, sizeof(config), "%s/t.conf", t->dir.path);
	be = store_dir_open(config, moverstage_file(t, "state"), &e);
	if (be == NULL)
		fail_msg("%s", e.text);
	t->store = store_new(&gtm_schema, &be);
	t->wides = widetable_new();
	t->plan = plan_new(&(struct plan_config){ .store = t->store,
	    .wides = t->wides });
	store_watch(t->store, plan_on_change, t->plan);
	diag_init(&out);
	(void)store_load(t->store, false, &out);
	expect_clean(&out);
}

void
moverstage_open(struct moverstage *t, const char *text)
{
	struct restcommit_config c;
	struct err e = { 0 };

	*t = (struct moverstage){ .store = NULL };
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	tempdir_make(&t->dir);
	tempdir_write(moverstage_file(t, "t.conf"), text, strlen(text));
	clock_fake_init(&t->clk, 1000 * CLOCK_S, 1700000000);
	t->loop = loop_new(&t->clk, &e);
	load(t);
	t->events = restevents_new(1);
	(void)snprintf(t->audit, sizeof(t->audit), "%s/audit.log", t->dir.path);
	c = (struct restcommit_config){ .store = t->store, .loop = t->loop,
	    .audit_path = t->audit, .events = t->events };
	t->changes = restcommit_new(&c, &e);
	if (t->changes == NULL)
		fail_msg("%s", e.text);
	moverclock_init(&t->clock, loop_clock(t->loop));
	t->means = (struct moverop_means){ .loop = t->loop, .store = t->store,
	    .plan = t->plan, .fetcher = fetch_engine_new(t->loop, &e),
	    .clock = &t->clock };
	assert_non_null(t->means.fetcher);
}

void
moverstage_close(struct moverstage *t)
{
	fetch_engine_free(&t->means.fetcher);
	restcommit_free(&t->changes);
	restevents_free(&t->events);
	plan_free(&t->plan);
	widetable_free(&t->wides);
	store_free(&t->store);
	loop_poll(t->loop);
	loop_free(&t->loop);
	rcu_drain();
	tempdir_remove(&t->dir);
}

const char *
moverstage_file(const struct moverstage *t, const char *name)
{
	return tempdir_file(&t->dir, name);
}

void
moverstage_put(struct moverstage *t, const char *text)
{
	struct draft *scratch = draft_new(&gtm_schema, NULL);
	struct draft *d = store_draft(t->store);
	struct diag_pos pos = { "test", 1, 1 };
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;
	struct diag out;
	struct tmos_bind b = { .schema = &gtm_schema, .out = &out };

	diag_init(&out);
	(void)tmos_bind_text(&b, scratch, text, strlen(text), &pos);
	while ((en = overlay_next(draft_overlay(scratch), &w)) != NULL) {
		struct object *o = object_clone(en->now);

		draft_put(d, &o);
	}
	draft_free(&scratch);
	(void)store_commit(t->store, &d, &out);
	draft_free(&d);
	expect_clean(&out);
}

struct migspec *
moverstage_spec(const struct moverstage *t, uint32_t run)
{
	const struct model *m = store_model(t->store);
	const struct migration *o = (const struct migration *)model_find(m,
	    &migration_type, "/Common/m");
	struct err e = { 0 };
	struct migspec *s;

	assert_non_null(o);
	s = moverspec_new(o, m, run, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

/* In small steps: what comes over sockets needs the loop, not time. */
void
moverstage_pass(struct moverstage *t, dur_ns by)
{
	for (dur_ns step; by > 0; by -= step) {
		step = by < CLOCK_MS ? by : CLOCK_MS;
		loop_poll(t->loop);
		loop_advance(t->loop, &t->clk, step);
	}
}
