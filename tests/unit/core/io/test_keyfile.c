/* tests/unit/core/io/test_keyfile.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/keyfile.h"
#include "tests/unit/core/base/tempdir.h"

#define HEX	"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
#define BASE64	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const char *
path(void)
{
	return tempdir_file(&tempdir, "key");
}

static int
load(const char *text, mode_t mode, uint8_t key[KEYFILE_OCTETS],
    struct err *e)
{
	int rc;

	tempdir_write(path(), text, strlen(text));
	assert_int_equal(chmod(path(), mode), 0);
	memset(key, 0xee, KEYFILE_OCTETS);
	rc = keyfile_load(path(), key, e);
	assert_int_equal(unlink(path()), 0);
	return rc;
}

static void
a_key_may_be_written_in_several_ways(void **state)
{
	static const char *const texts[] = {
		HEX, HEX "\n", "  " HEX "\r\n", BASE64, BASE64 "=", BASE64
		"=\n", "\t" BASE64 "\n\n",
	};
	uint8_t key[KEYFILE_OCTETS];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (load(texts[i], 0600, key, &e) != 0)
			fail_msg("%zu: %s", i, e.text);
		for (uint8_t n = 0; n < sizeof(key); n++)
			assert_int_equal(key[n], n);
	}
	assert_int_equal(load("//////////////////////////////////////////8=",
	    0400, key, &e), 0);
	assert_int_equal(key[31], 0xff);
}

static void
what_is_no_key_is_refused_and_not_told(void **state)
{
	static const char *const texts[] = {
		"", "\n", "secret", HEX "0", HEX HEX, "x" HEX, BASE64 "==",
		BASE64 "-", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
		"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1Eg0",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH-8",
		HEX "\n" HEX,
	};
	uint8_t key[KEYFILE_OCTETS];
	char longer[400];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (load(texts[i], 0600, key, &e) != ERR_PARSE)
			fail_msg("%zu is taken", i);
		assert_non_null(strstr(e.text, "key file "));
		assert_non_null(strstr(e.text, ": it is not 64 hexadecimal"));
		assert_null(strstr(e.text, "secret"));
	}
	memset(longer, ' ', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer, HEX, sizeof(HEX) - 1);
	assert_int_equal(load(longer, 0600, key, &e), ERR_PARSE);
}

static void
others_may_not_read_it(void **state)
{
	static const struct { mode_t mode; int ours, roots; } step[] = {
		{ 0600, 0, 0 }, { 0400, 0, 0 }, { 0700, 0, 0 },
		{ 0640, ERR_DENIED, 0 }, { 0440, ERR_DENIED, 0 },
		{ 0660, ERR_DENIED, ERR_DENIED },
		{ 0604, ERR_DENIED, ERR_DENIED },
		{ 0601, ERR_DENIED, ERR_DENIED },
	};
	uint8_t key[KEYFILE_OCTETS];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		assert_int_equal(load(HEX, step[i].mode, key, &e),
		    getuid() == 0 ? step[i].roots : step[i].ours);
}

static void
what_is_no_file_is_told(void **state)
{
	uint8_t key[KEYFILE_OCTETS];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(keyfile_load(path(), key, &e), ERR_IO);
	assert_non_null(strstr(e.text, "cannot open"));
	assert_int_equal(keyfile_load(tempdir.path, key, &e), ERR_REF);
	/* Nor is a pipe that nobody writes to waited for. */
	assert_int_equal(mkfifo(path(), 0600), 0);
	assert_int_equal(keyfile_load(path(), key, &e), ERR_REF);
	assert_int_equal(unlink(path()), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_may_be_written_in_several_ways),
		cmocka_unit_test(what_is_no_key_is_refused_and_not_told),
		cmocka_unit_test(others_may_not_read_it),
		cmocka_unit_test(what_is_no_file_is_told),
	};

	return cmocka_run_group_tests_name("keyfile", tests, tempdir_set_up,
	    tempdir_tear_down);
}
