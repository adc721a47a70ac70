/* tests/unit/gtmd/topology/test_geokeep.c - databases come and go with the
 * configuration, whole or not at all, and files that stay are not opened twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/geokeep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/log.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/topology/geo.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define DATABASE	"tests/data/geo.mmdb"

static char folder[64], conf[96];

/* A copy of the database; damaged ones lose their end. */
static void
write_file(const char *name, bool damaged)
{
	char path[160], octets[65536];
	FILE *from = fopen(DATABASE, "rbe"), *to;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)unlink(path);
	to = fopen(path, "wbe");
	assert_non_null(from);
	assert_non_null(to);
	n = fread(octets, 1, sizeof(octets), from);
	assert_true(n > 0 && n < sizeof(octets));
	(void)fwrite(octets, 1, damaged ? n / 2 : n, to);
	(void)fclose(from);
	assert_int_equal(fclose(to), 0);
}

static int
set_up(void **state)
{
	const struct log_config quiet = { 2, LOG_ERROR, LOG_FORM_BARE };

	log_setup(&quiet);
	(void)snprintf(folder, sizeof(folder), "/tmp/gtm-geokeep-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(conf, sizeof(conf), "%s/gtm.conf", folder);
	write_file("a.mmdb", false);
	write_file("b.mmdb", false);
	*state = geokeep_new(conf);
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "a.mmdb", "b.mmdb" };
	struct geokeep *k = *state;
	char path[160];

	geokeep_free(&k);
	assert_null(k);
	geokeep_free(&k);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

/* files: what stands between the braces. */
static int
prepare(struct geokeep *k, const char *files, struct diag *out)
{
	char text[256];
	struct draft *d;
	int rc;

	(void)snprintf(text, sizeof(text), "gtm global-settings dns {\n"
	    "    geoip-databases { %s }\n}\n", files);
	d = modeltext_draft(NULL, text);
	diag_init(out);
	rc = geokeep_prepare(k, d, out);
	draft_free(&d);
	return rc;
}

static size_t
open_now(const struct geokeep *k)
{
	size_t n;

	(void)geokeep_all(k, &n);
	return n;
}

/* Prepared and made. */
static bool
take(struct geokeep *k, const char *files)
{
	struct diag out;

	if (prepare(k, files, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
	return geokeep_settle(k, true);
}

static void
what_is_prepared_counts_when_it_is_made(void **state)
{
	struct geokeep *k = *state;
	struct diag out;
	size_t n;

	assert_int_equal(prepare(k, "a.mmdb b.mmdb", &out), 0);
	diag_fini(&out);
	assert_int_equal(open_now(k), 0);
	assert_non_null(geokeep_prepared(k, &n)[0]);
	assert_int_equal(n, 2);
	assert_true(geokeep_settle(k, true));
	assert_int_equal(open_now(k), 2);
	assert_int_equal(prepare(k, "a.mmdb", &out), 0);
	diag_fini(&out);
	assert_false(geokeep_settle(k, false));		/* refused elsewhere */
	assert_int_equal(open_now(k), 2);
	assert_true(take(k, ""));
	assert_int_equal(open_now(k), 0);
}

static void
a_file_that_is_damaged_or_missing_changes_nothing(void **state)
{
	static const char *const bad[] = { "a.mmdb no.mmdb", "a.mmdb b.mmdb" };
	struct geokeep *k = *state;
	const struct geo *before;
	struct diag out;
	size_t n;

	assert_true(take(k, "a.mmdb"));
	before = geokeep_all(k, &n)[0];
	write_file("b.mmdb", true);
	for (size_t i = 0; i < 2; i++) {
		assert_true(prepare(k, bad[i], &out) < 0);
		assert_int_equal(out.errors, 1);
		assert_non_null(strstr(out.entries[0].text,
		    "global-settings dns: geoip-databases: "));
		assert_non_null(strstr(out.entries[0].text, i == 0 ?
		    "/no.mmdb" : "/b.mmdb"));
		diag_fini(&out);
		assert_false(geokeep_settle(k, false));
		assert_ptr_equal(geokeep_all(k, &n)[0], before);
		assert_int_equal(n, 1);
	}
}

static void
a_file_is_opened_anew_when_it_is_another(void **state)
{
	struct geokeep *k = *state;
	const struct geo *before;
	char whole[256];
	size_t n;

	assert_true(take(k, "a.mmdb"));
	before = geokeep_all(k, &n)[0];
	assert_false(take(k, "a.mmdb"));
	assert_ptr_equal(geokeep_all(k, &n)[0], before);
	/* By its whole path it is the same file. */
	(void)snprintf(whole, sizeof(whole), "%s/a.mmdb", folder);
	assert_false(take(k, whole));
	assert_ptr_equal(geokeep_all(k, &n)[0], before);
	write_file("a.mmdb", false);
	assert_true(take(k, "a.mmdb"));
	assert_true(take(k, "a.mmdb b.mmdb"));
	before = geokeep_all(k, &n)[1];
	assert_true(take(k, "b.mmdb"));
	assert_ptr_equal(geokeep_all(k, &n)[0], before);
}

static void
a_draft_of_other_things_leaves_all_as_it_is(void **state)
{
	struct geokeep *k = *state;
	struct model *m = model_new(&gtm_schema);
	struct draft *d;
	struct diag out;
	size_t n;

	assert_true(take(k, "a.mmdb"));
	d = modeltext_draft(m, "gtm datacenter /Common/dc { }\n");
	diag_init(&out);
	assert_int_equal(geokeep_prepare(k, d, &out), 0);
	(void)geokeep_prepared(k, &n);
	assert_int_equal(n, 1);
	assert_false(geokeep_settle(k, true));
	assert_int_equal(open_now(k), 1);
	diag_fini(&out);
	draft_free(&d);
	model_free(&m);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_prepared_counts_when_it_is_made),
		T(a_file_that_is_damaged_or_missing_changes_nothing),
		T(a_file_is_opened_anew_when_it_is_another),
		T(a_draft_of_other_things_leaves_all_as_it_is),
	};

	return cmocka_run_group_tests_name("geokeep", tests, NULL, NULL);
}
