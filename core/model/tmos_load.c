/* core/model/tmos_load.c - see tmos_load.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/tmos_load.h"

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/lenient.h"
#include "core/model/origin.h"
#include "core/model/tmos_bind.h"

int
tmos_load_into(struct draft *d, const struct tmos_load *l, struct diag *out)
{
	const struct tmos_bind b = { .schema = draft_schema(d), .out = out,
	    .lenient = l->lenient, .base = l->merge ? draft_base(d) : NULL };
	const struct diag_pos pos = { .file = origin_intern(l->file),
	    .line = 1 };
	int rc = tmos_bind_text(&b, d, l->text, l->len, &pos);

	draft_mark_load(d);
	if (!l->merge)
		draft_delete_rest(d);
	if (l->lenient)
		lenient_drop_broken(d, out);
	return rc;
}
