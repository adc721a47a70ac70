/* tests/unit/gtmd/types/modeltext.c - see modeltext.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/types/modeltext.h"

#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/tmos_bind.h"
#include "gtmd/types/gtm.h"

struct draft *
modeltext_draft(struct model *m, const char *text)
{
	struct draft *d = draft_new(&gtm_schema, m);
	struct diag_pos pos = { "test", 1, 1 };
	struct diag out;
	struct tmos_bind b = { .schema = &gtm_schema, .out = &out };

	diag_init(&out);
	(void)tmos_bind_text(&b, d, text, strlen(text), &pos);
	(void)draft_check(d, &out);
	if (out.errors > 0)
		diag_print(&out, stderr);
	assert_int_equal(out.errors, 0);
	diag_fini(&out);
	return d;
}

void
modeltext_apply(struct model *m, struct draft **pd)
{
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(*pd), &w)) != NULL) {
		struct object *o = en->now;

		if (o == NULL) {
			model_remove(m, en->type, en->name);
			continue;
		}
		o = object_ref(o);
		model_put(m, &o);
	}
	draft_free(pd);
}
