/* tests/unit/core/rest/test_restman.c - the manual tells every path and
 * property. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restman.h"
#include "core/rest/restname.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/model/sample.h"

static const char *
help(const char *path)
{
	(void)path;
	return "Turn a knob";
}

static const struct restroute routes[] = {
	{ .path = "test/turn", .role = RESTPEER_OPERATOR,
	    .methods = RESTREQUEST_GET | RESTREQUEST_POST },
	{ .path = NULL }
};
static const struct restman manual = { .daemon = "testd",
    .module = "test", .file = "reference.md", .openapi = "openapi.json",
    .schema = &sample_schema, .routes = routes, .help = help };

static void
has(const struct strbuf *b, const char *part)
{
	if (strstr(b->text, part) == NULL)
		fail_msg("%s is not in\n%s", part, b->text);
}

static void
every_supported_type_and_row_is_told(void **state)
{
	struct strbuf b, part;
	char name[RESTNAME_MAX];

	(void)state;
	strbuf_init(&b);
	restman_write(&b, &manual);
	for (size_t i = 0; sample_schema.types[i] != NULL; i++) {
		const struct type *t = sample_schema.types[i];

		if (t->refused != NULL)
			continue;
		strbuf_init(&part);
		strbuf_add(&part, "\n## `");
		restname_url(&part, t, NULL);
		has(&b, part.text);
		for (const struct prop *p = t->props; p->name != NULL; p++) {
			strbuf_clear(&part);
			strbuf_printf(&part, "`%s`", restname_camel(p->name,
			    name));
			if (p->kind != PROP_STATE)
				has(&b, part.text);
		}
		strbuf_fini(&part);
	}
	strbuf_fini(&b);
}

static void
routes_items_and_refusals_are_told(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	restman_write(&b, &manual);
	has(&b, "| `/mgmt/tm/test/turn` | GET, POST | operator | Turn a knob "
	    "|\n");
	has(&b, "### `/mgmt/tm/test/box/big/NAME/slots`\n");
	has(&b, "### `/mgmt/tm/test/box/big/NAME/slots/KEY/pins`\n");
	has(&b, "| `enabled`, `disabled` | true |");
	has(&b, "| `threads` | integer or word |");
	has(&b, "| `tariff` | integer | its default alone |\n");
	has(&b, "| `password` | string |  never shown |\n");
	has(&b, "## Not supported yet\n\nReading finds nothing, writing is "
	    "refused: `test lens`.\n");
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_supported_type_and_row_is_told),
		cmocka_unit_test(routes_items_and_refusals_are_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
