/* tests/unit/gtmd/mover/test_moverop.c - operations: their parts in their order, their
 * one end. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedrivers.h"

#include "gtmd/migrate/migshow.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverview.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define ID	"/Common/m/1/step/1"
#define PREPARED_AT_ONCE	8
#define STATS(rows)							\
	"{\"entries\":{\"https://localhost/x/~Common~x/stats\":"		\
	"{\"nestedStats\":{\"entries\":{" rows "}}}}}"
#define ROW(key, text)	"\"" key "\":{\"description\":\"" text "\"}"
#define READY	STATS(ROW("status.availabilityState", "available") ","	\
    ROW("vlanGroup", "/Common/vg"))

struct stage {
	struct moverstage base;
	struct fakedaemon eip, womd, page;
	struct migspec	*spec;
	struct moverview view;
	struct moverop	*op;
	bool		 dry_run, stops;	/* stops: from within its end */
	unsigned	 ends;
	struct migstep_end end;
	char		 text[MIGEVENT_TEXT_MAX];
};

static const struct fakedaemon_rule eip_well[] = {
	{ "GET /mgmt/tm/net/where", 200, "{\"items\":[{\"where\":\"local\"}]}" },
	{ "POST /mgmt/tm/net/", 200, "{}" },
	{ "GET /mgmt/tm/net/tunnels", 200, READY }, { .text = NULL }
}, eip_elsewhere[] = {
	{ "GET /mgmt/tm/net/where", 200, "{\"items\":[{\"where\":\"remote\"}]}" },
	{ .text = NULL }
}, womd_well[] = {
	{ "GET /mgmt/tm/wom/job", 200, "{\"octets\":9,\"wanOut\":5,\"wanIn\":2}" },
	{ "/mgmt/tm/wom/job", 200, "{}" },
	{ "GET /mgmt/tm/wom/remote-endpoint", 200, READY }, { .text = NULL }
}, page_well[] = { { "GET /", 200, "hi" }, { .text = NULL } },
page_ill[] = { { "GET /", 503, "no" }, { .text = NULL } };

/* Twenty hosts vm0 … vm19; the first has a station and a page. */
static int
set_up(void **state)
{
	static struct stage t;
	char *sites;

	memset(&t, 0, sizeof(t));
	fakedrivers_obey = false;
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    "hosts { vm0 { } }"));
	t.base.means.drivers = driver_all_new(t.base.loop, NULL, NULL);
	fakedaemon_open(&t.eip, t.base.loop, moverstage_file(&t.base, "e"));
	fakedaemon_open(&t.womd, t.base.loop, moverstage_file(&t.base, "w"));
	fakedaemon_open_page(&t.page, t.base.loop);
	t.eip.rules = eip_well;
	t.womd.rules = womd_well;
	t.page.rules = page_well;
	sites = mem_printf("gtm hypervisor l { datacenter a program x "
	    "wom-control %s/w }\ngtm hypervisor r { datacenter b program x "
	    "eip-control %s/e vlan-group vg }\n", t.base.dir.path, t.base.dir.path);
	moverstage_put(&t.base, sites);
	free(sites);
	t.spec = moverstage_spec(&t.base, 1);
	for (int i = 1; i < 20; i++) {
		struct migspec_host *h = migspec_add_host(t.spec);

		h->name = mem_printf("vm%d", i);
		h->from_hypervisor = mem_strdup("/Common/l");
		h->to_hypervisor = mem_strdup("/Common/r");
	}
	t.spec->hosts[0].station = mem_strdup("02:00:00:00:00:01");
	t.spec->hosts[0].check_url = fakedaemon_url(&t.page, "/health");
	t.spec->guard_destination = false;
	moverview_init(&t.view, t.spec);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverop_stop(&t->op);
	moverop_stop(&t->op);
	driver_all_free(&t->base.means.drivers);	/* nothing is under way */
	fakedaemon_close(&t->eip);
	fakedaemon_close(&t->womd);
	fakedaemon_close(&t->page);
	migspec_free(&t->spec);
	moverstage_close(&t->base);
	return 0;
}

