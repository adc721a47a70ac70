/* tests/unit/gtmd/types/conf.h - configurations as text for the tests of the
 * gtm types: what is found in them, and what their objects hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_TYPES_CONF_H
#define TESTS_UNIT_GTMD_TYPES_CONF_H

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
#include "gtmd/types/gtm.h"

struct conf {
	struct draft	*d;
	struct diag	 diag;
};

/* A scene of two servers to refer to, then a text whose lines count from 1,
 * checked. */
void conf_open(struct conf *c, const char *text);
/* The same for a text that has to be without findings. */
void conf_open_clean(struct conf *c, const char *text);
void conf_close(struct conf *c);
/* All findings, one a line, without the file's name; for the caller to free. */
char *conf_findings(const struct conf *c);

/* A text after the scene, and part of the one finding in it; NULL = there is
 * none. */
struct conf_case {
	const char	*text;
	const char	*want;
};

void conf_expect(const struct conf_case *k);

#define CONF_EXPECT_ALL(cases) do {					\
	for (size_t k_ = 0; k_ < OBJ_COUNT(cases); k_++)		\
		conf_expect(&(cases)[k_]);				\
} while (0)

struct conf_value {
	const char	*name;
	const char	*want;
};

/* Each row of o that has a value, against what it should format as; and no
 * row without refusal may be missing from the list. */
void conf_values(const struct object *o, const struct conf_value *v,
    size_t count);

#define CONF_VALUES(o, v)	conf_values((o), (v), OBJ_COUNT(v))

/* That for the one object of a clean text. */
#define CONF_HOLDS(text, type, name, v) do {				\
	struct conf c_;							\
									\
	conf_open_clean(&c_, (text));					\
	CONF_VALUES(draft_find(c_.d, (type), (name)), v);		\
	conf_close(&c_);						\
} while (0)

#endif
