/* tests/unit/gtmd/mover/test_moverkept.c - what stays as it is during a migration.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverkept.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/migration.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define TEXT								\
	"gtm datacenter a { }\n"					\
	"gtm server s { datacenter a virtual-servers { "		\
	"v { destination 10.0.0.1:80 } } }\n"				\
	"gtm pool a p { members { s:v { } } }\n"			\
	"gtm pool a q { members { s:v { } } }\n"			\
	"gtm wideip a www.example.com { pools { p { } q { } } }\n"	\
	"gtm hypervisor l { datacenter a program x }\n"			\
	"gtm hypervisor r { datacenter a program x }\n"			\
	"gtm hypervisor z { datacenter a program x }\n"			\
	"gtm migration m { wideip a www.example.com from-pool p to-pool q " \
	"from-hypervisor z to-hypervisor r hosts { vm { "		\
	"from-hypervisor l } } }\n"

/* What the check says of a text over that model: "" when nothing. */
static void
says(const char *change, const struct type *gone, const char *want)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, TEXT);
	struct migspec *s = migspec_new();
	struct migspec_host *h = migspec_add_host(s);
	struct diag out;
	int rc;

	modeltext_apply(m, &d);
	s->name = mem_strdup("/Common/m");
	h->name = mem_strdup("vm");
	h->from_hypervisor = mem_strdup("/Common/l");
	h->to_hypervisor = mem_strdup("/Common/r");
	d = modeltext_draft(m, change);
	if (gone != NULL)
		assert_int_equal(draft_delete(d, gone, "/Common/m", NULL), 0);
	diag_init(&out);
	rc = moverkept_check(m, d, s, &out);
	assert_int_equal(rc, *want == '\0' ? 0 : ERR_CONFLICT);
	if (rc != 0)
		assert_non_null(strstr(out.entries[0].text, want));
	diag_fini(&out);
	draft_free(&d);
	migspec_free(&s);
	model_free(&m);
}

static void
others_may_change(void **state)
{
	(void)state;
	says("", NULL, "");
	says("gtm datacenter b { }\n", NULL, "");
}

static void
its_own_object_stays(void **state)
{
	(void)state;
	says("", &migration_type, "it cannot be deleted while migration "
	    "/Common/m is under way");
}

/* Of its hosts, and its own, which has the relay. */
static void
its_hypervisors_stay(void **state)
{
	static const char *const names[] = { "l", "r", "z" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(text, sizeof(text), "gtm hypervisor %s { "
		    "datacenter a program y }\n", names[i]);
		says(text, NULL, "it cannot be changed while migration "
		    "/Common/m is under way");
	}
}

/* A first load replaces nothing. */
static void
what_was_not_there_before_is_no_change(void **state)
{
	struct model *none = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(NULL, TEXT);
	struct migspec *s = migspec_new();
	struct diag out;

	(void)state;
	s->name = mem_strdup("/Common/m");
	diag_init(&out);
	assert_int_equal(moverkept_check(none, d, s, &out), 0);
	diag_fini(&out);
	draft_free(&d);
	migspec_free(&s);
	model_free(&none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_may_change),
		cmocka_unit_test(its_own_object_stays),
		cmocka_unit_test(its_hypervisors_stay),
		cmocka_unit_test(what_was_not_there_before_is_no_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
