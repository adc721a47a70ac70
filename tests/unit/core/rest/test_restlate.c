/* tests/unit/core/rest/test_restlate.c - changes that share syncs: in order, each
 * by itself, and nobody hears of one that the disk did not take.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/store.h"
#include "core/rest/restconfirm.h"
#include "core/rest/restevents.h"
#include "core/rest/restundo.h"
#include "tests/unit/core/rest/commitkit.h"

/* The kernel's fdatasync, for which a test may keep the door shut. */
static struct {
	pthread_mutex_t	 lock;
	pthread_cond_t	 moved;
	bool		 shut;		/* syncs wait */
	unsigned	 inside;	/* syncs that wait */
	unsigned	 syncs;		/* begun so far */
	unsigned	 fails_at;	/* the n-th; 0 = none */
} disk = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0,
    0 };

int
fdatasync(int fd)
{
	bool fails;

	(void)pthread_mutex_lock(&disk.lock);
	fails = ++disk.syncs == disk.fails_at;
	disk.inside++;
	(void)pthread_cond_broadcast(&disk.moved);
	while (disk.shut)
		(void)pthread_cond_wait(&disk.moved, &disk.lock);
	disk.inside--;
	(void)pthread_mutex_unlock(&disk.lock);
	if (!fails)
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

/* From here on syncs wait; the n-th from now fails. */
static void
shut(unsigned fails)
{
	(void)pthread_mutex_lock(&disk.lock);
	disk.shut = true;
	disk.fails_at = fails > 0 ? disk.syncs + fails : 0;
	(void)pthread_mutex_unlock(&disk.lock);
}

/* A sync is under way: what is written from here on is not in it. */
static void
await_sync(void)
{
	(void)pthread_mutex_lock(&disk.lock);
	while (disk.inside == 0)
		(void)pthread_cond_wait(&disk.moved, &disk.lock);
	(void)pthread_mutex_unlock(&disk.lock);
}

/* Syncs that wait go on, and none fails. */
static void
let_go(void)
{
	(void)pthread_mutex_lock(&disk.lock);
	disk.shut = false;
	disk.fails_at = 0;
	(void)pthread_cond_broadcast(&disk.moved);
	(void)pthread_mutex_unlock(&disk.lock);
}

static void
open_up(void)
{
	(void)pthread_mutex_lock(&disk.lock);
	disk.shut = false;
	(void)pthread_cond_broadcast(&disk.moved);
	(void)pthread_mutex_unlock(&disk.lock);
	commitkit_settle();
}

static int
setup(void **state)
{
	commitkit_grouped = true;
	let_go();
	(void)commitkit_setup(state);
	log_setup(&(struct log_config){ open("/dev/null", O_WRONLY), LOG_ERROR,
	    LOG_FORM_BARE });
	return 0;
}

static int
teardown(void **state)
{
	let_go();
	return commitkit_teardown(state);
}

static unsigned
told(struct restevents_reader *r)
{
	char text[16384], *at = text;
	ssize_t n = restevents_read(r, text, sizeof(text) - 1);
	unsigned count = 0;

	assert_true(n >= 0);
	text[n] = '\0';
	for (; (at = strstr(at, "event: commit")) != NULL; at++)
		count++;
	return count;
}

/* The numbers of changes in the audit file, in their order. */
static void
expect_audited(const char *want)
{
	char *all = commitkit_read_audit(), *at = all, got[200] = "";

	while ((at = strstr(at, "\"change\":")) != NULL) {
		at += 9;
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
		    "%lu ", strtoul(at, NULL, 10));
	}
	free(all);
	assert_string_equal(got, want);
}

static void
nobody_hears_of_a_change_before_it_is_on_disk(void **state)
{
	struct restevents_reader r = { .events = NULL };

	(void)state;
	restevents_open(commitkit_events, &r, NULL, NULL);
	(void)told(&r);
	shut(0);
	assert_int_equal(commitkit_set("s1", "new", ""), 200);
	assert_int_equal(commitkit_reply.held, 1);
	commitkit_expect("s1", "new");
	assert_int_equal(told(&r), 0);
	expect_audited("");
	assert_int_equal(commitkit_settled.times, 0);
	/* It was so already, as long as that one holds. */
	assert_int_equal(commitkit_set("s1", "new", ""), 200);
	assert_int_equal(commitkit_reply.held, 1);
	open_up();
	assert_int_equal(told(&r), 1);
	expect_audited("1 ");
	assert_int_equal(commitkit_settled.upto, 1);
	assert_int_equal(commitkit_settled.code, 0);
	assert_int_equal(commitkit_set("s1", "new", ""), 200);
	assert_int_equal(commitkit_reply.held, 0);
	restevents_close(&r);
}

static void
a_group_shares_a_sync_and_keeps_its_order(void **state)
{
	unsigned before;
	char note[16];

	(void)state;
	before = disk.syncs;
	shut(0);
	for (int i = 1; i <= 9; i++) {
		(void)snprintf(note, sizeof(note), "n%d", i);
		assert_int_equal(commitkit_set(i % 2 ? "s1" : "s2", note, ""),
		    200);
		assert_int_equal(commitkit_reply.held, i);
		await_sync();
	}
	open_up();
	assert_int_equal(disk.syncs, before + 2);
	assert_int_equal(commitkit_settled.upto, 9);
	assert_int_equal(commitkit_settled.times, 2);
	expect_audited("1 2 3 4 5 6 7 8 9 ");
	commitkit_restart();
	commitkit_expect("s1", "n9");
	commitkit_expect("s2", "n8");
	/* Each can be taken back by itself. */
	assert_int_equal(commitkit_post(restundo_post, "{\"change\":8}"), 200);
	commitkit_expect("s2", "n6");
	commitkit_expect("s1", "n9");
}

