/* tests/unit/gtmd/mover/test_moverset.c - what pools and ratios say, made so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/rest/restevents.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/mover/moverset.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/mover/moverstage.h"

struct stage {
	struct moverstage base;
	struct migspec	*spec;
	const char	*refused;
};

/* As MOVERSTAGE_TEXT has it. */
static const struct migtraffic_setting before = { .from_enabled = true,
    .from_ratio = 7, .to_ratio = 3, .from_ttl_s = 15, .to_ttl_s = 30 },
flipped = { .to_enabled = true, .from_ratio = 7, .to_ratio = 3,
    .from_ttl_s = 5, .to_ttl_s = 5 };

static int
set_up(void **state)
{
	static struct stage t;

	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    "hosts { vm { } }"));
	t.spec = moverstage_spec(&t.base, 1);
	t.refused = NULL;
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	migspec_free(&t->spec);
	moverstage_close(&t->base);
	return 0;
}

static bool
is(const struct stage *t, const struct migtraffic_setting *to)
{
	return moverset_is(store_model(t->base.store), t->spec, to);
}

static int
apply(struct stage *t, const struct migtraffic_setting *to, struct err *e)
{
	const struct moverset s = { t->base.store, t->base.changes, t->spec,
	    "50 % of it & more", t->refused };

	return moverset_apply(&s, to, e);
}

static unsigned
audited(const struct stage *t, const char *text)
{
	char *all = tempdir_read(t->base.audit, NULL);
	unsigned n = 0;

	for (const char *at = all; at != NULL && (at = strstr(at, text)) != NULL;
	    at++)
		n++;
	free(all);
	return n;
}

static void
a_setting_is_what_all_of_it_says(void **state)
{
	struct migtraffic_setting to[6];
	struct stage *t = *state;

	assert_true(is(t, &before));
	for (size_t i = 0; i < 6; i++)
		to[i] = before;
	to[0].from_enabled = false;
	to[1].to_enabled = true;
	to[2].from_ratio = 8;
	to[3].to_ratio = 4;
	to[4].from_ttl_s = 14;
	to[5].to_ttl_s = 15;
	for (size_t i = 0; i < 6; i++)
		assert_false(is(t, &to[i]));
}

static void
it_is_one_change_in_the_name_of_the_migration(void **state)
{
	struct stage *t = *state;
	uint64_t serial = store_serial(t->base.store);
	struct err e = { 0 };

	assert_int_equal(apply(t, &flipped, &e), 0);
	assert_true(is(t, &flipped));
	assert_int_equal(store_serial(t->base.store), serial + 1);
	assert_int_equal(audited(t, "\n"), 1);
	assert_int_equal(audited(t, "\"user\":\"migration /Common/m\""), 1);
	assert_int_equal(audited(t, "50 % of it & more"), 1);
	assert_int_equal(audited(t, "\"result\":200"), 1);
	/* And so it is after a crash. */
	store_settle(t->base.store);
	assert_int_equal(store_waits_for(t->base.store), 0);
}

static void
what_is_so_is_not_made_again(void **state)
{
	struct stage *t = *state;
	struct err e = { 0 };
	uint64_t serial;

	assert_int_equal(apply(t, &flipped, &e), 0);
	serial = store_serial(t->base.store);
	assert_int_equal(apply(t, &flipped, &e), 0);
	assert_int_equal(store_serial(t->base.store), serial);
	assert_int_equal(audited(t, "\n"), 1);
}

/* Whatever the objects had beside it stays. */
static void
only_what_it_says_is_changed(void **state)
{
	struct stage *t = *state;
	const struct model *m;
	const struct pool *p;
	const struct wideip *w;
	struct err e = { 0 };

	moverstage_put(&t->base, "gtm pool a p { ttl 15 max-answers-returned 3 "
	    "members { s:v { ratio 9 } } }\n");
	assert_int_equal(apply(t, &flipped, &e), 0);
	m = store_model(t->base.store);
	p = (const struct pool *)model_find(m, &pool_type_a, "/Common/p");
	assert_int_equal(p->rare->max_answers, 3);
	assert_false(p->enabled);
	w = (const struct wideip *)model_find(m, &wideip_type_a,
	    "/Common/www.example.com");
	assert_int_equal(w->pools.count, 2);
}

/* From any setting to any other, and each once. */
static void
every_setting_can_be_had_from_every_other(void **state)
{
	struct stage *t = *state;
	struct rand r;
	struct err e = { 0 };

	rand_seed_from(&r, 5);
	for (int i = 0; i < 60; i++) {
		unsigned on = rand_below(&r, 3);
		const struct migtraffic_setting to = { on != 1, on != 0,
		    rand_below(&r, 101), rand_below(&r, 101),
		    rand_below(&r, 3) * 30, rand_below(&r, 3) * 15 };
		bool was = is(t, &to);
		uint64_t serial = store_serial(t->base.store);

		if (apply(t, &to, &e) != 0)
			fail_msg("%d: %s", i, e.text);
		assert_true(is(t, &to));
		assert_int_equal(store_serial(t->base.store), serial + !was);
	}
}

