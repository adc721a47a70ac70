/* tests/unit/gtmd/query/test_zonekeep.c - zones change as a whole or not at all, and
 * a change that names none of them costs nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/wire/dnsname.h"
#include "gtmd/query/zonekeep.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/servedzone.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/types/modeltext.h"
#include "zones/zoneset.h"

#define TWO	"gtm zone /Common/a.example { file a }\n"	\
		"gtm zone /Common/b.example { file b }\n"

struct scene {
	struct tempdir	 dir;
	struct model	*model;
	struct zoneset	*slot;
	struct zonekeep	*keep;
	struct diag	 found;
};

static void
write_zone(const struct scene *s, const char *file, unsigned serial)
{
	char *text = mem_printf("$TTL 60\n@ SOA ns hostmaster %u 1 1 1 1\n"
	    "@ NS ns\nns A 192.0.2.1\n", serial);

	tempdir_write(tempdir_file(&s->dir, file), text, strlen(text));
	free(text);
}

static void
remove_zone(const struct scene *s, const char *file)
{
	assert_int_equal(unlink(tempdir_file(&s->dir, file)), 0);
}

/* Prepares a draft, settles it when that went well; takes it. */
static int
put(struct scene *s, struct draft *d, bool made)
{
	int rc = zonekeep_prepare(s->keep, d, &s->found);

	if (rc == 0 && made)
		modeltext_apply(s->model, &d);
	if (rc == 0)
		zonekeep_settle(s->keep, made);
	draft_free(&d);
	return rc;
}

static unsigned
serial_of(const struct scene *s, const char *domain)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(domain, name);
	const struct zone *z = zoneset_find_zone(s->slot, name, len);

	return z != NULL ? z->serial : 0;
}

static int
open_scene(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));

	tempdir_make(&s->dir);
	s->model = model_new(&gtm_schema);
	s->keep = zonekeep_new(tempdir_file(&s->dir, "gtm.conf"), &s->slot);
	diag_init(&s->found);
	write_zone(s, "a", 1);
	write_zone(s, "b", 2);
	assert_int_equal(put(s, modeltext_draft(NULL, TWO), true), 0);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	zonekeep_free(&s->keep);
	model_free(&s->model);
	diag_fini(&s->found);
	tempdir_remove(&s->dir);
	free(s);
	rcu_drain();
	return 0;
}

/* ---- rules ---- */

static void
zones_of_a_load_are_served(void **state)
{
	struct scene *s = *state;

	assert_int_equal(s->slot->zone_count, 2);
	assert_int_equal(serial_of(s, "a.example"), 1);
	assert_int_equal(serial_of(s, "b.example"), 2);
}

/* The files are gone: whoever reads them would be refused. */
static void
a_change_elsewhere_reads_no_file_and_keeps_the_set(void **state)
{
	struct scene *s = *state;
	const struct zoneset *was = s->slot;
	struct draft *d = modeltext_draft(s->model,
	    "gtm datacenter /Common/dc { }\n");

	remove_zone(s, "a");
	remove_zone(s, "b");
	assert_int_equal(put(s, d, true), 0);
	assert_ptr_equal(s->slot, was);
}

/* One zone goes: the other one is not read again. */
static void
only_a_new_file_is_read(void **state)
{
	struct scene *s = *state;
	struct draft *d = draft_new(&gtm_schema, s->model);

	remove_zone(s, "b");
	assert_int_equal(draft_delete(d, &servedzone_type, "/Common/a.example",
	    NULL), 0);
	assert_int_equal(put(s, d, true), 0);
	assert_int_equal(s->slot->zone_count, 1);
	assert_int_equal(serial_of(s, "b.example"), 2);
}

static void
a_load_without_zones_serves_none(void **state)
{
	struct scene *s = *state;

	assert_int_equal(put(s, modeltext_draft(NULL, ""), true), 0);
	assert_int_equal(s->slot->zone_count, 0);
}

static void
a_reload_reads_every_file_again(void **state)
{
	struct scene *s = *state;

	write_zone(s, "a", 11);
	assert_int_equal(put(s, modeltext_draft(NULL, TWO), true), 0);
	assert_int_equal(serial_of(s, "a.example"), 1);
	zonekeep_reread(s->keep);
	assert_int_equal(put(s, modeltext_draft(NULL, TWO), true), 0);
	assert_int_equal(serial_of(s, "a.example"), 11);
	assert_int_equal(serial_of(s, "b.example"), 2);
}

static void
a_bad_file_refuses_the_change_and_the_old_set_stays(void **state)
{
	struct scene *s = *state;
	const struct zoneset *was = s->slot;

	remove_zone(s, "a");
	zonekeep_reread(s->keep);
	assert_int_not_equal(put(s, modeltext_draft(NULL, TWO), true), 0);
	assert_true(s->found.errors > 0);
	assert_ptr_equal(s->slot, was);
	assert_int_equal(serial_of(s, "a.example"), 1);
}

static void
what_is_dropped_was_never_there(void **state)
{
	struct scene *s = *state;
	const struct zoneset *was = s->slot;
	struct draft *d = draft_new(&gtm_schema, s->model);

	assert_int_equal(draft_delete(d, &servedzone_type, "/Common/a.example",
	    NULL), 0);
	assert_int_equal(put(s, d, false), 0);
	assert_ptr_equal(s->slot, was);
}

static void
a_disabled_zone_is_not_served(void **state)
{
	struct scene *s = *state;

	assert_int_equal(put(s, modeltext_draft(NULL,
	    "gtm zone /Common/a.example { disabled\n file a }\n"
	    "gtm zone /Common/b.example { file b }\n"), true), 0);
	assert_int_equal(s->slot->zone_count, 1);
	assert_int_equal(serial_of(s, "a.example"), 0);
}

#define RULE(f)	cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(zones_of_a_load_are_served),
		RULE(a_change_elsewhere_reads_no_file_and_keeps_the_set),
		RULE(only_a_new_file_is_read),
		RULE(a_load_without_zones_serves_none),
		RULE(a_reload_reads_every_file_again),
		RULE(a_bad_file_refuses_the_change_and_the_old_set_stays),
		RULE(what_is_dropped_was_never_there),
		RULE(a_disabled_zone_is_not_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
