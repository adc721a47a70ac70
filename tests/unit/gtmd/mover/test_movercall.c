/* tests/unit/gtmd/mover/test_movercall.c - whom of two sites' daemons a part asks, and
 * what comes of their answers. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/mover/movercall.h"
#include "gtmd/mover/moverplace.h"
#include "gtmd/types/hypervisor.h"
#include "monitors/fetch.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"

#define STATION	"02:00:00:00:00:01"
#define STATS(collection, name, rows)					\
	"{\"entries\":{\"https://localhost/" collection "/~Common~" name	\
	"/stats\":{\"nestedStats\":{\"entries\":{" rows "}}}}}"
#define ROW(key, text)	"\"" key "\":{\"description\":\"" text "\"}"
#define STATE(word)	ROW("status.availabilityState", word) ","	\
	ROW("status.statusReason", "no word from it")
#define TUNNEL(word)	STATS("tunnel", "t", STATE(word) "," ROW("vlanGroup", "/Common/vg"))
#define ENDPOINT(word)	STATS("remote-endpoint", "e", STATE(word))

enum { EIP_FROM, EIP_TO, WOM_FROM, WOM_TO, DAEMONS };

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct fakedaemon daemons[DAEMONS];
	char		 sockets[DAEMONS][96];
	struct hypervisor from, to;
	struct moverplace at;
	bool		 dry_run;
	struct movercall *call;
	unsigned	 ends;
	struct movercall_result last;
	char		 text[512];
};

static const struct fakedaemon_rule well[] = {
	{ "GET /mgmt/tm/net/tunnels", 200, TUNNEL("available") },
	{ "GET /mgmt/tm/wom/remote-endpoint", 200, ENDPOINT("available") },
	{ "GET /mgmt/tm/net/where", 200, "{\"items\":[{\"where\":\"local\"}]}" },
	{ "GET /mgmt/tm/wom/job", 200,
	  "{\"octets\":9,\"wanOut\":5,\"wanIn\":2,\"streams\":1}" },
	{ "/mgmt/tm/", 200, "{}" },
	{ .text = NULL }
};

static int
set_up(void **state)
{
	static const char *const names[DAEMONS] = { "eip.from", "eip.to",
	    "wom.from", "wom.to" };
	static struct stage t;

	(void)tempdir_set_up(state);
	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	for (int i = 0; i < DAEMONS; i++) {
		(void)snprintf(t.sockets[i], sizeof(t.sockets[i]), "%s/%s",
		    tempdir.path, names[i]);
		fakedaemon_open(&t.daemons[i], t.loop, t.sockets[i]);
		t.daemons[i].rules = well;
	}
	t.from.eip_control = t.sockets[EIP_FROM];
	t.to.eip_control = t.sockets[EIP_TO];
	t.from.wom_control = t.sockets[WOM_FROM];
	t.to.wom_control = t.sockets[WOM_TO];
	t.at = (struct moverplace){ .from = &t.from, .to = &t.to,
	    .host = { .name = "vm", .station = STATION, .storage_octets = 40,
	    .memory_octets = 2 } };
	assert_int_equal(addr_parse_port("10.0.0.6:4444",
	    &t.at.to_place.migrate), 0);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	movercall_stop(&t->call);
	movercall_stop(&t->call);
	fetch_engine_free(&t->fetcher);
	for (int i = 0; i < DAEMONS; i++)
		fakedaemon_close(&t->daemons[i]);
	loop_poll(t->loop);
	loop_free(&t->loop);
	return tempdir_tear_down(state);
}

static void
on_done(void *arg, const struct movercall_result *r)
{
	struct stage *t = arg;

	t->call = NULL;
	t->ends++;
	t->last = *r;
	(void)snprintf(t->text, sizeof(t->text), "%s", r->text != NULL ?
	    r->text : "");
	t->last.text = NULL;
}

static void
start(struct stage *t, enum moverpart_kind kind)
{
	const struct movercall_ask ask = { kind, &t->at, "/Common/m/1/vm",
	    t->dry_run };
	const struct movercall_owner owner = { on_done, t };

	t->ends = 0;
	for (int i = 0; i < DAEMONS; i++)
		fakedaemon_forget(&t->daemons[i]);
	t->call = movercall_start(t->fetcher, &ask, &owner);
	assert_int_equal(t->ends, 0);
}

/* How a part ends, as its text says it; "" when it is well. */
static void
ends(struct stage *t, enum moverpart_kind kind, enum movercall_end end,
    const char *text)
{
	start(t, kind);
	assert_non_null(t->call);
	for (int i = 0; t->ends == 0; i++) {
		if (i == 1000000)
			fail_msg("there is no end of it");
		loop_advance(t->loop, &t->clk, CLOCK_MS / 10);
	}
	assert_int_equal(t->ends, 1);
	assert_int_equal(t->last.end, end);
	if (strstr(t->text, text) == NULL || (*text == '\0' && *t->text != '\0'))
		fail_msg("\"%s\", want \"%s\"", t->text, text);
}