static void
on_done(void *arg, struct moverop *op, const struct migstep_end *end)
{
	struct stage *t = arg;

	assert_ptr_equal(op, t->op);
	assert_true(moverop_ended(op));
	t->ends++;
	t->end = *end;
	(void)snprintf(t->text, sizeof(t->text), "%s", end->text);
	t->end.text = NULL;
	if (t->stops)
		moverop_stop(&t->op);
}

/* A step of a host; wait_ms 0: it may take for ever. */
static void
start(struct stage *t, enum migevent_step step, int host, unsigned wait_ms)
{
	const struct moverop_config c = { .means = &t->base.means,
	    .spec = t->spec, .view = &t->view, .dry_run = t->dry_run,
	    .done = on_done, .arg = t };
	struct migstep_op what = { .kind = step == MIGEVENT_PREPARE ?
	    MIGSTEP_PREPARE : MIGSTEP_HOST, .id = ID, .host = host,
	    .step = step, .attempt = 1, .deadline_ms = wait_ms == 0 ? 0 :
	    moverclock_ms(&t->base.clock) + wait_ms };

	moverop_stop(&t->op);
	t->ends = 0;
	t->text[0] = '\0';
	t->op = moverop_start(&c, &what);
	assert_int_equal(t->ends, 0);
	assert_false(moverop_ended(t->op));
	assert_string_equal(moverop_what(t->op)->id, ID);
}

static void
ends(struct stage *t, bool ok, bool retry, const char *text)
{
	MOVERSTAGE_UNTIL(&t->base, t->ends > 0);
	moverstage_pass(&t->base, CLOCK_S / 100);
	assert_int_equal(t->ends, 1);
	if (t->end.ok != ok || t->end.retry != retry ||
	    strstr(t->text, text) == NULL)
		fail_msg("ok %d, retry %d, \"%s\"; want %d, %d, \"%s\"",
		    t->end.ok, t->end.retry, t->text, ok, retry, text);
}

static struct driver_job *
ordered(struct stage *t, enum driver_action a, const char *host)
{
	struct drivers *all = t->base.means.drivers;

	MOVERSTAGE_UNTIL(&t->base, fakedrivers_find(all, a, host) != NULL);
	return fakedrivers_find(all, a, host);
}

static void
parts_come_one_after_the_other(void **state)
{
	struct stage *t = *state;
	struct driver_job *job;

	start(t, MIGEVENT_MEMORY, 0, 60000);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	job = ordered(t, DRIVER_MEMORY, "vm0");
	assert_int_equal(fakedaemon_count(&t->eip, "POST /mgmt/tm/net/freeze"),
	    1);
	assert_string_equal(job->id, ID);
	assert_string_equal(job->from, "/Common/l");
	assert_string_equal(job->to, "/Common/r");
	assert_false(job->dry_run);
	moverstage_pass(&t->base, CLOCK_S / 10);
	assert_int_equal(fakedaemon_count(&t->womd, "POST /mgmt/tm/wom/job"), 1);
	assert_int_equal(t->womd.asked, 1);
	assert_int_equal(t->ends, 0);
	job->owner.progress(job->owner.arg, 700, 1000, NULL);
	fakedrivers_end(job, 0, false, "moved in no time");
	ends(t, true, false, "moved in no time");
	assert_int_equal(fakedaemon_count(&t->womd, "GET /mgmt/tm/wom/job?name="
	    "/Common/m/1/vm0"), 1);
	assert_int_equal(t->end.octets, 700);
	assert_int_equal(t->end.wire_octets, 7);
}

