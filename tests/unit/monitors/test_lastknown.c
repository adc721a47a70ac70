/* tests/unit/monitors/test_lastknown.c - states outlive the process, whatever
 * became of their file. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/log.h"
#include "monitors/lastknown.h"
#include "tests/unit/core/base/tempdir.h"

static const char *
path(void)
{
	return tempdir_file(&tempdir, "states");
}

static int
set_up(void **state)
{
	log_setup(&(struct log_config){ 2, (enum log_level)-1,
	    LOG_FORM_BARE });
	return tempdir_set_up(state);
}

static struct staterecord
record(unsigned n, enum health_state state)
{
	struct staterecord r = { .state = state, .since_s = 1000 + n };

	memcpy(r.key.octets, &n, sizeof(n));
	return r;
}

static struct lastknown *
open_own(void)
{
	struct lastknown *l = lastknown_new(path());

	lastknown_own(l);
	return l;
}

static uint32_t
put(struct lastknown *l, unsigned n, enum health_state state)
{
	const struct staterecord r = record(n, state);
	uint32_t place = lastknown_take(l, &r.key);

	lastknown_write(l, place, &r);
	return place;
}

static enum health_state
get(const struct lastknown *l, unsigned n)
{
	const struct staterecord r = record(n, HEALTH_UNKNOWN);
	struct staterecord got;

	if (!lastknown_find(l, &r.key, &got))
		return HEALTH_UNKNOWN;
	assert_int_equal(got.since_s, 1000 + n);
	return got.state;
}

static void
states_are_there_the_next_time(void **state)
{
	struct lastknown *l = open_own();

	(void)state;
	for (unsigned n = 0; n < 5000; n++)	/* more than it starts with */
		put(l, n, n % 2 == 0 ? HEALTH_UP : HEALTH_DOWN);
	lastknown_free(&l);
	l = lastknown_new(path());
	for (unsigned n = 0; n < 5000; n++)
		assert_int_equal(get(l, n), n % 2 == 0 ? HEALTH_UP :
		    HEALTH_DOWN);
	assert_int_equal(get(l, 5000), HEALTH_UNKNOWN);
	lastknown_free(&l);
}

/* Without a word from the process that dies. */
static void
states_survive_a_kill(void **state)
{
	pid_t pid = fork();
	struct lastknown *l;
	int how;

	(void)state;
	if (pid == 0) {
		l = open_own();
		put(l, 1, HEALTH_DOWN);
		put(l, 2, HEALTH_UP);
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFSIGNALED(how));
	l = lastknown_new(path());
	assert_int_equal(get(l, 1), HEALTH_DOWN);
	assert_int_equal(get(l, 2), HEALTH_UP);
	lastknown_free(&l);
}

static void
a_key_gets_its_own_place_again_and_others_none_of_it(void **state)
{
	struct lastknown *l = open_own();
	uint32_t first = put(l, 1, HEALTH_UP), second = put(l, 2, HEALTH_UP);
	const struct staterecord r = record(1, HEALTH_UP);

	(void)state;
	lastknown_free(&l);
	l = open_own();
	assert_int_not_equal(put(l, 3, HEALTH_DOWN), first);
	assert_int_equal(put(l, 2, HEALTH_DOWN), second);
	assert_int_equal(lastknown_take(l, &r.key), first);
	lastknown_free(&l);
	l = lastknown_new(path());
	assert_int_equal(get(l, 1), HEALTH_UP);
	assert_int_equal(get(l, 2), HEALTH_DOWN);
	assert_int_equal(get(l, 3), HEALTH_DOWN);
	lastknown_free(&l);
}

static void
what_nobody_takes_is_forgotten_and_its_place_used_again(void **state)
{
	struct lastknown *l = open_own();
	uint32_t left = put(l, 1, HEALTH_UP);

	(void)state;
	put(l, 2, HEALTH_UP);
	lastknown_free(&l);
	l = open_own();
	put(l, 2, HEALTH_UP);
	lastknown_settle(l);
	assert_int_equal(get(l, 2), HEALTH_UNKNOWN);	/* read no more */
	assert_int_equal(put(l, 3, HEALTH_UP), left);
	lastknown_give(l, left);
	lastknown_free(&l);
	l = lastknown_new(path());
	assert_int_equal(get(l, 1), HEALTH_UNKNOWN);
	assert_int_equal(get(l, 2), HEALTH_UP);
	assert_int_equal(get(l, 3), HEALTH_UNKNOWN);
	lastknown_free(&l);
}

static void
a_state_that_is_unknown_again_is_not_kept(void **state)
{
	struct lastknown *l = open_own();
	struct staterecord r = record(1, HEALTH_UNKNOWN);

	(void)state;
	lastknown_write(l, put(l, 1, HEALTH_UP), &r);
	lastknown_free(&l);
	l = lastknown_new(path());
	assert_int_equal(get(l, 1), HEALTH_UNKNOWN);
	lastknown_free(&l);
}

