/* tests/unit/gtmd/mover/test_moverapart.c - what two runs do not share, and who may
 * not be left without an answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverapart.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define POOLS								\
	"gtm datacenter a { }\n"					\
	"gtm server s { datacenter a virtual-servers { "		\
	"v { destination 10.0.0.1:80 } } }\n"				\
	"gtm pool a p { members { s:v { } } }\n"			\
	"gtm pool a q { disabled members { s:v { } } }\n"		\
	"gtm pool a z { members { s:v { } } }\n"			\
	"gtm wideip a www.example.com { pools { p { } q { } } }\n"

/* Of a /Common/WIDE, from /Common/FROM to /Common/TO, with one host. */
static struct migspec *
run_of(const char *wide, const char *from, const char *to, const char *host)
{
	struct migspec *s = migspec_new();
	struct migspec_host *h = migspec_add_host(s);

	s->name = mem_strdup("/Common/m");
	s->wideip = mem_strdup(wide);
	s->from_pool = mem_strdup(from);
	s->to_pool = mem_strdup(to);
	h->name = mem_strdup(host);
	h->from_hypervisor = mem_strdup("/Common/l");
	h->to_hypervisor = mem_strdup("/Common/r");
	return s;
}

/* Frees both. */
static void
says(struct migspec *a, struct migspec *b, const char *want)
{
	struct err e = { .text = "" };
	int rc = moverapart_check(a, b, &e);

	assert_int_equal(rc, *want == '\0' ? 0 : ERR_CONFLICT);
	if (strstr(e.text, want) == NULL)
		fail_msg("\"%s\" has no \"%s\"", e.text, want);
	migspec_free(&a);
	migspec_free(&b);
}

static void
runs_of_other_things_do_not_meet(void **state)
{
	(void)state;
	says(run_of("a /w", "/p", "/q", "vm1"),
	    run_of("a /x", "/r", "/s", "vm2"), "");
}

static void
a_wide_ip_is_one_runs(void **state)
{
	(void)state;
	says(run_of("a /w", "/p", "/q", "vm1"),
	    run_of("a /w", "/r", "/s", "vm2"), "of a /w is under way");
}

static void
a_pool_is_one_runs_whichever_it_is_of_it(void **state)
{
	(void)state;
	says(run_of("a /w", "/p", "/q", "vm1"),
	    run_of("a /x", "/p", "/s", "vm2"), "sets pool /p, too");
	says(run_of("a /w", "/p", "/q", "vm1"),
	    run_of("a /x", "/q", "/s", "vm2"), "sets pool /q, too");
	says(run_of("a /w", "/p", "/q", "vm1"),
	    run_of("aaaa /w", "/p", "/q", "vm2"), "");
}

static void
a_machine_is_one_runs(void **state)
{
	struct migspec *a = run_of("a /w", "/p", "/q", "vm1");
	struct migspec *b = run_of("aaaa /w", "/p", "/q", "vm1");

	(void)state;
	says(a, b, "moves host vm1, too");
	a = run_of("a /w", "/p", "/q", "vm1");
	b = run_of("aaaa /w", "/p", "/q", "vm1");
	free(b->hosts[0].from_hypervisor);
	free(b->hosts[0].to_hypervisor);
	b->hosts[0].from_hypervisor = mem_strdup("/Common/x");
	b->hosts[0].to_hypervisor = mem_strdup("/Common/y");
	says(a, b, "");
	a = run_of("a /w", "/p", "/q", "vm1");
	b = run_of("aaaa /w", "/p", "/q", "other");
	a->hosts[0].station = mem_strdup("02:00:00:00:00:01");
	b->hosts[0].station = mem_strdup("02:00:00:00:00:01");
	says(a, b, "moves host vm1, too");
}

/* ---- ports ---- */

static void
a_port_of_a_hypervisor_is_one_machines(void **state)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, "gtm datacenter a { }\n"
	    "gtm hypervisor l { datacenter a driver qmp qmp-socket /l/%h "
	    "migrate-address 10.0.0.1:4000 }\n"
	    "gtm hypervisor r { datacenter a driver qmp qmp-socket /r/%h "
	    "migrate-address 10.0.0.2:4000 }\n"
	    "gtm hypervisor x { datacenter a program x }\n"
	    "gtm hypervisor y { datacenter a program x }\n");
	struct migspec *s = run_of("a /w", "/p", "/q", "vm1");
	struct migspec *o = run_of("a /x", "/r", "/s", "vm2");
	struct err e;

	(void)state;
	modeltext_apply(m, &d);
	assert_int_equal(moverapart_ports(s, o, m, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "host vm1: port-offset: 0 at hypervisor "
	    "/Common/r is that of host vm2 of migration /Common/m, which is "
	    "under way");
	o->hosts[0].port_offset = 1;
	assert_int_equal(moverapart_ports(s, o, m, &e), 0);
	s->hosts[0].port_offset = 1;
	(void)memcpy(o->hosts[0].to_hypervisor, "/Common/x", 9);
	(void)memcpy(o->hosts[0].from_hypervisor, "/Common/r", 9);
	assert_int_equal(moverapart_ports(s, o, m, &e), ERR_CONFLICT);
	/* Programs look after themselves. */
	(void)memcpy(o->hosts[0].from_hypervisor, "/Common/y", 9);
	(void)memcpy(s->hosts[0].from_hypervisor, "/Common/x", 9);
	(void)memcpy(s->hosts[0].to_hypervisor, "/Common/y", 9);
	assert_int_equal(moverapart_ports(s, o, m, &e), 0);
	migspec_free(&s);
	migspec_free(&o);
	model_free(&m);
}

