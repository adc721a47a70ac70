/* gtmd/refman_main.c - prints what is made from the tables: docs/reference.md, or
 * with an argument docs/rest.md ("rest") and docs/openapi.json ("openapi").
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/refman.h"
#include "core/rest/openapi.h"
#include "core/rest/restman.h"
#include "gtmd/control/control_manual.h"
#include "gtmd/types/gtm.h"

static void
add_openapi(struct strbuf *b)
{
	struct json *j = openapi_document(&control_manual);
	char *text = json_text(j);

	strbuf_add(b, text);
	free(text);
	json_free(&j);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "reference";
	struct strbuf b;
	int rc;

	strbuf_init(&b);
	if (strcmp(what, "rest") == 0)
		restman_write(&b, &control_manual);
	else if (strcmp(what, "openapi") == 0)
		add_openapi(&b);
	else
		refman_write(&b, &gtm_schema);
	rc = fputs(b.text, stdout) == EOF || fflush(stdout) == EOF;
	strbuf_fini(&b);
	return rc;
}
