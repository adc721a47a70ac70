/* tests/fuzz/fuzz_restrequest.c - any octets as a request: the first line is
 * the target, the rest the body, written over a pool and a server.
 *
 * What was parsed keeps its bounds; and a body that an object takes leaves one
 * that is shown, and takes what it shows back without a change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/type.h"
#include "core/rest/objbody.h"
#include "core/rest/objjson.h"
#include "core/rest/restplace.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_dialect.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_target(const char *target)
{
	struct restrequest q = { .segment_count = 0 };
	struct restplace at;

	if (restrequest_parse_target(&q, target, NULL) == 0) {
		assert(q.segment_count <= RESTREQUEST_SEGMENTS);
		for (size_t i = 0; i < q.segment_count; i++) {
			assert(*q.segments[i].text != '\0');
			assert(strcmp(q.segments[i].text, "..") != 0);
			assert(strlen(q.segments[i].name) ==
			    strlen(q.segments[i].text));
		}
		at = restplace_find(&gtm_schema, &q);
		(void)restplace_is_family(&gtm_schema, &q);
		assert(at.items == NULL || at.type != NULL);
	}
	restrequest_fini(&q);
}

/* What is shown of o, without the links, is taken back as it is. */
static void
check_round(const struct objjson_view *v, const struct object *o)
{
	struct json *j = objjson_object(v, o);
	struct object *again = object_clone(o);
	struct err e = { 0 };
	int rc = objbody_apply(again, j, control_dialect, &e);

	assert(rc == 0);
	for (const struct prop *p = o->type->props; p->name != NULL; p++)
		assert(prop_equal(p, o, again));
	object_unref(&again);
	json_free(&j);
}

static void
check_body(const struct type *t, const struct json *body)
{
	struct draft *d = draft_new(&gtm_schema, NULL);
	struct objjson_view v = { .draft = d, .dialect = control_dialect,
	    .expand = true };
	struct object *o = object_new(t, "/Common/x");
	struct err e = { 0 };

	if (objbody_apply(o, body, control_dialect, &e) == 0)
		check_round(&v, o);
	object_unref(&o);
	draft_free(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *end = memchr(data, '\n', len);
	size_t head = end != NULL ? (size_t)(end - data) : len;
	char *target = mem_strndup((const char *)data, head);
	struct restrequest q = { .segment_count = 0 };

	check_target(target);
	if (end != NULL && restrequest_parse_body(&q, (const char *)end + 1,
	    len - head - 1, NULL) == 0 && q.body != NULL) {
		check_body(&pool_type_a, q.body);
		check_body(&server_type, q.body);
	}
	restrequest_fini(&q);
	free(target);
	return 0;
}
