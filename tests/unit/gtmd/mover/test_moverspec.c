/* tests/unit/gtmd/mover/test_moverspec.c - a migration as it is started.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverspec.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/migration.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define SITES(from, to)							\
	"gtm datacenter a { }\ngtm datacenter b { }\n"			\
	"gtm server s { datacenter a virtual-servers { "		\
	"v { destination 10.0.0.1:80 } w { destination 10.0.0.2:80 } } }\n" \
	"gtm pool a p { ttl 15 members { s:v { } } }\n"			\
	"gtm pool a q { disabled ttl 30 members { s:w { } } }\n"	\
	"gtm wideip a www.example.com { pool-lb-mode ratio pools { "	\
	"p { order 0 ratio 7 } q { order 1 ratio 3 } } }\n"		\
	"gtm hypervisor l { datacenter a " from " }\n"			\
	"gtm hypervisor r { datacenter b " to " }\n"
#define MIGRATION(rows)	"gtm migration m { wideip a www.example.com from-pool p " \
	"to-pool q from-hypervisor l to-hypervisor r " rows " }\n"

static struct model *
model_of(const char *text)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, text);

	modeltext_apply(m, &d);
	return m;
}

static struct migspec *
spec_of(const struct model *m, struct err *e)
{
	return moverspec_new((const struct migration *)model_find(m,
	    &migration_type, "/Common/m"), m, 4, e);
}

static void
all_that_a_run_goes_by_is_copied(void **state)
{
	struct model *m = model_of(SITES("program x wom-control /x", "program x")
	    MIGRATION("relay-application late residual-threshold 8 "
	    "plan steps steps { 10 5 } demand 3 concurrency 2 ttl 5 "
	    "on-failure roll-back order largest retries 9 slo-url "
	    "http://10.0.0.9/ slo-p95-max 700 guard-interval 250 "
	    "freeze-windows { \"Sat,Sun\" } hosts { vm { capacity 4 storage "
	    "100 memory 10 order 2 station 02:00:00:00:00:01 check-url "
	    "http://10.0.0.3/ addresses { 10.0.0.3 } } back { from-hypervisor "
	    "r to-hypervisor l order 1 } }"));
	const struct migspec_host *h;
	struct migspec *s;
	struct err e = { 0 };

	(void)state;
	s = spec_of(m, &e);
	assert_non_null(s);
	assert_string_equal(s->name, "/Common/m");
	assert_int_equal(s->run, 4);
	assert_string_equal(s->wideip, "a /Common/www.example.com");
	assert_string_equal(s->from_pool, "/Common/p");
	assert_int_equal(s->plan, MIGSPEC_STEPS);
	assert_int_equal(s->step_count, 3);
	assert_int_equal(s->steps[0], 5);
	assert_int_equal(s->steps[2], 100);
	assert_int_equal(s->order, MIGSPEC_LARGEST);
	assert_int_equal(s->on_failure, MIGSPEC_ROLL_BACK);
	assert_int_equal(s->slo_interval_ms, 250);
	assert_int_equal(s->freeze_count, 1);
	assert_string_equal(s->relay_application, "/Common/late");
	assert_int_equal(s->residual_threshold, 8);
	assert_true(s->before.from_enabled && !s->before.to_enabled);
	assert_int_equal(s->before.from_ratio, 7);
	assert_int_equal(s->before.to_ttl_s, 30);
	assert_int_equal(s->host_count, 2);
	h = &s->hosts[migspec_find(s, "vm")];
	assert_int_equal(h->capacity, 4);
	assert_string_equal(h->from_hypervisor, "/Common/l");
	assert_string_equal(h->addresses[0], "10.0.0.3");
	h = &s->hosts[migspec_find(s, "back")];
	assert_string_equal(h->from_hypervisor, "/Common/r");
	migspec_free(&s);
	model_free(&m);
}

static void
what_cannot_start_says_why(void **state)
{
	static const struct { const char *text, *want; } k[] = {
		{ SITES("program x", "program x") MIGRATION(""),
		  "hosts: there are none" },
		{ SITES("program x", "program x disabled") MIGRATION(
		  "hosts { vm { } }"), "hypervisor /Common/r is disabled" },
		{ "gtm datacenter c { disabled }\n" SITES("program x", "program "
		  "x") "gtm hypervisor z { datacenter c program x }\n"
		  MIGRATION("hosts { vm { to-hypervisor z } }"),
		  "data center /Common/c is disabled" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		struct model *m = model_of(k[i].text);
		struct err e = { 0 };
		struct migspec *s = spec_of(m, &e);

		if (s != NULL || strstr(e.text, k[i].want) == NULL)
			fail_msg("\"%s\" says not \"%s\"", e.text, k[i].want);
		model_free(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_a_run_goes_by_is_copied),
		cmocka_unit_test(what_cannot_start_says_why),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
