/* gtmd/control/control_overlay.c - see control_overlay.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_overlay.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/type.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "core/rest/restwrite.h"
#include "gtmd/control/control_dialect.h"
#include "gtmd/control/control_whatif.h"
#include "gtmd/plan/plan_force.h"

/* ---- changes ---- */

static int
apply(struct draft *d, enum restrequest_method method, const char *uri,
    const struct json *body, struct restreply *r)
{
	struct json *copy = body != NULL ? json_clone(body) : NULL;
	const struct restwrite_call call = { .method = method, .target = uri,
	    .body = copy, .peer.role = RESTPEER_ADMIN };
	int rc = restwrite_replay(&call, d, control_dialect, r);

	json_free(&copy);
	return rc;
}

static int
apply_call(struct draft *d, const struct json *call, struct restreply *r)
{
	const char *uri = json_get_text(json_find(call, "uri"));
	const char *word = json_get_text(json_find(call, "method"));
	const struct json *body = json_find(call, "body");
	unsigned method = word != NULL ? restrequest_method_parse(word) : 0;

	if (uri == NULL || method == 0 || method == RESTREQUEST_GET ||
	    (body != NULL && json_kind_of(body) != JSON_KIND_OBJECT))
		return restreply_error(r, 400, "overlay: calls have a uri, a "
		    "method (POST, PATCH, PUT or DELETE) and a body");
	return apply(d, (enum restrequest_method)method, uri, body, r);
}

/* "gtm pool a /Common/x" as a path; NULL when there is no such type. */
static char *
uri_of(const struct draft *d, const char *key)
{
	const char *name = strrchr(key, ' ');
	const struct type *t;
	struct strbuf b;
	char *words;

	if (*key == '/' || name == NULL)
		return mem_strdup(key);
	words = mem_strndup(key, (size_t)(name - key));
	t = schema_find(draft_schema(d), words);
	free(words);
	if (t == NULL)
		return NULL;
	strbuf_init(&b);
	restname_url(&b, t, name + 1);
	return strbuf_take(&b);
}

static int
apply_named(struct draft *d, const char *key, const struct json *body,
    struct restreply *r)
{
	char *uri = uri_of(d, key);
	int rc;

	if (uri == NULL)
		rc = restreply_error(r, 404, "overlay: \"%.200s\" names no "
		    "type of object", key);
	else if (json_kind_of(body) != JSON_KIND_OBJECT)
		rc = restreply_error(r, 400, "overlay: %.200s: an object of "
		    "properties is expected", key);
	else
		rc = apply(d, RESTREQUEST_PATCH, uri, body, r);
	free(uri);
	return rc;
}

static int
apply_all(struct draft *d, const struct json *overlay, struct restreply *r)
{
	const struct json *v;
	const char *key;
	void *at = NULL;
	int rc = 0;

	if (json_kind_of(overlay) == JSON_KIND_ARRAY) {
		for (size_t i = 0; rc == 0 && i < json_count(overlay); i++)
			rc = apply_call(d, json_item(overlay, i), r);
		return rc;
	}
	while (rc == 0 && (v = json_next(overlay, &at, &key)) != NULL)
		rc = apply_named(d, key, v, r);
	return rc;
}

int
control_overlay_apply(struct draft *d, const struct json *body,
    struct restreply *r)
{
	const struct json *overlay = json_find(body, "overlay");
	enum json_kind kind = json_kind_of(overlay);
	struct diag found;
	int rc;

	if (overlay == NULL)
		return 0;
	if ((kind != JSON_KIND_ARRAY && kind != JSON_KIND_OBJECT) ||
	    json_count(overlay) > CONTROL_WHATIF_MAX)
		return restreply_error(r, 400, "overlay: a list of calls, or "
		    "objects with their properties, %d at most, is expected",
		    CONTROL_WHATIF_MAX);
	rc = apply_all(d, overlay, r);
	if (rc != 0)
		return rc;
	diag_init(&found);
	rc = draft_check(d, &found) != 0 ? restreply_diag(r, &found) : 0;
	diag_fini(&found);
	return rc;
}

/* ---- forced states ---- */

/* -1: neither. */
static int
state_of(const struct json *v)
{
	const char *text = json_get_text(json_find(v, "state"));

	if (text == NULL)
		return -1;
	return strcmp(text, "up") == 0 ? 1 : strcmp(text, "down") == 0 ? 0 : -1;
}

static int
force_one(struct plan_force *f, const struct draft *d, const struct json *v,
    struct restreply *r)
{
	struct plan_force_on on = {
		.datacenter = json_get_text(json_find(v, "datacenter")),
		.server = json_get_text(json_find(v, "server")),
		.virtual_server = json_get_text(json_find(v,
		    "virtualServer")),
		.pool = json_get_text(json_find(v, "pool")),
		.member = json_get_text(json_find(v, "member")),
		.pool_type = json_get_text(json_find(v, "type")),
	};
	int state = state_of(v);
	struct err e = { 0 };

	if (on.pool_type == NULL)
		on.pool_type = "a";
	if (state < 0)
		return restreply_error(r, 400, "force: state: up or down is "
		    "expected");
	return plan_force_set(f, d, &on, state > 0, &e) != 0 ?
	    restreply_err(r, &e) : 0;
}

int
control_overlay_force(struct plan_force *f, const struct draft *d,
    const struct json *body, struct restreply *r)
{
	const struct json *force = json_find(body, "force");
	int rc = 0;

	if (force == NULL)
		return 0;
	if (json_kind_of(force) != JSON_KIND_ARRAY ||
	    json_count(force) > CONTROL_WHATIF_MAX)
		return restreply_error(r, 400, "force: a list of %d states at "
		    "most is expected", CONTROL_WHATIF_MAX);
	for (size_t i = 0; rc == 0 && i < json_count(force); i++)
		rc = force_one(f, d, json_item(force, i), r);
	return rc;
}
