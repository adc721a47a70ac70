/* tests/unit/monitors/test_statemap.c - the file under the states: taken, grown,
 * cut and mended. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"
#include "monitors/statemap.h"
#include "monitors/staterecord.h"
#include "tests/unit/core/base/tempdir.h"

static const uint8_t ones[STATERECORD_LEN] = { 1, 1, 1, 1 };
static const uint8_t zeros[STATERECORD_LEN];

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

static void
start(struct statemap *m, uint32_t room)
{
	statemap_init(m, path());
	assert_true(statemap_open(m));
	assert_true(statemap_grow(m, room));
	statemap_write_head(m);
}

static off_t
size(void)
{
	struct stat st;

	assert_int_equal(stat(path(), &st), 0);
	return st.st_size;
}

static void
what_is_written_is_in_the_file(void **state)
{
	struct statemap m;
	uint8_t head[STATERECORD_LEN];
	size_t len;
	char *octets;

	(void)state;
	staterecord_write_head(head);
	start(&m, 100);
	statemap_write(&m, 99, ones);
	octets = tempdir_read(path(), &len);
	assert_int_equal(len, 101 * STATERECORD_LEN);
	assert_memory_equal(octets, head, sizeof(head));
	assert_memory_equal(octets + 100 * STATERECORD_LEN, ones,
	    sizeof(ones));
	free(octets);
	statemap_close(&m);
	statemap_close(&m);	/* of nothing is harmless */
}

static void
what_stands_there_stays_when_it_grows(void **state)
{
	struct statemap m;

	(void)state;
	start(&m, 100);
	statemap_write(&m, 7, ones);
	assert_true(statemap_grow(&m, 100000));
	assert_memory_equal(statemap_at(&m, 7), ones, sizeof(ones));
	assert_memory_equal(statemap_at(&m, 99999), zeros, sizeof(zeros));
	assert_int_equal(size(), statemap_size(100000));
	statemap_close(&m);
}

/* A cut that leaves the page in place faults nowhere: the look finds it. */
static void
a_cut_is_found_by_a_fault_or_by_a_look(void **state)
{
	struct statemap m;

	(void)state;
	start(&m, 1000);
	assert_false(statemap_is_cut(&m));
	assert_int_equal(truncate(path(), 40), 0);
	statemap_write(&m, 1, ones);
	assert_false(m.cut);
	assert_true(statemap_is_cut(&m));
	assert_true(statemap_mend(&m));
	assert_false(statemap_is_cut(&m));
	assert_int_equal(truncate(path(), 0), 0);
	statemap_write(&m, 1, ones);
	assert_true(m.cut);
	statemap_close(&m);
}

static void
a_cut_file_is_written_to_no_more_until_it_is_mended(void **state)
{
	struct statemap m;

	(void)state;
	start(&m, 1000);
	statemap_write(&m, 1, ones);
	assert_int_equal(truncate(path(), 0), 0);
	statemap_write(&m, 2, ones);
	statemap_write(&m, 3, ones);
	assert_int_equal(size(), 0);
	assert_true(m.failed);
	assert_true(statemap_mend(&m));
	assert_false(m.failed);
	assert_int_equal(size(), statemap_size(1000));
	for (uint32_t i = 0; i < 1000; i++)
		assert_memory_equal(statemap_at(&m, i), zeros, sizeof(zeros));
	statemap_write(&m, 3, ones);
	statemap_close(&m);
	start(&m, 1000);
	assert_memory_equal(statemap_at(&m, 3), ones, sizeof(ones));
	statemap_close(&m);
}

#define IN_DIR(name)							\
	cmocka_unit_test_setup_teardown(name, set_up, tempdir_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(what_is_written_is_in_the_file),
		IN_DIR(what_stands_there_stays_when_it_grows),
		IN_DIR(a_cut_is_found_by_a_fault_or_by_a_look),
		IN_DIR(a_cut_file_is_written_to_no_more_until_it_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
