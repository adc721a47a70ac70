/* tests/unit/core/base/test_faultguard.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/faultguard.h"
#include "tests/unit/core/base/tempdir.h"

#define MIB	((size_t)1 << 20)

/* A file of so many octets, the first 4 MiB of them 1, mapped for reading. */
static const uint8_t *
map_file(const char *name, size_t len, int *fd)
{
	static uint8_t ones[MIB];
	uint8_t *p;

	*fd = open(tempdir_file(&tempdir, name), O_RDWR | O_CREAT | O_TRUNC,
	    0600);
	assert_int_not_equal(*fd, -1);
	for (size_t i = 0; i < MIB; i++)
		ones[i] = 1;
	for (size_t at = 0; at < len && at < 4 * MIB; at += MIB)
		assert_int_equal(write(*fd, ones, MIB), MIB);
	assert_int_equal(ftruncate(*fd, (off_t)len), 0);
	p = mmap(NULL, len, PROT_READ, MAP_SHARED, *fd, 0);
	assert_true(p != MAP_FAILED);
	return p;
}

static void
unmap_file(const uint8_t *p, size_t len, int fd)
{
	assert_int_equal(munmap((void *)(uintptr_t)p, len), 0);
	assert_int_equal(close(fd), 0);
}

static uint8_t
octet_at(const uint8_t *p)
{
	return *(const volatile uint8_t *)p;
}

static void
what_is_gone_reads_as_zeros_and_is_counted(void **state)
{
	int fd;
	const uint8_t *p = map_file("cut", 4 * MIB, &fd);
	const atomic_uint *faults = faultguard_add(p, 4 * MIB, PROT_READ);

	(void)state;
	assert_non_null(faults);
	assert_int_equal(octet_at(p + 4 * MIB - 1), 1);
	assert_int_equal(atomic_load(faults), 0);
	assert_int_equal(ftruncate(fd, MIB), 0);
	assert_int_equal(octet_at(p + 4 * MIB - 1), 0);
	assert_int_equal(atomic_load(faults), 1);
	assert_int_equal(octet_at(p + 3 * MIB), 0);	/* the same piece */
	assert_int_equal(atomic_load(faults), 1);
	assert_int_equal(octet_at(p + 2 * MIB - 1), 0);
	assert_int_equal(atomic_load(faults), 2);
	assert_int_equal(octet_at(p + MIB - 1), 1);	/* and this is there */
	faultguard_remove(&faults);
	assert_null(faults);
	unmap_file(p, 4 * MIB, fd);
}

static void
what_is_written_where_nothing_is_goes_to_no_file(void **state)
{
	int fd = open(tempdir_file(&tempdir, "written"), O_RDWR | O_CREAT,
	    0600);
	const atomic_uint *faults;
	uint8_t *p;

	(void)state;
	assert_int_equal(ftruncate(fd, 2 * MIB), 0);
	p = mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(p != MAP_FAILED);
	faults = faultguard_add(p, 2 * MIB, PROT_READ | PROT_WRITE);
	assert_int_equal(ftruncate(fd, MIB), 0);
	p[MIB - 1] = 7;
	assert_int_equal(atomic_load(faults), 0);
	p[MIB + 5] = 7;
	assert_int_equal(atomic_load(faults), 1);
	assert_int_equal(octet_at(p + MIB + 5), 7);
	assert_int_equal(octet_at(p + MIB - 1), 7);
	faultguard_remove(&faults);
	assert_int_equal(ftruncate(fd, 2 * MIB), 0);
	assert_int_equal(pread(fd, p, 1, MIB + 5), 1);
	assert_int_equal(*p, 0);
	unmap_file(p, 2 * MIB, fd);
}

/* Mappings are counted by the system: a disk that fails everywhere must not use
 * them up. */
static void
after_many_faults_all_of_it_goes_at_once(void **state)
{
	int fd;
	const uint8_t *p = map_file("many", 80 * MIB, &fd);
	const atomic_uint *faults = faultguard_add(p, 80 * MIB, PROT_READ);

	(void)state;
	assert_int_equal(ftruncate(fd, MIB), 0);
	for (size_t i = 79; i > 0; i--)
		assert_int_equal(octet_at(p + i * MIB), 0);
	assert_in_range(atomic_load(faults), 64, 66);
	assert_int_equal(octet_at(p), 0);
	faultguard_remove(&faults);
	unmap_file(p, 80 * MIB, fd);
}

/* In a child: it is to die. */
static int
status_of_a_child_that_reads(const uint8_t *p)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t child = fork();

	assert_int_not_equal(child, -1);
	if (child == 0) {
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)close(2);		/* what a sanitizer has to say */
		_exit(octet_at(p) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
a_fault_elsewhere_is_not_ours(void **state)
{
	int fd, other;
	const uint8_t *p = map_file("guarded", MIB, &fd),
	    *q = map_file("not", MIB, &other);
	const atomic_uint *faults;

	(void)state;
	/* What was there before ours: not the handler of these tests. */
	(void)signal(SIGBUS, SIG_DFL);
	faults = faultguard_add(p, MIB, PROT_READ);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(ftruncate(other, 0), 0);
	assert_int_equal(status_of_a_child_that_reads(p), 0);
	assert_int_not_equal(status_of_a_child_that_reads(q), 0);
	faultguard_remove(&faults);
	assert_int_not_equal(status_of_a_child_that_reads(p), 0);
	unmap_file(p, MIB, fd);
	unmap_file(q, MIB, other);
}

static void
only_so_many_are_guarded(void **state)
{
	const atomic_uint *all[FAULTGUARD_MAX];
	static const uint8_t here[1];

	(void)state;
	for (size_t i = 0; i < FAULTGUARD_MAX; i++)
		assert_non_null(all[i] = faultguard_add(here, 1, PROT_READ));
	assert_null(faultguard_add(here, 1, PROT_READ));
	faultguard_remove(&all[5]);
	assert_non_null(all[5] = faultguard_add(here, 1, PROT_READ));
	for (size_t i = 0; i < FAULTGUARD_MAX; i++)
		faultguard_remove(&all[i]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_gone_reads_as_zeros_and_is_counted),
		cmocka_unit_test(
		    what_is_written_where_nothing_is_goes_to_no_file),
		cmocka_unit_test(after_many_faults_all_of_it_goes_at_once),
		cmocka_unit_test(a_fault_elsewhere_is_not_ours),
		cmocka_unit_test(only_so_many_are_guarded),
	};

	return cmocka_run_group_tests_name("faultguard", tests,
	    tempdir_set_up, tempdir_tear_down);
}
