/* tests/unit/admin/shell/shellkit.c - see shellkit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/admin/shell/shellkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/rest/restdescribe.h"
#include "etherip/types/net.h"
#include "gtmd/types/gtm.h"

static struct catalog *
catalog_of(const struct schema *s)
{
	struct json *doc = restdescribe_schema(s);
	struct err e;
	struct catalog *c = catalog_new(&doc, &e);

	assert_non_null(c);
	return c;
}

struct catalog *
shellkit_catalog(void)
{
	return catalog_of(&gtm_schema);
}

struct catalog *
shellkit_net(void)
{
	return catalog_of(&net_schema);
}

struct catalog *shellkit;

int
shellkit_open(void **state)
{
	(void)state;
	shellkit = shellkit_catalog();
	return 0;
}

int
shellkit_close(void **state)
{
	(void)state;
	catalog_free(&shellkit);
	return 0;
}

struct phrase
shellkit_phrase(const char *text)
{
	struct phrase p = { 0 };
	struct err e;
	size_t used;

	assert_int_equal(phrase_parse(&p, text, &used, &e), PHRASE_DONE);
	return p;
}

struct command_place
shellkit_place(const struct catalog *c)
{
	return (struct command_place){ .catalog = c, .mode = "",
	    .folder = "/Common" };
}
