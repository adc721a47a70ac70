/* tests/unit/gtmd/types/test_migration.c - migrations as they are described.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/migration.h"

#include "core/base/err.h"
#include "tests/unit/gtmd/types/conf.h"

#define QEMU(n)	"datacenter dc driver qmp qmp-socket /q" #n " "	\
	"migrate-address 10.0.0." #n ":4444 storage-address 10.0.0." #n ":5555"
#define SITES								\
	"gtm pool a p { members { s:a { } } monitor tcp }\n"		\
	"gtm pool a q { members { s:b { } } monitor tcp }\n"		\
	"gtm wideip a www.example.com { pools { p { } q { } } "		\
	"pool-lb-mode ratio }\n"					\
	"gtm hypervisor l { " QEMU(1) " wom-control /w }\n"		\
	"gtm hypervisor r { " QEMU(2) " }\n"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "concurrency", "2" }, { "demand", "3" },
		{ "description", "the move" }, { "drain-timeout", "61" },
		{ "flip-at", "50" },
		{ "freeze-windows", "\"Mon-Fri 08:00-18:00\"" },
		{ "from-hypervisor", "/Common/l" }, { "from-pool", "/Common/p" },
		{ "guard-destination", "disabled" }, { "guard-interval", "500" },
		{ "hosts", "vm1 vm2" }, { "lag-expression", "$.lag" },
		{ "lag-max", "7" }, { "lag-url", "http://10.0.0.9/lag" },
		{ "memory-timeout", "62" }, { "on-failure", "roll-back" },
		{ "order", "largest" }, { "plan", "steps" },
		{ "prepare-timeout", "63" },
		{ "relay-application", "late" },
		{ "residual-threshold", "4" }, { "residual-window", "30" },
		{ "retries", "5" }, { "slo-errors-max", "20" },
		{ "slo-monitors", "enabled" },
		{ "slo-p95-max", "800" }, { "slo-url", "http://10.0.0.9/" },
		{ "slo-window", "10" }, { "step-hold", "0" },
		{ "steps", "10 100 5" }, { "storage-timeout", "64" },
		{ "to-hypervisor", "/Common/r" }, { "to-pool", "/Common/q" },
		{ "ttl", "5" }, { "verify-timeout", "65" },
		{ "wideip", "a /Common/www.example.com" },
	};

	(void)state;
	CONF_HOLDS(SITES "gtm migration m {\nconcurrency 2\ndemand 3\n"
	    "description \"the move\"\ndrain-timeout 61\n"
	    "freeze-windows { \"Mon-Fri 08:00-18:00\" }\nfrom-hypervisor l\n"
	    "from-pool p\nguard-destination disabled\nguard-interval 500\n"
	    "hosts { vm1 { capacity 2 memory 9 } vm2 { port-offset 1 } }\nlag-expression $.lag\n"
	    "lag-max 7\nlag-url http://10.0.0.9/lag\nmemory-timeout 62\n"
	    "on-failure roll-back\norder largest\nplan steps\n"
	    "prepare-timeout 63\nrelay-application late\n"
	    "residual-threshold 4\nresidual-window 30\nretries 5\n"
	    "slo-errors-max 20\nslo-monitors enabled\nslo-p95-max 800\nslo-url http://10.0.0.9/\n"
	    "slo-window 10\nstep-hold 0\nsteps { 5 10 100 }\n"
	    "storage-timeout 64\nto-hypervisor r\nto-pool q\nttl 5\n"
	    "verify-timeout 65\nwideip a www.example.com\n}\n",
	    &migration_type, "/Common/m", v);
}

/* The one migration of a text, /Common/m. */
static const struct migration *
opened(struct conf *c, const char *text)
{
	conf_open_clean(c, text);
	return (const struct migration *)draft_find(c->d, &migration_type,
	    "/Common/m");
}

#define MIG(rows)	SITES "gtm migration m { wideip a www.example.com "	\
    "from-pool p to-pool q from-hypervisor l to-hypervisor r " rows " }\n"

static void
every_property_of_a_host_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "addresses", "10.133.63.50 2001:db8::50" },
		{ "capacity", "3" },
		{ "check-url", "http://10.133.63.50/health" },
		{ "description", "first" }, { "from-hypervisor", "/Common/r" },
		{ "memory", "1024" }, { "order", "9" }, { "port-offset", "1" },
		{ "station", "02:00:00:ab:cd:ef" }, { "storage", "2048" },
		{ "to-hypervisor", "/Common/l" },
	};
	const struct migration *m;
	struct conf c;

	(void)state;
	m = opened(&c, MIG("hosts { vm-1.x_2 { addresses { 10.133.63.50 "
	    "2001:db8::50 }\ncapacity 3\ncheck-url http://10.133.63.50/health\n"
	    "description first\nfrom-hypervisor r\nmemory 1024\norder 9\n"
	    "port-offset 1\nstation 02:00:00:AB:CD:EF\nstorage 2048\n"
	    "to-hypervisor l\n} }"));
	CONF_VALUES(m->hosts.v[0], v);
	assert_string_equal(m->hosts.v[0]->name, "vm-1.x_2");
	conf_close(&c);
}

