/* core/model/filemerge.c - see filemerge.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/filemerge.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/map.h"
#include "core/model/changelog.h"
#include "core/model/configfile.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/type.h"

/* Both there and equal, or neither there. */
static bool
same_object(const struct object *a, const struct object *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return object_equal(a, b);
}

static bool
same_base(const struct changelog_base *a, const struct changelog_base *b)
{
	return a->present == b->present &&
	    (!a->present || a->hash == b->hash);
}

static void
take_change(struct draft *d, struct changelog_entry *en)
{
	const struct object *there = draft_find(d, en->type, en->name);

	if (en->now != NULL)
		draft_put(d, &en->now);
	else if (there != NULL)
		(void)draft_delete(d, en->type, en->name, NULL);
}

/* The operator has had the last word on this object. */
static void
warn_overruled(struct diag *out, const struct object *there,
    const struct changelog_entry *en)
{
	diag_warn(out, there != NULL ? &there->pos : NULL,
	    "%s %s: was %s the file after change %" PRIu64 " was journaled; "
	    "the file counts", en->type->words, en->name, there == NULL ?
	    "taken out of" : "edited in", en->number);
}

void
filemerge_all(const struct configfile *f, struct changelog *log,
    struct draft *d, struct strbuf *settled, struct diag *out)
{
	const char **keys = map_sorted_keys(&log->last);

	for (size_t i = 0; i < log->last.count; i++) {
		struct changelog_entry *en = map_find(&log->last, keys[i]);
		const struct object *there = draft_find(d, en->type, en->name);
		const struct changelog_base base = configfile_staged(f,
		    en->type, en->name);

		if (same_base(&base, &en->base)) {
			take_change(d, en);
		} else if (!same_object(there, en->now)) {
			warn_overruled(out, there, en);
			changelog_write(settled, &base, en->type, en->name,
			    there);
		}
	}
	free(keys);
}