/* The first sync succeeds, that of the rest fails. */
static void
a_failure_in_the_middle_takes_what_came_after(void **state)
{
	struct restevents_reader r = { .events = NULL };

	(void)state;
	restevents_open(commitkit_events, &r, NULL, NULL);
	(void)told(&r);
	shut(2);
	assert_int_equal(commitkit_set("s1", "first", ""), 200);
	await_sync();
	assert_int_equal(commitkit_set("s1", "second", ""), 200);
	assert_int_equal(commitkit_set("s2", "third", ""), 200);
	assert_int_equal(commitkit_set("s9", "fourth", ""), 200);
	open_up();
	assert_int_equal(commitkit_settled.upto, 4);
	assert_int_equal(commitkit_settled.code, ERR_IO);
	commitkit_expect("s1", "first");
	commitkit_expect("s2", "two");
	commitkit_expect("s9", "absent");
	assert_int_equal(told(&r), 1);
	/* Four tried, one made; numbers that somebody may have seen are spent. */
	expect_audited("1 ");
	assert_int_equal(commitkit_audited("\"result\":500,"), 3);
	assert_int_equal(commitkit_post(restundo_list, NULL), 200);
	assert_true(restkit_counts(commitkit_reply.body, "items/0/change", 1));
	assert_int_equal(commitkit_set("s1", "fifth", ""), 200);
	commitkit_settle();
	expect_audited("1 5 ");
	commitkit_restart();
	commitkit_expect("s1", "fifth");
	commitkit_expect("s2", "two");
	restevents_close(&r);
}

static void
an_undo_in_a_group_goes_or_stays_with_it(void **state)
{
	(void)state;
	shut(0);
	assert_int_equal(commitkit_set("s1", "a", ""), 200);
	await_sync();
	assert_int_equal(commitkit_set("s1", "b", ""), 200);
	assert_int_equal(commitkit_post(restundo_post, NULL), 200);
	assert_true(restkit_counts(commitkit_reply.body, "undoes", 2));
	assert_int_equal(commitkit_reply.held, 3);
	commitkit_expect("s1", "a");
	open_up();
	expect_audited("1 2 3 ");
	shut(2);
	assert_int_equal(commitkit_set("s2", "c", ""), 200);
	await_sync();
	assert_int_equal(commitkit_post(restundo_post, "{\"change\":4}"), 200);
	commitkit_expect("s2", "two");
	open_up();
	/* The change has stayed, its undo has not. */
	commitkit_expect("s2", "c");
	assert_int_equal(commitkit_post(restundo_list, NULL), 200);
	assert_true(restkit_counts(commitkit_reply.body, "items/0/change", 4));
	assert_null(restkit_at(commitkit_reply.body, "items/0/undoneBy"));
	assert_int_equal(commitkit_post(restundo_post, "{\"change\":4}"), 200);
	commitkit_expect("s2", "two");
}

static void
what_waits_for_a_confirmation_may_wait_for_the_disk_too(void **state)
{
	(void)state;
	shut(0);
	assert_int_equal(commitkit_set("s2", "before", ""), 200);
	await_sync();
	assert_int_equal(commitkit_set("s1", "a", "?confirm-within=5"), 200);
	assert_true(restkit_counts(commitkit_reply.body, "confirm/change", 2));
	/* A second one finds it waiting. */
	assert_int_equal(commitkit_set("s2", "x", "?confirm-within=5"), 409);
	assert_int_equal(commitkit_reply.held, 0);
	open_up();
	commitkit_pass(6 * CLOCK_S);
	commitkit_settle();
	commitkit_expect("s1", NULL);
	commitkit_expect("s2", "before");
	/* Confirmed in the group: it is on disk by then. */
	assert_int_equal(commitkit_set("s1", "b", "?confirm-within=5"), 200);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 200);
	commitkit_pass(6 * CLOCK_S);
	commitkit_expect("s1", "b");
	commitkit_restart();
	commitkit_expect("s1", "b");
}

/* It is gone, and so nothing is reverted when its time comes. */
static void
what_the_disk_did_not_take_needs_no_confirmation(void **state)
{
	(void)state;
	shut(1);
	assert_int_equal(commitkit_set("s1", "a", "?confirm-within=5"), 200);
	open_up();
	commitkit_expect("s1", NULL);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 404);
	assert_int_equal(commitkit_set("s1", "b", ""), 200);
	commitkit_pass(6 * CLOCK_S);
	commitkit_expect("s1", "b");
	commitkit_settle();
	commitkit_restart();
	commitkit_expect("s1", "b");
}

/* Confirmed while its sync fails: there is nothing to confirm. */
static void
a_confirmation_waits_for_the_change(void **state)
{
	(void)state;
	disk.fails_at = disk.syncs + 1;
	assert_int_equal(commitkit_set("s1", "a", "?confirm-within=5"), 200);
	assert_int_equal(commitkit_post(restconfirm_post, NULL), 404);
	commitkit_expect("s1", NULL);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(nobody_hears_of_a_change_before_it_is_on_disk),
		RULE(a_group_shares_a_sync_and_keeps_its_order),
		RULE(a_failure_in_the_middle_takes_what_came_after),
		RULE(an_undo_in_a_group_goes_or_stays_with_it),
		RULE(what_waits_for_a_confirmation_may_wait_for_the_disk_too),
		RULE(what_the_disk_did_not_take_needs_no_confirmation),
		RULE(a_confirmation_waits_for_the_change),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
