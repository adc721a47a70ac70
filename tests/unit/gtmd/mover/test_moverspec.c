/* tests/unit/gtmd/mover/test_moverspec.c - a migration as it is started.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
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

/* Each member of an object, as text, is the one that is wanted; none is without. */
static void
members_are(const struct json *j, const char *const (*want)[2], size_t count)
{
	const struct json *v;
	const char *key;
	void *at = NULL;

	while ((v = json_next(j, &at, &key)) != NULL) {
		char *text;
		size_t i = 0;

		if (strcmp(key, "hosts") == 0)
			continue;
		text = json_line(v);
		text[strcspn(text, "\n")] = '\0';
		while (i < count && strcmp(want[i][0], key) != 0)
			i++;
		if (i == count || strcmp(want[i][1], text) != 0)
			fail_msg("%s: %s, not %s", key, text,
			    i < count ? want[i][1] : "in the list");
		free(text);
	}
	for (size_t i = 0; i < count; i++)
		if (json_find(j, want[i][0]) == NULL)
			fail_msg("%s is not there", want[i][0]);
}

/* No value is that of a row that was not said. */
static void
all_that_a_run_goes_by_is_copied(void **state)
{
	static const char *const run[][2] = {
		{ "name", "\"/Common/m\"" }, { "run", "4" },
		{ "wideip", "\"a /Common/www.example.com\"" },
		{ "fromPool", "\"/Common/p\"" }, { "toPool", "\"/Common/q\"" },
		{ "fromEnabled", "true" }, { "toEnabled", "false" },
		{ "fromRatio", "7" }, { "toRatio", "3" },
		{ "fromTtl", "15" }, { "toTtl", "30" },
		{ "plan", "\"steps\"" }, { "flipAt", "61" }, { "steps", "[5,10,100]" },
		{ "stepHold", "62" }, { "demand", "3" }, { "order", "\"largest\"" },
		{ "concurrency", "2" }, { "ttl", "5" }, { "prepareTimeout", "63" },
		{ "storageTimeout", "64" }, { "memoryTimeout", "65" },
		{ "verifyTimeout", "66" }, { "drainTimeout", "67" },
		{ "retries", "9" }, { "onFailure", "\"roll-back\"" },
		{ "relayApplication", "\"/Common/late\"" }, { "residualThreshold", "68" },
		{ "residualWindow", "69" }, { "guardDestination", "false" },
		{ "lagUrl", "\"http://10.0.0.8/\"" },
		{ "lagExpression", "\"$.lag\"" }, { "lagMax", "70.0" },
		{ "sloUrl", "\"http://10.0.0.9/\"" }, { "sloMonitors", "true" },
		{ "sloInterval", "250" },
		{ "sloWindow", "71" }, { "sloErrorsMax", "72" },
		{ "sloP95Max", "700" }, { "freezeWindows", "[\"Sat,Sun\"]" },
		{ "description", "\"the move\"" },
	};
	static const char *const host[][2] = {
		{ "name", "\"vm\"" }, { "capacity", "4" }, { "order", "2" },
		{ "portOffset", "5" }, { "storage", "100" }, { "memory", "10" },
		{ "station", "\"02:00:00:00:00:01\"" },
		{ "fromHypervisor", "\"/Common/l\"" },
		{ "toHypervisor", "\"/Common/r\"" },
		{ "checkUrl", "\"http://10.0.0.3/\"" },
		{ "addresses", "[\"10.0.0.3\",\"10.0.0.4\"]" },
	};
	struct model *m = model_of(SITES("program x wom-control /w", "program x")
	    MIGRATION("plan steps flip-at 61 steps { 10 5 } step-hold 62 demand 3 "
	    "order largest concurrency 2 ttl 5 prepare-timeout 63 "
	    "storage-timeout 64 memory-timeout 65 verify-timeout 66 "
	    "drain-timeout 67 retries 9 on-failure roll-back "
	    "relay-application late residual-threshold 68 residual-window 69 "
	    "guard-destination disabled lag-url http://10.0.0.8/ "
	    "lag-expression $.lag lag-max 70 slo-url http://10.0.0.9/ "
	    "guard-interval 250 slo-window 71 slo-errors-max 72 slo-p95-max 700 "
	    "slo-monitors enabled "
	    "freeze-windows { \"Sat,Sun\" } description \"the move\" "
	    "hosts { vm { capacity 4 storage 100 memory 10 order 2 "
	    "port-offset 5 station 02:00:00:00:00:01 check-url "
	    "http://10.0.0.3/ addresses { 10.0.0.3 10.0.0.4 } } back { "
	    "from-hypervisor r to-hypervisor l order 1 } }"));
	struct migspec *s;
	struct json *j;
	struct err e = { 0 };

	(void)state;
	s = spec_of(m, &e);
	assert_non_null(s);
	j = migspec_json(s);
	members_are(j, run, OBJ_COUNT(run));
	members_are(json_item(json_find(j, "hosts"), (size_t)migspec_find(s,
	    "vm")), host, OBJ_COUNT(host));
	assert_int_equal(s->host_count, 2);
	assert_string_equal(s->hosts[migspec_find(s, "back")].from_hypervisor,
	    "/Common/r");
	json_free(&j);
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
