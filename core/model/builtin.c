/* core/model/builtin.c - see builtin.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/builtin.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"

void
builtin_load(struct model *m)
{
	const struct schema *s = model_schema(m);
	const struct diag_pos pos = { .file = "built-in", .line = 1 };
	struct draft *d;
	struct diag out;
	struct tmos_bind b = { .schema = s, .out = &out };
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	if (s->builtin == NULL)
		return;
	diag_init(&out);
	d = draft_new(s, m);
	(void)tmos_bind_text(&b, d, s->builtin, strlen(s->builtin), &pos);
	(void)draft_check(d, &out);
	diag_print(&out, stderr);
	assert(out.errors == 0);
	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		en->now->builtin = true;
		model_put(m, &en->now);
	}
	draft_free(&d);
	diag_fini(&out);
}