static void
each_part_asks_those_whom_it_concerns(void **state)
{
	static const struct {
		enum moverpart_kind kind;
		const char *asked[DAEMONS];	/* NULL: it is not */
	} k[] = {
		{ MOVERPART_EIP_READY, { "GET /mgmt/tm/net/tunnels/tunnel/stats",
		  "GET /mgmt/tm/net/tunnels/tunnel/stats" } },
		{ MOVERPART_EIP_FREEZE, { "POST /mgmt/tm/net/freeze "
		  "{\"station\":\"" STATION "\"", "POST /mgmt/tm/net/freeze" } },
		{ MOVERPART_EIP_THAW, { "POST /mgmt/tm/net/thaw",
		  "POST /mgmt/tm/net/thaw" } },
		{ MOVERPART_EIP_ANNOUNCE, { NULL, "POST /mgmt/tm/net/move "
		  "{\"station\":\"" STATION "\",\"to\":\"local\"}" } },
		{ MOVERPART_EIP_WHERE, { NULL, "GET /mgmt/tm/net/where?station="
		  STATION } },
		{ MOVERPART_WOM_READY, { NULL, NULL,
		  "GET /mgmt/tm/wom/remote-endpoint/stats",
		  "GET /mgmt/tm/wom/remote-endpoint/stats" } },
		{ MOVERPART_JOB_OPEN, { NULL, NULL, "\"name\":\"/Common/m/1/vm\"" } },
		{ MOVERPART_JOB_LOOK, { NULL, NULL,
		  "GET /mgmt/tm/wom/job?name=/Common/m/1/vm" } },
		{ MOVERPART_JOB_CLOSE, { NULL, NULL,
		  "DELETE /mgmt/tm/wom/job?name=/Common/m/1/vm" } },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		ends(t, k[i].kind, MOVERCALL_DONE, "");
		for (int d = 0; d < DAEMONS; d++) {
			const char *want = k[i].asked[d];

			if (t->daemons[d].asked != (want != NULL) || (want != NULL &&
			    fakedaemon_count(&t->daemons[d], want) != 1))
				fail_msg("part %d asks %s \"%s\", want \"%s\"",
				    k[i].kind, t->sockets[d], t->daemons[d].heard,
				    want != NULL ? want : "");
		}
	}
}

/* The streams of one machine are those to where its hypervisor takes it. */
static void
a_job_is_of_the_machine_alone(void **state)
{
	struct stage *t = *state;

	ends(t, MOVERPART_JOB_OPEN, MOVERCALL_DONE, "");
	assert_int_equal(fakedaemon_count(&t->daemons[WOM_FROM],
	    "\"destination\":\"10.0.0.6\""), 1);
	assert_int_equal(fakedaemon_count(&t->daemons[WOM_FROM],
	    "\"expected\":42"), 1);
	ends(t, MOVERPART_JOB_LOOK, MOVERCALL_DONE, "");
	assert_int_equal(t->last.wire_octets, 7);
}