static void
a_station_is_frozen_for_as_long_as_memory_takes(void **state)
{
	struct stage *t = *state;
	struct driver_job *job;

	start(t, MIGEVENT_MEMORY, 0, 0);
	job = ordered(t, DRIVER_MEMORY, "vm0");
	moverstage_pass(&t->base, 61 * CLOCK_S);
	MOVERSTAGE_UNTIL(&t->base, fakedaemon_count(&t->eip,
	    "POST /mgmt/tm/net/freeze") == 2);
	fakedrivers_end(job, 0, false, "moved in time");
	ends(t, true, false, "moved in time");
	moverstage_pass(&t->base, 61 * CLOCK_S);
	moverstage_pass(&t->base, CLOCK_S);
	assert_int_equal(fakedaemon_count(&t->eip, "POST /mgmt/tm/net/freeze"),
	    2);
	start(t, MIGEVENT_STORAGE, 0, 0);
	(void)ordered(t, DRIVER_STORAGE, "vm0");
	moverstage_pass(&t->base, 61 * CLOCK_S);
	moverstage_pass(&t->base, CLOCK_S);
	assert_int_equal(fakedaemon_count(&t->eip, "POST /mgmt/tm/net/freeze"),
	    2);
}

/* The driver's from is where it is, whichever way it goes. */
static void
the_way_home_is_the_way_there_turned_round(void **state)
{
	struct stage *t = *state;
	const struct moverop_config c = { .means = &t->base.means,
	    .spec = t->spec, .view = &t->view, .done = on_done, .arg = t };
	const struct migstep_op what = { .kind = MIGSTEP_HOST, .id = ID,
	    .host = 1, .step = MIGEVENT_VERIFY, .back = true };

	t->op = moverop_start(&c, &what);
	assert_string_equal(ordered(t, DRIVER_VERIFY, "vm1")->from, "/Common/r");
}

static void
nothing_to_do_is_done_from_the_loop(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_ANNOUNCE, 1, 0);	/* it has no station */
	ends(t, true, false, "");
	assert_int_equal(t->eip.asked, 0);
}

static void
a_driver_that_fails_says_why_and_whether_there_is_hope(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_STORAGE, 1, 0);
	fakedrivers_end(ordered(t, DRIVER_STORAGE, "vm1"), ERR_IO, true,
	    "the disk is full");
	ends(t, false, true, "the disk is full");
	start(t, MIGEVENT_FINISH, 1, 0);
	fakedrivers_end(ordered(t, DRIVER_FINISH, "vm1"), ERR_CONFLICT, false,
	    NULL);
	ends(t, false, false, "the driver gives no reason");
	/* What comes behind it is not asked. */
	assert_int_equal(fakedaemon_count(&t->womd, "DELETE "), 0);
}

static void
what_is_not_so_in_time_has_failed_and_may_be_tried_again(void **state)
{
	struct stage *t = *state;
	struct driver_job *job;

	start(t, MIGEVENT_STORAGE, 1, 5000);
	job = ordered(t, DRIVER_STORAGE, "vm1");
	assert_in_range(job->deadline, 4900 * CLOCK_MS, 5000 * CLOCK_MS);
	job->owner.progress(job->owner.arg, 1, 2, "half of it");
	moverstage_pass(&t->base, 4 * CLOCK_S);
	assert_int_equal(t->ends, 0);
	moverstage_pass(&t->base, 2 * CLOCK_S);
	ends(t, false, true, "out of time: half of it");
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	start(t, MIGEVENT_STORAGE, 1, 0);	/* but for those with none */
	job = ordered(t, DRIVER_STORAGE, "vm1");
	assert_int_equal(job->deadline, 0);
	moverstage_pass(&t->base, 60 * CLOCK_S);
	assert_int_equal(t->ends, 0);
}

/* A deadline that went by before it began, as after a crash. */
static void
late_from_the_beginning_is_out_of_time(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_STORAGE, 1, 1);
	moverstage_pass(&t->base, CLOCK_S / 10);
	ends(t, false, true, "out of time");
}

