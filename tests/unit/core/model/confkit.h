/* tests/unit/core/model/confkit.h - configurations as text for the tests of a
 * program's types: what is found in them, and what their objects hold. Whatever the
 * schema. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_MODEL_CONFKIT_H
#define TESTS_UNIT_CORE_MODEL_CONFKIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"

struct confkit {
	struct draft	*d;
	struct diag	 diag;
};

/* A text whose lines count from 1, checked. */
void confkit_open(struct confkit *c, const struct schema *s, const char *text);
/* The same for a text that has to be without findings. */
void confkit_open_clean(struct confkit *c, const struct schema *s,
    const char *text);
void confkit_close(struct confkit *c);
/* All findings, one a line, without the file's name; for the caller to free. */
char *confkit_findings(const struct confkit *c);

/* A text, and part of the one finding in it; NULL = there is none. */
struct confkit_case {
	const char	*text;
	const char	*want;
};

void confkit_expect(const struct schema *s, const struct confkit_case *k);

#define CONFKIT_EXPECT(schema, cases) do {				\
	for (size_t k_ = 0; k_ < OBJ_COUNT(cases); k_++)		\
		confkit_expect((schema), &(cases)[k_]);			\
} while (0)

/* Each type that is refused says why, with one finding; how many are. */
size_t confkit_refused(const struct schema *s);

struct confkit_value {
	const char	*name;
	const char	*want;
};

/* Each row of o that has a value, against what it should format as; and no
 * row without refusal may be missing from the list. */
void confkit_values(const struct object *o, const struct confkit_value *v,
    size_t count);

#define CONFKIT_VALUES(o, v)	confkit_values((o), (v), OBJ_COUNT(v))

/* That for an object of a clean text. */
#define CONFKIT_HOLDS(schema, text, type, name, v) do {			\
	struct confkit c_;						\
									\
	confkit_open_clean(&c_, (schema), (text));			\
	CONFKIT_VALUES(draft_find(c_.d, (type), (name)), v);		\
	confkit_close(&c_);						\
} while (0)

/* All that the text said, as it is written, for the caller to free. */
char *confkit_written(const struct confkit *c);

/* The whole of a file below the top folder; for the caller to free. */
char *confkit_file(const char *path);

#endif