static void
where_there_is_nobody_nobody_is_asked(void **state)
{
	struct stage *t = *state;

	t->at.host.station = NULL;
	start(t, MOVERPART_EIP_FREEZE);
	assert_null(t->call);
	start(t, MOVERPART_EIP_WHERE);
	assert_null(t->call);
	ends(t, MOVERPART_EIP_READY, MOVERCALL_DONE, "");
	t->at.host.station = STATION;
	t->from.eip_control = NULL;
	ends(t, MOVERPART_EIP_FREEZE, MOVERCALL_DONE, "");
	assert_int_equal(t->daemons[EIP_TO].asked, 1);
	t->to.eip_control = t->from.wom_control = NULL;
	start(t, MOVERPART_EIP_READY);
	assert_null(t->call);
	start(t, MOVERPART_JOB_OPEN);
	assert_null(t->call);
	start(t, MOVERPART_DRIVER);
	assert_null(t->call);
}

static void
a_rehearsal_only_looks(void **state)
{
	static const enum moverpart_kind kinds[] = { MOVERPART_EIP_FREEZE,
	    MOVERPART_EIP_THAW, MOVERPART_EIP_ANNOUNCE, MOVERPART_EIP_WHERE,
	    MOVERPART_JOB_OPEN, MOVERPART_JOB_LOOK, MOVERPART_JOB_CLOSE };
	struct stage *t = *state;

	t->dry_run = true;
	for (size_t i = 0; i < OBJ_COUNT(kinds); i++) {
		start(t, kinds[i]);
		assert_null(t->call);
	}
	ends(t, MOVERPART_EIP_READY, MOVERCALL_DONE, "");
	ends(t, MOVERPART_WOM_READY, MOVERCALL_DONE, "");
}

/* Both sites are to be ready; the sentence says which is not. */
static void
a_site_that_is_not_ready_stops_it(void **state)
{
	static const struct fakedaemon_rule offline[] = {
		{ "/net/tunnels", 200, TUNNEL("offline") },
		{ "/wom/remote-endpoint", 200, ENDPOINT("offline") },
		{ .text = NULL }
	};
	struct stage *t = *state;
	char group[] = "other", mine[] = "vg";

	t->daemons[EIP_FROM].rules = t->daemons[WOM_TO].rules = offline;
	ends(t, MOVERPART_EIP_READY, MOVERCALL_FAILED,
	    "eip.from: tunnel /Common/t is offline: no word from it");
	assert_int_equal(t->daemons[EIP_TO].asked, 0);
	ends(t, MOVERPART_WOM_READY, MOVERCALL_FAILED, "wom.to: remote endpoint "
	    "/Common/e is offline: no word from it");
	assert_int_equal(t->daemons[WOM_FROM].asked, 1);
	t->daemons[EIP_FROM].rules = well;
	t->from.vlan_group = mine;
	t->to.vlan_group = group;
	ends(t, MOVERPART_EIP_READY, MOVERCALL_FAILED,
	    "eip.to: etheripd has no tunnel in vlan-group other");
}

/* One that is open already would take users whom nobody has sent away. */
static void
a_relay_is_there_and_shut(void **state)
{
	static const struct fakedaemon_rule shut[] = {
		{ "GET /mgmt/tm/wom/optimized-application/~Common~m~1~vm", 200,
		  "{\"disabled\":true}" }, { .text = NULL }
	}, open[] = {
		{ "/mgmt/tm/wom/optimized-application", 200,
		  "{\"enabled\":true}" }, { .text = NULL }
	}, none[] = {
		{ "/mgmt/tm/", 404, "{\"message\":\"was not found\"}" },
		{ .text = NULL }
	};
	struct stage *t = *state;

	t->daemons[WOM_FROM].rules = shut;
	ends(t, MOVERPART_RELAY_READY, MOVERCALL_DONE, "");
	assert_int_equal(t->daemons[WOM_TO].asked, 0);
	t->dry_run = true;
	t->daemons[WOM_FROM].rules = open;
	ends(t, MOVERPART_RELAY_READY, MOVERCALL_FAILED,
	    "wom.from: relay-application is enabled");
	t->daemons[WOM_FROM].rules = none;
	ends(t, MOVERPART_RELAY_READY, MOVERCALL_FAILED, "was not found");
}

