/* tests/unit/wom/tunnel/test_pemfile.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/pem.h>

#include "core/base/err.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/tunnel/pemfile.h"

static struct certs certs;
static char path[CERTS_PATH];

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_revoke(&certs, 1, 100);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	certs_fini(&certs);
	return 0;
}

/* What of each kind is in a file. */
static void
holds(const char *file, size_t certificates, size_t lists, bool key)
{
	struct err e = { .code = 0 };
	struct pemfile f;

	if (pemfile_read(&f, certs_path(&certs, file, path), NULL, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(f.certs.count, certificates);
	assert_int_equal(f.crls.count, lists);
	assert_int_equal(f.key != NULL, key);
	pemfile_fini(&f);
}

static void
append(const char *to, const char *from)
{
	char other[CERTS_PATH], text[8192];
	FILE *in = fopen(certs_path(&certs, from, path), "r");
	FILE *out = fopen(certs_path(&certs, to, other), "a");
	size_t n;

	assert_true(in != NULL && out != NULL);
	n = fread(text, 1, sizeof(text), in);
	assert_int_equal(fwrite(text, 1, n, out), n);
	fclose(in);
	fclose(out);
}

static void
all_kinds_are_found_in_one_file(void **state)
{
	(void)state;
	holds("a.pem", 1, 0, false);
	holds("a.key", 0, 0, true);
	holds("crl.pem", 0, 1, false);
	append("all.pem", "a.key");
	append("all.pem", "a.pem");
	append("all.pem", "crl.pem");
	append("all.pem", "ca.pem");
	holds("all.pem", 2, 1, true);
}

static void
a_locked_key_wants_its_passphrase(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct pemfile f;
	FILE *out = fopen(certs_path(&certs, "locked.key", path), "w");

	(void)state;
	assert_non_null(out);
	assert_int_equal(PEM_write_PrivateKey(out, key, EVP_aes_256_cbc(),
	    (const unsigned char *)"secret", 6, NULL, NULL), 1);
	fclose(out);
	EVP_PKEY_free(key);
	assert_int_equal(pemfile_read(&f, path, NULL, NULL), 0);
	assert_true(f.key == NULL && f.locked);
	pemfile_fini(&f);
	assert_int_equal(pemfile_read(&f, path, "wrong", NULL), 0);
	assert_true(f.key == NULL && f.locked);
	pemfile_fini(&f);
	assert_int_equal(pemfile_read(&f, path, "secret", NULL), 0);
	assert_true(f.key != NULL && !f.locked);
	pemfile_fini(&f);
}

static void
a_sum_tells_files_apart(void **state)
{
	uint8_t one[PEMFILE_SUM] = { 0 }, two[PEMFILE_SUM] = { 0 };
	struct pemfile f;

	(void)state;
	assert_int_equal(pemfile_read(&f, certs_path(&certs, "a.pem", path),
	    NULL, NULL), 0);
	pemfile_mix(&f, one);
	pemfile_mix(&f, two);
	assert_memory_equal(one, two, sizeof(one));
	pemfile_mix_octets("", 0, two);
	assert_memory_not_equal(one, two, sizeof(one));
	pemfile_fini(&f);
}

static void
what_is_no_file_is_not_read(void **state)
{
	struct err e = { .code = 0 };
	struct pemfile f;

	(void)state;
	assert_int_equal(pemfile_read(&f, certs_path(&certs, "none", path),
	    NULL, &e), ERR_REF);
	assert_non_null(strstr(e.text, "none: No such file"));
	assert_true(pemfile_read(&f, "/dev/zero", NULL, &e) < 0);
	assert_true(pemfile_read(&f, certs.folder, NULL, &e) < 0);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_kinds_are_found_in_one_file),
		TEST(a_locked_key_wants_its_passphrase),
		TEST(a_sum_tells_files_apart),
		TEST(what_is_no_file_is_not_read),
	};

	return cmocka_run_group_tests_name("pemfile", tests, NULL, NULL);
}