static void
expect_refused(struct stage *t, int code, const char *want)
{
	uint64_t serial = store_serial(t->base.store);
	struct err e = { 0 };

	assert_int_equal(apply(t, &flipped, &e), code);
	if (strstr(e.text, want) == NULL)
		fail_msg("\"%s\", want \"%s\"", e.text, want);
	assert_int_equal(store_serial(t->base.store), serial);
	assert_false(is(t, &flipped));
}

static void
rename_to(char **text, const char *to)
{
	free(*text);
	*text = mem_strdup(to);
}

static void
what_is_not_there_is_told(void **state)
{
	struct stage *t = *state;

	rename_to(&t->spec->to_pool, "/Common/gone");
	expect_refused(t, ERR_REF, "there is no gtm pool a /Common/gone");
	moverstage_put(&t->base, "gtm pool a aside { }\n");
	rename_to(&t->spec->to_pool, "/Common/aside");
	expect_refused(t, ERR_REF, "/Common/aside is no pool of gtm wideip a "
	    "/Common/www.example.com");
	rename_to(&t->spec->to_pool, "/Common/q");
	rename_to(&t->spec->wideip, "a /Common/gone");
	expect_refused(t, ERR_REF, "is no pool of gtm wideip a /Common/gone");
	rename_to(&t->spec->wideip, "no-such-type /Common/www.example.com");
	expect_refused(t, ERR_REF, "there is no wide IP");
	rename_to(&t->spec->wideip, "a");
	expect_refused(t, ERR_REF, "");
}

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	(void)arg;
	(void)d;
	diag_warn(out, NULL, "this is not it");
	return diag_error(out, NULL, ERR_CONFLICT, "the port is taken");
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	(void)made;
}

/* All of it is taken back, and the audit record knows of it. */
static void
a_change_that_is_refused_leaves_all_as_it_was(void **state)
{
	const struct store_gate gate = { on_prepare, on_settle, NULL };
	struct stage *t = *state;
	struct err e = { 0 };

	store_gate(t->base.store, &gate);
	expect_refused(t, ERR_CONFLICT, "the port is taken");
	assert_true(is(t, &before));
	assert_int_equal(audited(t, "\"result\":400"), 1);
	/* It is tried each second, for as long as it takes. */
	t->refused = "the port is taken";
	expect_refused(t, ERR_CONFLICT, "the port is taken");
	assert_int_equal(audited(t, "\"result\":400"), 1);
	t->refused = "something else";
	expect_refused(t, ERR_CONFLICT, "the port is taken");
	assert_int_equal(audited(t, "\"result\":400"), 2);
	store_gate(t->base.store, NULL);
	assert_int_equal(apply(t, &flipped, &e), 0);
}

/* Of a type, whose wide IP and pools have the names of the stage's own. */
static void
flips(const char *type, const char *p, const char *q)
{
	static char text[2048];
	struct stage t = { .refused = NULL };
	struct err e = { 0 };

	(void)snprintf(text, sizeof(text),
	    "gtm datacenter a { }\ngtm datacenter b { }\n"
	    "gtm server s { datacenter a product generic-host virtual-servers { "
	    "v { destination 10.0.0.1:80 } w { destination 10.0.0.2:80 } "
	    "v6 { destination 2001:db8::1.80 } w6 { destination 2001:db8::2.80 } } }\n"
	    "gtm pool %s p { ttl 15 members { %s } }\n"
	    "gtm pool %s q { disabled ttl 30 members { %s } }\n"
	    "gtm wideip %s www.example.com { pool-lb-mode ratio pools { "
	    "p { order 0 ratio 7 } q { order 1 ratio 3 } } }\n"
	    "gtm hypervisor l { datacenter a program x }\n"
	    "gtm hypervisor r { datacenter b program x }\n"
	    "gtm migration m { wideip %s www.example.com from-pool p to-pool q "
	    "from-hypervisor l to-hypervisor r hosts { vm { } } }\n",
	    type, p, type, q, type, type);
	moverstage_open(&t.base, text);
	t.spec = moverstage_spec(&t.base, 1);
	assert_true(is(&t, &before));
	assert_int_equal(apply(&t, &flipped, &e), 0);
	assert_true(is(&t, &flipped));
	migspec_free(&t.spec);
	moverstage_close(&t.base);
}

static void
a_wide_ip_of_any_type_is_set(void **state)
{
	(void)state;
	flips("aaaa", "s:v6 { }", "s:w6 { }");
	flips("cname", "one.example.net { static-target yes }",
	    "two.example.net { static-target yes }");
	flips("txt", "one { text one }", "two { text two }");
	flips("mx", "", "");
	flips("srv", "", "");
	flips("naptr", "", "");
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_setting_is_what_all_of_it_says),
		TEST(it_is_one_change_in_the_name_of_the_migration),
		cmocka_unit_test(a_wide_ip_of_any_type_is_set),
		TEST(what_is_so_is_not_made_again),
		TEST(only_what_it_says_is_changed),
		TEST(every_setting_can_be_had_from_every_other),
		TEST(what_is_not_there_is_told),
		TEST(a_change_that_is_refused_leaves_all_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