static void
a_host_goes_where_it_says_or_the_migration_does(void **state)
{
	const struct migration *m;
	struct conf c;

	(void)state;
	m = opened(&c, MIG("hosts { back { from-hypervisor r to-hypervisor l } "
	    "vm { } }"));
	for (size_t i = 0; i < 2; i++) {
		const struct migration_host *h =
		    (const struct migration_host *)m->hosts.v[i];
		bool back = strcmp(h->obj.name, "back") == 0;

		assert_string_equal(migration_from(m, h), back ? "/Common/r" :
		    "/Common/l");
		assert_string_equal(migration_to(m, h), back ? "/Common/l" :
		    "/Common/r");
	}
	conf_close(&c);
}

static void
steps_of(const char *rows, const char *want)
{
	uint8_t steps[MIGRATION_STEPS_MAX + 1];
	char text[1024], got[256] = "", one[8];
	struct conf c;
	size_t n;

	(void)snprintf(text, sizeof(text), MIG("hosts { v { } } plan steps %s"),
	    rows);
	n = migration_steps(opened(&c, text), steps);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(one, sizeof(one), "%u ", steps[i]);
		(void)strncat(got, one, sizeof(got) - strlen(got) - 1);
	}
	assert_string_equal(got, want);
	conf_close(&c);
}

static void
steps_ascend_as_numbers_and_end_with_everything(void **state)
{
	(void)state;
	steps_of("", "1 5 25 50 100 ");
	steps_of("steps { 9 10 100 }", "9 10 100 ");
	steps_of("steps { 50 7 }", "7 50 100 ");
}

static void
names_of_machines_are_fit_for_paths(void **state)
{
	static const char *const good[] = { "vm1", "0", "a.b-c_D", NULL };
	static const char *const bad[] = { "", ".", "..", "-x", "_x", "a/b",
	    "a b", "a%h", "\xc3\xbc", NULL };
	char longest[MIGRATION_HOST_NAME_MAX + 2];
	struct err e;

	(void)state;
	for (size_t i = 0; good[i] != NULL; i++)
		assert_int_equal(migration_host_type.check_name(good[i], &e), 0);
	for (size_t i = 0; bad[i] != NULL; i++)
		assert_int_equal(migration_host_type.check_name(bad[i], &e),
		    ERR_PARSE);
	memset(longest, 'v', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(migration_host_type.check_name(longest, &e), ERR_RANGE);
	longest[sizeof(longest) - 2] = '\0';
	assert_int_equal(migration_host_type.check_name(longest, &e), 0);
}

/* What value of which row is refused with which code. */
static void
values_that_could_never_work_are_refused(void **state)
{
	static const struct { bool host; const char *row, *value; int rc; } k[] = {
		{ true, "station", "02:00:00:00:00:0", ERR_PARSE },
		{ true, "station", "02-00-00-00-00-01", ERR_PARSE },
		{ true, "station", "02:00:00:00:00:0g", ERR_PARSE },
		{ true, "station", "01:00:5e:00:00:01", ERR_RANGE },
		{ true, "station", "FF:FF:FF:FF:FF:FF", ERR_RANGE },
		{ true, "addresses", "224.0.0.1", ERR_RANGE },
		{ true, "addresses", "vm1", ERR_PARSE },
		{ true, "check-url", "http://vm1/", ERR_PARSE },
		{ false, "steps", "0", ERR_RANGE },
		{ false, "steps", "101", ERR_RANGE },
		{ false, "steps", "05", ERR_RANGE },
		{ false, "steps", "1%", ERR_RANGE },
		{ false, "freeze-windows", "nights", ERR_PARSE },
		{ false, "slo-url", "www.example.com", ERR_PARSE },
		{ false, "lag-url", "http://", ERR_PARSE },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		const struct type *t = k[i].host ? &migration_host_type :
		    &migration_type;
		struct object *o = object_new(t, "x");
		const struct prop *p = prop_find(t->props, k[i].row, NULL);
		char quoted[64];

		assert_non_null(p);
		(void)snprintf(quoted, sizeof(quoted), "\"%s\"", k[i].value);
		if (prop_set(p, o, p->kind == PROP_STRINGS ? quoted :
		    k[i].value, &e) != k[i].rc)
			fail_msg("%s %s", k[i].row, k[i].value);
		object_unref(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(every_property_of_a_host_is_read),
		cmocka_unit_test(a_host_goes_where_it_says_or_the_migration_does),
		cmocka_unit_test(steps_ascend_as_numbers_and_end_with_everything),
		cmocka_unit_test(names_of_machines_are_fit_for_paths),
		cmocka_unit_test(values_that_could_never_work_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
