/* tests/unit/etherip/control/test_moveroutes.c - requests about stations that move reach the
 * mover that is meant, are answered with where they are, and refused in sentences.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "core/rest/restreply.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/tracering.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/moveroutes.h"
#include "etherip/move/mover.h"
#include "etherip/path/pathdrop.h"
#include "tests/unit/core/rest/restkit.h"

#define GUEST	"02:01:d7:01:02:03"
#define MAC	UINT64_C(0x0201d7010203)

/* Two groups, the first with two tunnels, the second with one. */
static struct group {
	struct groupmover *g;
	struct fdb	*fdb;
	const char	*tunnels[3];
	unsigned	 sent, held;
} groups[2] = {
	{ .tunnels = { NULL, "/Common/eip", "/Common/other" } },
	{ .tunnels = { NULL, "/Common/third" } },
};
static struct clock now;
static struct loop *loop;
static struct restevents *events;
static struct moveroutes *routes;
static struct tracering *ring;
static unsigned retraced;		/* how often the path was told */
static struct restreply reply;

/* ---- a path that does as it is told ---- */

static struct group *
group_of(void *arg)
{
	return arg;
}

static unsigned
path_find(void *arg, const struct fdb_key *k)
{
	return fdb_find(group_of(arg)->fdb, k, 1);
}

static bool
path_put(void *arg, const struct fdb_key *k, unsigned member, unsigned pins)
{
	return fdb_put(group_of(arg)->fdb, k, member, pins, 1);
}

static bool
path_pin(void *arg, const struct fdb_key *k, unsigned add, unsigned take)
{
	return fdb_pin(group_of(arg)->fdb, k, add, take);
}

static bool
path_hold(void *arg, const struct fdb_key *k)
{
	(void)k;
	group_of(arg)->held++;
	return true;
}

static void
path_release(void *arg, const struct fdb_key *k)
{
	(void)k;
	group_of(arg)->held--;
}

static bool
path_send(void *arg, unsigned member, const uint8_t *octets, size_t len)
{
	(void)member;
	(void)octets;
	(void)len;
	group_of(arg)->sent++;
	return true;
}

static const char *
path_tunnel(const void *arg, unsigned member)
{
	const struct group *g = arg;

	return member < 3 ? g->tunnels[member] : NULL;
}

static uint64_t
path_members(void *arg)
{
	return 1 | (uint64_t)(path_tunnel(arg, 1) != NULL) << 1 |
	    (uint64_t)(path_tunnel(arg, 2) != NULL) << 2;
}

static void
path_each(void *arg, void (*fn)(void *fn_arg, const struct fdb_key *k,
    unsigned member), void *fn_arg)
{
	(void)arg;
	(void)fn;
	(void)fn_arg;
}

static const struct movepath path = { path_find, path_put, path_pin,
    path_hold, path_release, path_send, path_members, path_each, NULL, NULL };

static void
on_retrace(void *path_arg)
{
	(void)path_arg;
	retraced++;
}

