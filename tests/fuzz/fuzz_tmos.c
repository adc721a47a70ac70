/* tests/fuzz/fuzz_tmos.c - any octets as a configuration file.
 *
 * Octet 0 chooses lenient or strict. Whatever objects come of it, written they
 * must read back without a finding and be written the same. Then the whole
 * draft is settled and checked, references and all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_write.h"
#include "gtmd/types/gtm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct model *empty;

static struct draft *
read_text(const char *text, size_t len, bool lenient, struct diag *out)
{
	const struct diag_pos pos = { .file = "fuzz", .line = 1 };
	const struct tmos_bind b = {
		.schema = &gtm_schema, .out = out, .lenient = lenient
	};
	struct draft *d = draft_new(&gtm_schema, empty);

	diag_init(out);
	(void)tmos_bind_text(&b, d, text, len, &pos);
	return d;
}

static void
check_object(const struct object *o)
{
	struct strbuf first, second;
	struct diag out;
	struct draft *d;
	const struct object *back;

	strbuf_init(&first);
	strbuf_init(&second);
	tmos_write_object(&first, o, false);
	d = read_text(first.text, first.len, false, &out);
	assert(out.count == 0);
	back = draft_find(d, o->type, o->name);
	assert(back != NULL && object_equal(o, back));
	tmos_write_object(&second, back, false);
	assert(strcmp(first.text, second.text) == 0);
	draft_free(&d);
	diag_fini(&out);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

/* A required reference that could not be read is not written either. */
static void
check_all(struct draft *d)
{
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL)
		check_object(en->now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct diag out;
	struct draft *d;

	if (len == 0)
		return 0;
	if (empty == NULL)
		empty = model_new(&gtm_schema);
	d = read_text((const char *)data + 1, len - 1, data[0] == 'l', &out);
	check_all(d);
	(void)draft_check(d, &out);
	draft_free(&d);
	diag_fini(&out);
	return 0;
}
