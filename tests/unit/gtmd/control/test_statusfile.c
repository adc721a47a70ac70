/* tests/unit/gtmd/control/test_statusfile.c - the status document says what is so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/plan/guide.h"

#include <unistd.h>

#include "core/base/err.h"
#include "core/model/json.h"
#include "core/model/statefile.h"
#include "gtmd/control/statusfile.h"

/* The document without blanks and line ends, so that parts of it can be looked
 * for. The caller frees it. */
static char *
document(const struct graph *g)
{
	struct json *j = statusfile_document(g->plan, 1700000000);
	char *text = json_text(j), *to = text;

	for (const char *p = text; *p != '\0'; p++)
		if (*p != '\n' && *p != ' ')
			*to++ = *p;
	*to = '\0';
	json_free(&j);
	return text;
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("%s is not in %s", part, text);
}

static void
states_come_with_their_reasons(void **state)
{
	struct graph *g = *state;
	char *text;

	fakes_health("web", REMOTE, HEALTH_DOWN);
	graph_put(g, "gtm datacenter Local { disabled }\n");
	text = document(g);
	has(text, "\"time\":1700000000");
	has(text, "\"datacenters\":{\"/Common/Local\":{\"availability\":"
	    "\"unknown\",\"enabled-state\":\"disabled\"");
	has(text, "\"/Common/R\":{\"availability\":\"offline\","
	    "\"enabled-state\":\"enabled\",\"reason\":"
	    "\"NoenabledVSavailable\",\"datacenter\":\"/Common/Remote\","
	    "\"virtual-servers\":{\"v\":{\"availability\":\"offline\"");
	has(text, "\"enabled-state\":\"disabled-by-parent\"");
	has(text, "\"destination\":\"10.133.56.51:80\"");
	has(text, "\"udp-queries\":0");
	free(text);
}

static void
decisions_come_with_exact_shares(void **state)
{
	struct graph *g = *state;
	char *text;

	graph_put(g, "gtm wideip a vmhttp.siterequest.com {\n"
	    " pool-lb-mode ratio\n pools { Local_pool { ratio 3 }"
	    " Remote_pool { order 1 } } }\n");
	(void)graph_ask(g, WIDE_A, WIDE, 8);
	text = document(g);
	has(text, "\"counters\":{\"requests\":8,\"failure-policy\":0,"
	    "\"persisted\":0}");
	has(text, "\"decision\":{\"action\":\"choose\",\"pool-lb-mode\":"
	    "\"ratio\",\"pools\":[{\"pool\":\"/Common/Local_pool\","
	    "\"share\":0.75,\"tried\":[{\"pool\":\"/Common/Local_pool\","
	    "\"how\":\"preferred\",\"method\":\"round-robin\",\"members\":"
	    "[{\"member\":\"/Common/L:v\",\"share\":1.0}]}]}");
	has(text, "\"share\":0.25");
	has(text, "\"last-resort\":false,\"counters\":{\"preferred\":6,");
	has(text, "\"held-by-manual-resume\":false,\"counters\":"
	    "{\"preferred\":2,");
	free(text);
}

static void
what_comes_when_all_is_down_is_told(void **state)
{
	struct graph *g = *state;
	char *text;

	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	text = document(g);
	has(text, "\"pools\":[],\"then\":[{\"pool\":\"/Common/Local_pool\","
	    "\"how\":\"fallback\",\"method\":\"return-to-dns\"}],"
	    "\"failure-policy\":{\"rcode\":0,\"negative-ttl\":15}");
	free(text);
	graph_put(g, "gtm wideip a vmhttp.siterequest.com { disabled\n"
	    " pools { Local_pool { } } }\n");
	text = document(g);
	has(text, "\"decision\":{\"action\":\"none\"}");
	free(text);
}

static void
the_file_is_the_document(void **state)
{
	struct graph *g = *state;
	const char *path;
	char *text;
	struct json *j;
	struct err e;
	size_t len;

	tempdir_make(&tempdir);
	path = tempdir_file(&tempdir, "status.json");
	assert_int_equal(statusfile_write(tempdir.path, g->plan, 5, &e), 0);
	assert_int_equal(statefile_read(path, &text, &len, &e), 0);
	j = statusfile_document(g->plan, 5);
	{
		char *want = json_text(j);

		assert_string_equal(text, want);
		free(want);
	}
	json_free(&j);
	free(text);
	tempdir_remove(&tempdir);
	assert_true(statusfile_write(tempdir.path, g->plan, 5, &e) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(states_come_with_their_reasons),
		TEST(decisions_come_with_exact_shares),
		TEST(what_comes_when_all_is_down_is_told),
		TEST(the_file_is_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