/* ---- relays ---- */

#define MIGRATION(name, wide, from)					\
	"gtm migration " name " { wideip a " wide " from-pool p to-pool q " \
	"from-hypervisor " from " to-hypervisor r relay-application late " \
	"hosts { vm1 { } } }\n"

static void
a_relay_is_one_runs(void **state)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, POOLS
	    "gtm wideip a api.example.com { pools { p { } q { } } }\n"
	    "gtm hypervisor l { datacenter a program x wom-control /l/wom }\n"
	    "gtm hypervisor k { datacenter a program x wom-control /k/wom }\n"
	    "gtm hypervisor r { datacenter a program x }\n"
	    MIGRATION("one", "www.example.com", "l")
	    MIGRATION("two", "api.example.com", "l")
	    MIGRATION("else", "api.example.com", "k"));
	static const char *const names[] = { "/Common/one", "/Common/two",
	    "/Common/else", "/Common/none" };
	struct migspec *s[4];
	struct err e;

	(void)state;
	modeltext_apply(m, &d);
	for (size_t i = 0; i < 4; i++) {
		s[i] = run_of("a /w", "/p", "/q", "vm1");
		free(s[i]->name);
		s[i]->name = mem_strdup(names[i]);
		s[i]->relay_application = mem_strdup("/Common/late");
	}
	assert_int_equal(moverapart_relay(s[0], s[1], m, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "migration /Common/two is under way, which "
	    "has relay-application /Common/late, too");
	assert_int_equal(moverapart_relay(s[0], s[2], m, &e), 0);
	assert_int_equal(moverapart_relay(s[0], s[3], m, &e), 0);
	assert_int_equal(moverapart_relay(s[3], s[0], m, &e), 0);
	for (size_t i = 0; i < 4; i++)
		migspec_free(&s[i]);
	model_free(&m);
}

/* ---- other wide IPs ---- */

static void
others_say(const char *text, const char *want)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, text);
	struct migspec *s = run_of("a /Common/www.example.com", "/Common/p",
	    "/Common/q", "vm1");
	struct err e = { .text = "" };
	int rc;

	modeltext_apply(m, &d);
	rc = moverapart_wides(s, m, &e);
	assert_int_equal(rc, *want == '\0' ? 0 : ERR_CONFLICT);
	if (strstr(e.text, want) == NULL)
		fail_msg("\"%s\" has no \"%s\"", e.text, want);
	migspec_free(&s);
	model_free(&m);
}

static void
a_wide_ip_of_the_old_pool_alone_is_named(void **state)
{
	(void)state;
	others_say(POOLS, "");
	others_say(POOLS "gtm wideip a api.example.com { pools { p { } } }\n",
	    "wideip a /Common/api.example.com is answered by /Common/p alone");
	others_say(POOLS "gtm pool a off { disabled members { s:v { } } }\n"
	    "gtm wideip a api.example.com { pools { p { } off { } } }\n",
	    "/Common/api.example.com");
}

static void
who_has_another_pool_is_none_of_its_business(void **state)
{
	(void)state;
	others_say(POOLS "gtm wideip a api.example.com { pools { p { } q { } "
	    "} }\n", "");
	others_say(POOLS "gtm wideip a api.example.com { pools { p { } z { } "
	    "} }\n", "");
	others_say(POOLS "gtm wideip a api.example.com { last-resort-pool a "
	    "z pools { p { } } }\n", "");
	others_say(POOLS "gtm wideip a api.example.com { disabled pools { p { "
	    "} } }\n", "");
	others_say(POOLS "gtm wideip a api.example.com { pools { z { } } }\n",
	    "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_of_other_things_do_not_meet),
		cmocka_unit_test(a_wide_ip_is_one_runs),
		cmocka_unit_test(a_pool_is_one_runs_whichever_it_is_of_it),
		cmocka_unit_test(a_machine_is_one_runs),
		cmocka_unit_test(a_port_of_a_hypervisor_is_one_machines),
		cmocka_unit_test(a_relay_is_one_runs),
		cmocka_unit_test(a_wide_ip_of_the_old_pool_alone_is_named),
		cmocka_unit_test(who_has_another_pool_is_none_of_its_business),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
