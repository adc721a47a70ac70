/* tests/unit/gtmd/control/trust.h - a graph with a world around it, and questions to
 * the control socket's explain and what-if as JSON. For one source file of a
 * program. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_CONTROL_TRUST_H
#define TESTS_UNIT_GTMD_CONTROL_TRUST_H

#include "tests/unit/gtmd/plan/guide.h"
#include "tests/unit/gtmd/query/stage.h"

#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_explain.h"
#include "gtmd/control/control_whatif.h"
#include "gtmd/types/gtm.h"

struct trust {
	struct graph	 graph;
	struct stage	 stage;		/* its zones */
	struct world	 world;
};

struct draft *
store_draft(struct store *s)
{
	(void)s;
	return draft_new(&gtm_schema, graph_model);
}

static const char *const trust_zones[] = {
	"siterequest.com", "@ 60 IN SOA ns h 1 2 3 4 5\n@ 60 IN NS ns\n"
	    "ns 60 IN A 192.0.2.53\nwww 60 IN A 192.0.2.80\n"
	    "alias 60 IN CNAME vmhttp\nfar 60 IN CNAME www.far.test.\n"
	    "cut 60 IN NS ns.far.test.\n",
	NULL
};

/* Without any configuration. */
static inline void
trust_start(struct trust *t)
{
	fakes_forget();
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	graph_init(&t->graph);
	stage_open(&t->stage, trust_zones);
	t->world = t->stage.world;
	t->world.wides = t->graph.wides;
}

static inline void
trust_stop(struct trust *t)
{
	stage_close(&t->stage);
	graph_fini(&t->graph);
	assert_int_equal(fakes_watches_all(), 0);
}

static inline struct json *
trust_read(const char *body)
{
	struct err e = { 0 };
	struct json *j = json_parse(body, strlen(body), &e);

	if (j == NULL)
		fail_msg("%s: %s", body, e.text);
	return j;
}

/* The answer to this body, or NULL with the status and sentence of the
 * refusal in *status and *text (cap 512). */
static inline struct json *
trust_explain(const struct trust *t, const char *body, int *status,
    char *text)
{
	const struct control_explain_in in = { &t->world, t->graph.plan, NULL };
	struct restreply r = { .status = 0 };
	struct json *j = trust_read(body), *out = NULL;
	struct control_explain x;

	*status = control_explain_read(&x, j, &r);
	if (*status == 0)
		out = control_explain_json(&x, &in);
	else
		(void)snprintf(text, 512, "%s", json_get_text(json_find(r.body,
		    "message")));
	json_free(&j);
	restreply_fini(&r);
	return out;
}

static inline struct json *
trust_whatif(const struct trust *t, const char *body, int *status, char *text)
{
	const struct control_whatif_in in = { NULL, t->graph.plan, &t->world };
	struct restrequest q = { .method = RESTREQUEST_POST,
	    .body = trust_read(body) };
	struct restreply r = { .status = 0 };
	struct json *out = NULL;

	control_whatif(&in, &q, &r);
	*status = r.status;
	if (r.status == 200) {
		out = r.body;
		r.body = NULL;
	} else {
		(void)snprintf(text, 512, "%s", json_get_text(json_find(r.body,
		    "message")));
	}
	restreply_fini(&r);
	restrequest_fini(&q);
	return out;
}

/* "/Common/p /Common/s:v 0.75 3/4; zones 1 1/1" */
static inline const char *
trust_shares(const struct json *shares, char text[2048])
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < json_count(shares); i++) {
		const struct json *j = json_item(shares, i);
		static const char *const keys[] = { "pool", "member",
		    "answer" };

		at += (size_t)snprintf(text + at, 2048 - at, "%s",
		    i > 0 ? "; " : "");
		for (size_t k = 0; k < OBJ_COUNT(keys); k++)
			if (json_find(j, keys[k]) != NULL)
				at += (size_t)snprintf(text + at, 2048 - at,
				    "%s ", json_get_text(json_find(j,
				    keys[k])));
		at += (size_t)snprintf(text + at, 2048 - at, "%g %lld/%lld",
		    json_get_real(json_find(j, "share")),
		    (long long)json_get_int(json_find(j, "weight")),
		    (long long)json_get_int(json_find(j, "total")));
	}
	return text;
}

#endif