static void
what_comes_up_slowly_is_asked_again(void **state)
{
	struct stage *t = *state;

	t->eip.rules = eip_elsewhere;
	t->page.rules = page_ill;
	start(t, MIGEVENT_VERIFY, 0, 60000);
	fakedrivers_end(ordered(t, DRIVER_VERIFY, "vm0"), 0, false, NULL);
	MOVERSTAGE_UNTIL(&t->base, t->eip.asked == 3);
	assert_int_equal(t->page.asked, 0);
	t->eip.rules = eip_well;
	MOVERSTAGE_UNTIL(&t->base, t->page.asked == 3);
	assert_int_equal(t->ends, 0);
	t->page.rules = page_well;
	ends(t, true, false, "");
	assert_int_equal(t->eip.asked, 4);
	assert_int_equal(t->page.asked, 4);
}

static void
what_never_comes_up_says_what_it_was(void **state)
{
	struct stage *t = *state;

	t->page.rules = page_ill;
	start(t, MIGEVENT_VERIFY, 0, 3000);
	fakedrivers_end(ordered(t, DRIVER_VERIFY, "vm0"), 0, false, NULL);
	ends(t, false, true, "out of time: check-url: status 503");
	start(t, MIGEVENT_VERIFY, 0, 0);	/* nobody waits for ever */
	fakedrivers_end(ordered(t, DRIVER_VERIFY, "vm0"), 0, false, NULL);
	ends(t, false, true, "check-url: status 503");
}

static void
hosts_are_checked_a_few_at_a_time(void **state)
{
	struct stage *t = *state;
	struct drivers *all = t->base.means.drivers;

	start(t, MIGEVENT_PREPARE, MIGEVENT_NO_HOST, 60000);
	for (int i = 0; i < 20; i++) {
		int left = 20 - i;

		MOVERSTAGE_UNTIL(&t->base, fakedrivers_count(all) > 0 &&
		    fakedrivers_count(all) == (size_t)(left <
		    PREPARED_AT_ONCE ? left : PREPARED_AT_ONCE));
		assert_int_equal(all->jobs->action, DRIVER_CHECK);
		fakedrivers_end(all->jobs, 0, false, NULL);
	}
	ends(t, true, false, "");
	assert_int_equal(fakedrivers_ordered("check vm19 /Common/l /Common/r "
	    ID "/vm19\n"), 1);
	assert_int_equal(fakedrivers_ordered("\n"), 20);
}

/* Else those behind it would have no time. */
static void
a_check_that_hangs_has_no_more_time_than_a_step(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_PREPARE, MIGEVENT_NO_HOST, 3600000);
	assert_int_equal(ordered(t, DRIVER_CHECK, "vm3")->deadline,
	    120 * CLOCK_S);
}

static void
one_host_that_cannot_go_ends_it_by_its_name(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_PREPARE, MIGEVENT_NO_HOST, 60000);
	fakedrivers_end(ordered(t, DRIVER_CHECK, "vm3"), ERR_CONFLICT, false,
	    "it has a CD in its drive");
	ends(t, false, false, "host vm3: it has a CD in its drive");
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
}

static void
where_nobody_would_answer_nothing_is_prepared(void **state)
{
	struct stage *t = *state;

	t->spec->guard_destination = true;
	moverstage_put(&t->base, MOVERSTAGE_Q("disabled", "disabled"));
	start(t, MIGEVENT_PREPARE, MIGEVENT_NO_HOST, 60000);
	ends(t, false, true, "none of the 1 members of pool /Common/q is "
	    "available");
	assert_int_equal(fakedrivers_ordered("\n"), 0);
	moverstage_put(&t->base, MOVERSTAGE_Q("disabled", ""));
	start(t, MIGEVENT_PREPARE, MIGEVENT_NO_HOST, 60000);
	(void)ordered(t, DRIVER_CHECK, "vm0");
}

static void
a_hypervisor_that_is_gone_is_without_hope(void **state)
{
	struct stage *t = *state;

	free(t->spec->hosts[1].to_hypervisor);
	t->spec->hosts[1].to_hypervisor = mem_strdup("/Common/gone");
	start(t, MIGEVENT_MEMORY, 1, 0);
	ends(t, false, false, "there is no hypervisor /Common/gone");
}

