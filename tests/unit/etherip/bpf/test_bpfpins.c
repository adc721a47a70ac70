/* tests/unit/etherip/bpf/test_bpfpins.c - where names are made, and which are taken away.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfpins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "tests/unit/core/base/tempdir.h"

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void
elsewhere_no_folder_is_made(void **state)
{
	char longer[BPFPINS_PATH + 2];
	char path[BPFPINS_PATH];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s",
	    tempdir_file(&tempdir, "a/b"));
	assert_false(bpfpins_make(path));
	assert_false(is_there(tempdir_file(&tempdir, "a")));
	assert_false(bpfpins_make(""));
	assert_false(bpfpins_make("relative"));
	memset(longer, '/', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(bpfpins_make(longer));
}

/* In a BPF file system of this test's. */
static void
on_a_bpf_file_system_it_is_made_to_the_last_part(void **state)
{
	char top[128], pins[BPFPINS_PATH];

	(void)state;
	(void)snprintf(top, sizeof(top), "%s", tempdir_file(&tempdir, "bpf"));
	assert_int_equal(mkdir(top, 0700), 0);
	if (mount("bpf", top, "bpf", 0, NULL) != 0) {
		(void)rmdir(top);
		skip();
	}
	(void)snprintf(pins, sizeof(pins), "%s/a/b/c", top);
	assert_true(bpfpins_make(pins));
	assert_true(is_there(pins));
	assert_true(bpfpins_make(pins));
	bpfpins_remove(pins);
	assert_false(is_there(pins));
	assert_int_equal(umount(top), 0);
	(void)rmdir(top);
}

static void
names_of_others_stay(void **state)
{
	static const char *const names[] = { "eip_peers", "eip_xdp-7",
	    "others" };
	char pins[BPFPINS_PATH], path[BPFPINS_PATH];

	(void)state;
	(void)snprintf(pins, sizeof(pins), "%s",
	    tempdir_file(&tempdir, "pins"));
	assert_int_equal(mkdir(pins, 0700), 0);
	for (size_t i = 0; i < OBJ_COUNT(names); i++)
		tempdir_write(bpfpins_path(path, pins, names[i]), "", 0);
	bpfpins_remove(pins);
	assert_false(is_there(bpfpins_path(path, pins, names[0])));
	assert_false(is_there(bpfpins_path(path, pins, names[1])));
	assert_true(is_there(bpfpins_path(path, pins, names[2])));
	bpfpins_remove("/nowhere/at/all");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(elsewhere_no_folder_is_made),
		cmocka_unit_test(
		    on_a_bpf_file_system_it_is_made_to_the_last_part),
		cmocka_unit_test(names_of_others_stay),
	};

	return cmocka_run_group_tests(tests, tempdir_set_up,
	    tempdir_tear_down);
}
