/* core/rest/manualpage.c - see manualpage.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/manualpage.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/refman.h"
#include "core/rest/openapi.h"
#include "core/rest/restman.h"

static void
add_reference(struct strbuf *b, const struct restman *m)
{
	refman_write(b, m->schema);
}

static void
add_openapi(struct strbuf *b, const struct restman *m)
{
	struct json *j = openapi_document(m);
	char *text = json_text(j);

	strbuf_add(b, text);
	free(text);
	json_free(&j);
}

int
manualpage_write(FILE *to, const struct restman *m, const char *what)
{
	static const struct {
		const char	*what;
		void		(*add)(struct strbuf *b,
				    const struct restman *m);
	} rows[] = {
		{ "reference", add_reference }, { "rest", restman_write },
		{ "openapi", add_openapi },
	};
	struct strbuf b;
	size_t i = 0;
	int rc;

	while (i < OBJ_COUNT(rows) && strcmp(rows[i].what, what) != 0)
		i++;
	if (i == OBJ_COUNT(rows))
		return 1;
	strbuf_init(&b);
	rows[i].add(&b, m);
	rc = fputs(b.text, to) == EOF || fflush(to) == EOF;
	strbuf_fini(&b);
	return rc;
}