static void
what_a_move_can_do_without_does_not_stop_it(void **state)
{
	static const struct fakedaemon_rule refuses[] = {
		{ "/mgmt/tm/", 409, "{\"message\":\"not today\"}" },
		{ .text = NULL }
	}, silent[] = { { "/mgmt/tm/", 0, "" }, { .text = NULL } };
	struct stage *t = *state;

	t->daemons[EIP_FROM].rules = t->daemons[WOM_FROM].rules = refuses;
	ends(t, MOVERPART_EIP_FREEZE, MOVERCALL_DONE, "not today");
	assert_int_equal(t->daemons[EIP_TO].asked, 1);
	ends(t, MOVERPART_EIP_THAW, MOVERCALL_DONE, "not today");
	ends(t, MOVERPART_JOB_OPEN, MOVERCALL_DONE, "not today");
	ends(t, MOVERPART_JOB_LOOK, MOVERCALL_DONE, "not today");
	assert_int_equal(t->last.wire_octets, 0);
	ends(t, MOVERPART_JOB_CLOSE, MOVERCALL_DONE, "not today");
	t->daemons[WOM_FROM].rules = silent;
	ends(t, MOVERPART_JOB_OPEN, MOVERCALL_DONE, "wom.from: timed out");
}

static void
what_it_must_know_does(void **state)
{
	static const struct fakedaemon_rule refuses[] = {
		{ "/mgmt/tm/", 409, "{\"message\":\"it is damped\"}" },
		{ .text = NULL }
	}, elsewhere[] = {
		{ "/net/where", 200, "{\"items\":[{\"where\":\"remote\"}]}" },
		{ .text = NULL }
	}, forgot[] = {
		{ "/net/where", 200, "{\"items\":[{\"where\":\"unknown\"}]}" },
		{ .text = NULL }
	}, babble[] = { { "/net/where", 200, "{}" }, { .text = NULL } };
	struct stage *t = *state;

	t->daemons[EIP_TO].rules = refuses;
	ends(t, MOVERPART_EIP_ANNOUNCE, MOVERCALL_FAILED, "it is damped");
	ends(t, MOVERPART_EIP_WHERE, MOVERCALL_FAILED, "it is damped");
	t->daemons[EIP_TO].rules = babble;
	ends(t, MOVERPART_EIP_WHERE, MOVERCALL_FAILED, "has no items");
	t->daemons[EIP_TO].rules = elsewhere;
	ends(t, MOVERPART_EIP_WHERE, MOVERCALL_AGAIN,
	    "eip.to: the station is not seen there yet");
	t->daemons[EIP_TO].rules = forgot;
	ends(t, MOVERPART_EIP_WHERE, MOVERCALL_FAILED,
	    "eip.to: etheripd has forgotten the station");
	fakedaemon_close(&t->daemons[EIP_TO]);
	ends(t, MOVERPART_EIP_ANNOUNCE, MOVERCALL_FAILED,
	    "eip.to: connection refused");
}

static void
who_stops_hears_nothing(void **state)
{
	struct stage *t = *state;

	start(t, MOVERPART_EIP_READY);
	loop_poll(t->loop);
	movercall_stop(&t->call);
	assert_null(t->call);
	loop_advance(t->loop, &t->clk, 10 * CLOCK_S);
	assert_int_equal(t->ends, 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_part_asks_those_whom_it_concerns),
		TEST(a_job_is_of_the_machine_alone),
		TEST(where_there_is_nobody_nobody_is_asked),
		TEST(a_rehearsal_only_looks),
		TEST(a_site_that_is_not_ready_stops_it),
		TEST(a_relay_is_there_and_shut),
		TEST(what_a_move_can_do_without_does_not_stop_it),
		TEST(what_it_must_know_does),
		TEST(who_stops_hears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