static void
a_rehearsal_changes_nothing(void **state)
{
	struct stage *t = *state;

	t->dry_run = true;
	start(t, MIGEVENT_STORAGE, 0, 60000);
	assert_true(ordered(t, DRIVER_STORAGE, "vm0")->dry_run);
	fakedrivers_end(ordered(t, DRIVER_STORAGE, "vm0"), 0, false, NULL);
	ends(t, true, false, "");
	start(t, MIGEVENT_VERIFY, 0, 60000);
	fakedrivers_end(ordered(t, DRIVER_VERIFY, "vm0"), 0, false, NULL);
	ends(t, true, false, "");
	assert_int_equal(t->eip.asked + t->womd.asked + t->page.asked, 0);
}

static void
progress_is_the_latest_and_its_rate_that_of_late(void **state)
{
	struct stage *t = *state;
	const struct migshow_progress *p;
	struct driver_job *job;

	start(t, MIGEVENT_STORAGE, 1, 0);
	job = ordered(t, DRIVER_STORAGE, "vm1");
	p = moverop_progress(t->op);
	assert_null(p->note);
	job->owner.progress(job->owner.arg, 1000, 9000, "disk one");
	assert_int_equal(p->octets, 1000);
	assert_int_equal(p->total, 9000);
	assert_string_equal(p->note, "disk one");
	assert_int_equal(p->rate_bps, 0);
	moverstage_pass(&t->base, CLOCK_S);
	job->owner.progress(job->owner.arg, 3000, 9000, NULL);
	assert_in_range(p->rate_bps, 1900, 2100);
	assert_string_equal(p->note, "disk one");
	job->owner.progress(job->owner.arg, 3500, 9000, NULL);
	assert_in_range(p->rate_bps, 1900, 2100);	/* not of an instant */
	moverstage_pass(&t->base, 2 * CLOCK_S);
	job->owner.progress(job->owner.arg, 100, 9000, NULL);	/* anew */
	moverstage_pass(&t->base, CLOCK_S);
	job->owner.progress(job->owner.arg, 600, 9000, NULL);
	assert_in_range(p->rate_bps, 450, 550);
}

static void
nothing_comes_after_a_stop(void **state)
{
	struct stage *t = *state;

	start(t, MIGEVENT_STORAGE, 1, 5000);
	(void)ordered(t, DRIVER_STORAGE, "vm1");
	moverop_stop(&t->op);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	start(t, MIGEVENT_ANNOUNCE, 1, 0);	/* it is to end next */
	moverop_stop(&t->op);
	moverstage_pass(&t->base, 10 * CLOCK_S);
	assert_int_equal(t->ends, 0);
	t->stops = true;
	start(t, MIGEVENT_ANNOUNCE, 1, 0);
	MOVERSTAGE_UNTIL(&t->base, t->ends == 1);
	assert_null(t->op);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(parts_come_one_after_the_other),
		TEST(a_station_is_frozen_for_as_long_as_memory_takes),
		TEST(the_way_home_is_the_way_there_turned_round),
		TEST(nothing_to_do_is_done_from_the_loop),
		TEST(a_driver_that_fails_says_why_and_whether_there_is_hope),
		TEST(what_is_not_so_in_time_has_failed_and_may_be_tried_again),
		TEST(late_from_the_beginning_is_out_of_time),
		TEST(what_comes_up_slowly_is_asked_again),
		TEST(what_never_comes_up_says_what_it_was),
		TEST(hosts_are_checked_a_few_at_a_time),
		TEST(a_check_that_hangs_has_no_more_time_than_a_step),
		TEST(one_host_that_cannot_go_ends_it_by_its_name),
		TEST(where_nobody_would_answer_nothing_is_prepared),
		TEST(a_hypervisor_that_is_gone_is_without_hope),
		TEST(a_rehearsal_changes_nothing),
		TEST(progress_is_the_latest_and_its_rate_that_of_late),
		TEST(nothing_comes_after_a_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