/* Cut after any octet: what is whole before it counts. */
static void
what_is_whole_in_a_cut_file_counts(void **state)
{
	struct lastknown *l = open_own();
	size_t len;
	char *octets;

	(void)state;
	for (unsigned n = 0; n < 4; n++)
		put(l, n, HEALTH_UP);
	lastknown_free(&l);
	octets = tempdir_read(path(), &len);
	for (size_t cut = 0; cut <= 5 * STATERECORD_LEN; cut += 5) {
		tempdir_write(path(), octets, cut);
		l = lastknown_new(path());
		for (unsigned n = 0; n < 4; n++)
			assert_int_equal(get(l, n),
			    cut >= (n + 2) * STATERECORD_LEN ? HEALTH_UP :
			    HEALTH_UNKNOWN);
		lastknown_own(l);	/* and it goes on */
		put(l, 9, HEALTH_DOWN);
		lastknown_free(&l);
		l = lastknown_new(path());
		assert_int_equal(get(l, 9), HEALTH_DOWN);
		lastknown_free(&l);
	}
	free(octets);
}

static void
one_damaged_record_takes_no_other_along(void **state)
{
	struct lastknown *l = open_own();
	size_t len;
	char *octets;

	(void)state;
	for (unsigned n = 0; n < 3; n++)
		put(l, n, HEALTH_DOWN);
	lastknown_free(&l);
	octets = tempdir_read(path(), &len);
	octets[2 * STATERECORD_LEN + 20] ^= 4;
	tempdir_write(path(), octets, len);
	free(octets);
	l = open_own();
	assert_int_equal(get(l, 0), HEALTH_DOWN);
	assert_int_equal(get(l, 1), HEALTH_UNKNOWN);
	assert_int_equal(get(l, 2), HEALTH_DOWN);
	assert_int_equal(put(l, 7, HEALTH_UP), 1);	/* free again */
	lastknown_free(&l);
}

static void
a_foreign_file_is_replaced_by_one_of_ours(void **state)
{
	struct lastknown *l;

	(void)state;
	tempdir_write(path(), "#!/bin/sh\necho this is no file of states\n",
	    41);
	l = open_own();
	put(l, 1, HEALTH_UP);
	lastknown_free(&l);
	l = lastknown_new(path());
	assert_int_equal(get(l, 1), HEALTH_UP);
	lastknown_free(&l);
}

static void
a_file_that_cannot_be_had_is_no_end(void **state)
{
	struct lastknown *l;

	(void)state;
	assert_int_equal(mkdir(path(), 0700), 0);
	l = open_own();
	assert_int_equal(put(l, 1, HEALTH_UP), LASTKNOWN_NONE);
	assert_false(lastknown_retry(l));
	assert_int_equal(rmdir(path()), 0);
	assert_int_equal(put(l, 1, HEALTH_UP), LASTKNOWN_NONE);
	assert_true(lastknown_retry(l));
	assert_int_not_equal(put(l, 1, HEALTH_UP), LASTKNOWN_NONE);
	lastknown_free(&l);
}

/* What has a place keeps it; what is new gets one when there is room again. */
static void
a_full_disk_is_no_end(void **state)
{
	struct lastknown *l = open_own();
	struct rlimit was, now;
	unsigned n = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = was;
	now.rlim_cur = 64 * 1024;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	while (put(l, n, HEALTH_UP) != LASTKNOWN_NONE)
		n++;
	assert_true(n >= 1000 && n < 2048);
	assert_false(lastknown_retry(l));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(lastknown_retry(l));
	assert_int_not_equal(put(l, n, HEALTH_UP), LASTKNOWN_NONE);
	lastknown_free(&l);
	l = lastknown_new(path());
	for (unsigned i = 0; i <= n; i++)
		assert_int_equal(get(l, i), HEALTH_UP);
	lastknown_free(&l);
}

/* As the plan does when there is room again. */
static void
write_anew(struct lastknown *l, unsigned count)
{
	for (unsigned n = 0; n < count; n++) {
		const struct staterecord r = record(n, HEALTH_DOWN);

		lastknown_write(l, n, &r);
	}
}

/* Cut under us, to nothing and to any other length: no signal, nothing that is
 * half there, and all of it again after the next look. */
static void
a_file_that_is_cut_under_us_is_no_end(void **state)
{
	static const off_t lengths[] = { 0, 1, 31, 33, 100, 4096, 5000, 32767 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct lastknown *l = open_own();

		for (unsigned n = 0; n < 1000; n++)
			put(l, n, HEALTH_UP);
		assert_false(lastknown_retry(l));
		assert_int_equal(truncate(path(), lengths[i]), 0);
		write_anew(l, 1000);
		assert_true(lastknown_retry(l));
		write_anew(l, 1000);
		assert_false(lastknown_retry(l));
		lastknown_free(&l);
		l = lastknown_new(path());
		for (unsigned n = 0; n < 1000; n++)
			assert_int_equal(get(l, n), HEALTH_DOWN);
		lastknown_free(&l);
		assert_int_equal(unlink(path()), 0);
	}
}