static int
setup(void **state)
{
	static const char *const names[] = { "/Common/vg-eip", "/Common/vg2" };

	(void)state;
	clock_fake_init(&now, 1000 * CLOCK_S, 1763809200);
	loop = loop_new(&now, NULL);
	events = restevents_new(1);
	routes = moveroutes_new(loop);
	ring = tracering_new();
	retraced = 0;
	for (unsigned i = 0; i < 2; i++) {
		groups[i].fdb = fdb_new(&(struct fdb_config){ 64, 300 });
		groups[i].sent = groups[i].held = 0;
		groups[i].g = groupmover_new(&(struct groupmover_config){
		    .loop = loop, .events = events, .name = names[i],
		    .path = &path, .path_arg = &groups[i],
		    .tunnel = path_tunnel, .arg = &groups[i],
		    .trace = i == 0 ? ring : NULL, .retrace = on_retrace },
		    &(struct movepath_settings){ .voice = { MAC + 99, 0 },
		    .snoop_ageing_s = 1200 });
		moveroutes_add(routes, groups[i].g);
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	restreply_fini(&reply);
	for (unsigned i = 0; i < 2; i++) {
		moveroutes_remove(routes, groups[i].g);
		groupmover_free(&groups[i].g);
		fdb_free(&groups[i].fdb);
	}
	moveroutes_free(&routes);
	tracering_free(&ring);
	restevents_free(&events);
	loop_free(&loop);
	return 0;
}

static int
call(void (*route)(struct moveroutes *, const struct restrequest *,
    struct restreply *), const char *target, const char *body)
{
	struct restrequest q = restkit_request(body != NULL ? "POST" : "GET",
	    target, body);

	restreply_fini(&reply);
	reply = (struct restreply){ 0 };
	route(routes, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

/* The guest is local in the first group, with an address. */
static void
guest_comes(void)
{
	struct fdb_key k = { .mac = MAC };
	struct snoop_fact f = { .mac = MAC, .ip = { AF_INET,
	    { 10, 133, 63, 50 } } };

	assert_int_equal(fdb_learn(groups[0].fdb, &k, 0, 1, NULL), FDB_NEW);
	groupmover_came(groups[0].g, &k, 0);
	groupmover_snooped(groups[0].g, &f);
}

static void
a_station_is_where_it_is_known_to_be(void **state)
{
	static const char *const names[] = { GUEST, "10.133.63.50" };

	(void)state;
	guest_comes();
	loop_advance(loop, &now, 5 * CLOCK_S);
	for (unsigned i = 0; i < 2; i++) {
		char target[80] = "/x?station=";

		strncat(target, names[i], 40);
		assert_int_equal(call(moveroutes_where, target, NULL), 200);
		assert_true(restkit_says(reply.body, "items/0/vlanGroup",
		    "/Common/vg-eip"));
		assert_true(restkit_says(reply.body, "items/0/station",
		    GUEST));
		assert_true(restkit_says(reply.body, "items/0/where",
		    "local"));
		assert_true(restkit_counts(reply.body, "items/0/since",
		    1763809200));
		assert_true(restkit_counts(reply.body, "items/0/moves", 0));
		assert_true(restkit_says(reply.body, "items/0/addresses/0",
		    "10.133.63.50"));
		assert_null(restkit_at(reply.body, "items/1"));
	}
	assert_int_equal(call(moveroutes_where, "/x?station=" GUEST
	    "&vlanGroup=vg2", NULL), 200);
	assert_true(restkit_says(reply.body, "items/0/where", "unknown"));
}

static void
one_that_is_frozen_is_asked_for_and_thawed(void **state)
{
	(void)state;
	guest_comes();
	assert_int_equal(call(moveroutes_freeze, "/x", "{\"station\":\""
	    GUEST "\",\"timeout\":\"1000\",\"addresses\":\"fe80::5\"}"), 200);
	assert_true(restkit_counts(reply.body, "asked", 2));
	assert_true(json_get_bool(restkit_at(reply.body, "held")));
	assert_true(json_get_bool(restkit_at(reply.body, "frozen")));
	assert_int_equal(json_count(restkit_at(reply.body, "warnings")), 0);
	assert_int_equal(groups[0].held, 1);
	/* At once, then every 50 ms: two addresses, three members. */
	assert_int_equal(groups[0].sent, 6);
	loop_advance(loop, &now, 100 * CLOCK_MS);
	assert_int_equal(groups[0].sent, 18);
	assert_int_equal(call(moveroutes_thaw, "/x", "{\"station\":\"" GUEST
	    "\"}"), 200);
	assert_true(restkit_says(reply.body, "text", GUEST " is not looked "
	    "for any more\n"));
	assert_int_equal(groups[0].held, 0);
	loop_advance(loop, &now, CLOCK_S);
	assert_int_equal(groups[0].sent, 18);
	assert_int_equal(call(moveroutes_thaw, "/x", "{\"station\":\"" GUEST
	    "\"}"), 404);
}

static void
one_without_address_brings_a_warning(void **state)
{
	(void)state;
	assert_int_equal(call(moveroutes_freeze, "/x", "{\"station\":\""
	    GUEST "\",\"vlanGroup\":\"vg2\",\"hold\":false}"), 200);
	assert_int_equal(json_count(restkit_at(reply.body, "warnings")), 1);
	assert_false(json_get_bool(restkit_at(reply.body, "held")));
	assert_int_equal(groups[1].held, 0);
	/* It is known now, there. */
	assert_int_equal(call(moveroutes_thaw, "/x", "{\"station\":\"" GUEST
	    "\"}"), 200);
	assert_true(restkit_says(reply.body, "vlanGroup", "/Common/vg2"));
}

static void
one_is_moved_where_somebody_says(void **state)
{
	(void)state;
	guest_comes();
	assert_int_equal(call(moveroutes_move, "/x", "{\"station\":"
	    "\"10.133.63.50\",\"to\":\"eip\"}"), 200);
	assert_true(restkit_says(reply.body, "where", "remote"));
	assert_true(restkit_says(reply.body, "tunnel", "/Common/eip"));
	assert_true(restkit_says(reply.body, "before", "local"));
	assert_true(restkit_counts(reply.body, "moves", 1));
	loop_advance(loop, &now, CLOCK_S);
	/* Two tunnels: remote is none of them. */
	assert_int_equal(call(moveroutes_move, "/x", "{\"station\":\"" GUEST
	    "\",\"to\":\"remote\"}"), 400);
	assert_int_equal(call(moveroutes_move, "/x", "{\"station\":\"" GUEST
	    "\",\"vlanGroup\":\"/Common/vg2\",\"to\":\"remote\"}"), 200);
	assert_true(restkit_says(reply.body, "tunnel", "/Common/third"));
	assert_int_equal(call(moveroutes_moves, "/x", NULL), 200);
	assert_int_equal(json_count(restkit_at(reply.body, "items")), 2);
	assert_true(restkit_says(reply.body, "items/1/from", "local"));
	assert_true(restkit_says(reply.body, "items/1/to", "/Common/eip"));
	assert_true(restkit_says(reply.body, "items/1/how", "told"));
	assert_true(restkit_says(reply.body, "items/1/event", "moved"));
	assert_int_equal(call(moveroutes_moves, "/x?limit=1", NULL), 200);
	assert_int_equal(json_count(restkit_at(reply.body, "items")), 1);
}

static void
one_is_announced_again(void **state)
{
	(void)state;
	guest_comes();
	assert_int_equal(call(moveroutes_announce, "/x", "{\"station\":\""
	    GUEST "\"}"), 200);
	/* An address and RARP, into two tunnels. */
	assert_int_equal(groups[0].sent, 4);
	loop_advance(loop, &now, 50 * CLOCK_MS);
	assert_int_equal(groups[0].sent, 9);
}

static void
what_is_no_request_is_refused(void **state)
{
	static const struct {
		const char *body, *said;
		int	status;
	} rows[] = {
		{ "{}", "station: which one", 400 },
		{ "{\"station\":5}", "station: which one", 400 },
		{ "{\"station\":\"vm7\"}", "neither a MAC", 400 },
		{ "{\"station\":\"01:00:5e:00:00:01\"}", "a group's", 400 },
		{ "{\"station\":\"00:00:00:00:00:00\"}", "nobody's", 400 },
		{ "{\"station\":\"10.0.0.1\"}", "by its MAC address", 404 },
		{ "{\"station\":\"" GUEST "\"}", "several groups", 400 },
		{ "{\"station\":\"" GUEST "\",\"vlanGroup\":\"x\"}",
		    "no group x", 404 },
		{ "{\"station\":\"" GUEST "\",\"vlanGroup\":7}", "a name", 400 },
		{ "{\"station\":\"" GUEST "\",\"vlan\":4095}", "1..4094", 400 },
		{ "{\"station\":\"" GUEST "\",\"vlan\":\"7x\"}", "1..4094", 400 },
		{ "{\"station\":\"" GUEST "\",\"timeout\":0}", "1..600000", 400 },
		{ "{\"station\":\"" GUEST "\",\"timeout\":600001}", "1..600000",
		    400 },
		{ "{\"station\":\"" GUEST "\",\"hold\":3}", "hold", 400 },
		{ "{\"station\":\"" GUEST "\",\"addresses\":[\"224.0.0.1\"]}",
		    "no address", 400 },
		{ "{\"station\":\"" GUEST "\",\"addresses\":[5]}", "no address",
		    400 },
		{ "{\"station\":\"" GUEST "\",\"addresses\":[\"10.0.0.1\","
		  "\"10.0.0.2\",\"10.0.0.3\",\"10.0.0.4\",\"10.0.0.5\"]}",
		    "4 at most", 400 },
		{ "{\"station\":\"" GUEST "\",\"to\":\"local\"}", "to: no such",
		    400 },
		{ "{\"station\":\"" GUEST "\",\"colour\":1}", "colour", 400 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		int status = call(moveroutes_freeze, "/x", rows[i].body);
		const char *said = json_get_text(restkit_at(reply.body,
		    "message"));

		if (status != rows[i].status || said == NULL ||
		    strstr(said, rows[i].said) == NULL)
			fail_msg("%s: %d %s", rows[i].body, status, said);
	}
	assert_int_equal(call(moveroutes_move, "/x", "{\"station\":\"" GUEST
	    "\",\"vlanGroup\":\"vg2\"}"), 400);
	assert_int_equal(call(moveroutes_move, "/x", "{\"station\":\"" GUEST
	    "\",\"vlanGroup\":\"vg2\",\"to\":\"eip\"}"), 400);
	assert_int_equal(call(moveroutes_announce, "/x", "{\"station\":\""
	    GUEST "\",\"vlanGroup\":\"vg2\"}"), 404);
	assert_int_equal(call(moveroutes_where, "/x", NULL), 400);
	assert_int_equal(call(moveroutes_where, "/x?station=a", NULL), 400);
	assert_int_equal(call(moveroutes_moves, "/x?limit=-1", NULL), 400);
}

static void
frames_of_a_station_are_traced_for_a_while(void **state)
{
	const struct fdb_key k = { .mac = MAC };

	(void)state;
	guest_comes();
	assert_int_equal(call(moveroutes_trace, "/x", "{\"station\":\"" GUEST
	    "\",\"timeout\":500}"), 200);
	assert_true(tracering_wants(ring, &k, 0));
	tracering_note(ring, &(struct tracering_record){
	    .at = loop_now_ns(loop), .src = MAC, .dst = MAC + 1, .type = 0x0806,
	    .len = 60, .why = PATHDROP_NONE, .to = 0x6 });
	tracering_note(ring, &(struct tracering_record){
	    .at = loop_now_ns(loop), .src = MAC + 1, .dst = MAC, .type = 0x0800,
	    .len = 99, .from = 2, .why = PATHDROP_HORIZON });
	assert_int_equal(call(moveroutes_trace, "/x", NULL), 200);
	assert_true(restkit_says(reply.body, "items/0/source", GUEST));
	assert_true(restkit_says(reply.body, "items/0/type", "0x0806"));
	assert_true(restkit_says(reply.body, "items/0/to/1",
	    "/Common/other"));
	assert_true(restkit_says(reply.body, "items/0/verdict", "crosses"));
	assert_true(restkit_says(reply.body, "items/1/verdict", "horizon"));
	assert_true(restkit_says(reply.body, "items/1/from",
	    "/Common/other"));
	loop_advance(loop, &now, CLOCK_S);
	assert_false(tracering_wants(ring, &k, 0));
	assert_int_equal(retraced, 2);
	assert_int_equal(call(moveroutes_trace, "/x", "{\"station\":\"" GUEST
	    "\",\"vlanGroup\":\"vg2\"}"), 503);
}

static void
each_path_has_a_sentence(void **state)
{
	static const char *const paths[] = { "net/freeze", "net/thaw",
	    "net/announce", "net/move", "net/where", "net/moves",
	    "net/trace" };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(paths); i++)
		assert_non_null(moveroutes_help(paths[i]));
	assert_null(moveroutes_help("net/vlan"));
}

static void
moves_are_events_of_the_socket(void **state)
{
	struct restevents_reader reader = { .wake = NULL };
	struct fdb_key k = { .mac = MAC };
	char text[4096] = "";
	ssize_t len;

	(void)state;
	guest_comes();
	restevents_open(events, &reader, NULL, NULL);
	groupmover_moved(groups[0].g, &k, 0, 2);
	len = restevents_read(&reader, text, sizeof(text) - 1);
	assert_true(len > 0);
	len += restevents_read(&reader, text + len, sizeof(text) - 1 -
	    (size_t)len);
	assert_non_null(strstr(text, "event: move"));
	assert_non_null(strstr(text, "\"to\":\"/Common/other\""));
	restevents_close(&reader);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_station_is_where_it_is_known_to_be),
		RULE(one_that_is_frozen_is_asked_for_and_thawed),
		RULE(one_without_address_brings_a_warning),
		RULE(one_is_moved_where_somebody_says),
		RULE(one_is_announced_again),
		RULE(what_is_no_request_is_refused),
		RULE(frames_of_a_station_are_traced_for_a_while),
		RULE(each_path_has_a_sentence),
		RULE(moves_are_events_of_the_socket),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