/* Nobody is given a place in a file that has lost those of others. */
static void
a_cut_file_does_not_grow_before_it_is_mended(void **state)
{
	struct lastknown *l = open_own();
	unsigned n;

	(void)state;
	for (n = 0; n < 1023; n++)
		put(l, n, HEALTH_DOWN);
	assert_int_equal(truncate(path(), 64), 0);
	assert_int_equal(put(l, n, HEALTH_DOWN), LASTKNOWN_NONE);
	assert_true(lastknown_retry(l));
	write_anew(l, n);
	assert_int_equal(put(l, n, HEALTH_DOWN), n);
	lastknown_free(&l);
	l = lastknown_new(path());
	for (unsigned i = 0; i <= n; i++)
		assert_int_equal(get(l, i), HEALTH_DOWN);
	lastknown_free(&l);
}

static void
a_cut_file_without_room_to_mend_it_waits_for_some(void **state)
{
	struct lastknown *l = open_own();
	struct rlimit was, now;

	(void)state;
	put(l, 0, HEALTH_UP);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = was;
	now.rlim_cur = 4096;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(truncate(path(), 0), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	write_anew(l, 1);
	assert_false(lastknown_retry(l));
	write_anew(l, 1);
	assert_int_equal(put(l, 1, HEALTH_UP), LASTKNOWN_NONE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(lastknown_retry(l));
	write_anew(l, 1);
	assert_int_equal(put(l, 1, HEALTH_UP), 1);
	lastknown_free(&l);
	l = lastknown_new(path());
	assert_int_equal(get(l, 0), HEALTH_DOWN);
	assert_int_equal(get(l, 1), HEALTH_UP);
	lastknown_free(&l);
}

/* As an heir does while the holder still writes. */
static void
who_does_not_own_the_file_only_reads_it(void **state)
{
	struct lastknown *holder = open_own(), *heir;
	const struct staterecord r = record(1, HEALTH_UP);

	(void)state;
	put(holder, 1, HEALTH_UP);
	heir = lastknown_new(path());
	assert_int_equal(get(heir, 1), HEALTH_UP);
	assert_int_equal(lastknown_take(heir, &r.key), LASTKNOWN_NONE);
	assert_int_equal(put(heir, 2, HEALTH_UP), LASTKNOWN_NONE);
	lastknown_write(holder, 0, &(struct staterecord){ .key = r.key,
	    .state = HEALTH_DOWN, .since_s = 1001 });
	lastknown_leave(holder);
	assert_int_equal(put(holder, 3, HEALTH_UP), LASTKNOWN_NONE);
	lastknown_own(heir);
	assert_int_equal(get(heir, 1), HEALTH_DOWN);	/* read anew */
	lastknown_free(&heir);
	lastknown_free(&holder);
}

static void
what_is_to_be_forgotten_keeps_its_place_but_tells_nothing(void **state)
{
	struct lastknown *l = open_own();
	uint32_t place = put(l, 1, HEALTH_UP);
	const struct staterecord r = record(1, HEALTH_UP);

	(void)state;
	lastknown_free(&l);
	l = open_own();
	lastknown_forget(l);
	assert_int_equal(get(l, 1), HEALTH_UNKNOWN);
	assert_int_equal(lastknown_take(l, &r.key), place);
	lastknown_free(&l);
}

#define IN_DIR(name)							\
	cmocka_unit_test_setup_teardown(name, set_up, tempdir_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(states_are_there_the_next_time),
		IN_DIR(states_survive_a_kill),
		IN_DIR(a_key_gets_its_own_place_again_and_others_none_of_it),
		IN_DIR(what_nobody_takes_is_forgotten_and_its_place_used_again),
		IN_DIR(a_state_that_is_unknown_again_is_not_kept),
		IN_DIR(what_is_whole_in_a_cut_file_counts),
		IN_DIR(one_damaged_record_takes_no_other_along),
		IN_DIR(a_foreign_file_is_replaced_by_one_of_ours),
		IN_DIR(a_file_that_cannot_be_had_is_no_end),
		IN_DIR(a_full_disk_is_no_end),
		IN_DIR(a_file_that_is_cut_under_us_is_no_end),
		IN_DIR(a_cut_file_does_not_grow_before_it_is_mended),
		IN_DIR(a_cut_file_without_room_to_mend_it_waits_for_some),
		IN_DIR(who_does_not_own_the_file_only_reads_it),
		IN_DIR(what_is_to_be_forgotten_keeps_its_place_but_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
