/* tests/unit/gtmd/serve/test_listenmanner.c - what a listener's files and networks
 * come to, and what is said of those that do not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/tls.h"
#include "core/model/draft.h"
#include "gtmd/serve/listenmanner.h"
#include "gtmd/serve/tcpstream.h"
#include "gtmd/types/listener.h"
#include "tests/unit/core/io/credentials.h"
#include "tests/unit/gtmd/types/modeltext.h"

/* Reads the listener with these lines. The manner is the caller's to end. */
static int
read_one(const char *lines, const char *dir, struct tcpmanner *m,
    struct diag *out)
{
	char *text = mem_printf("gtm listener /Common/l { address 127.0.0.1\n"
	    "port 5300\nip-protocol tcp\n%s }\n", lines);
	struct draft *d = modeltext_draft(NULL, text);
	const struct object *o = draft_find(d, &listener_type, "/Common/l");
	int rc;

	assert_non_null(o);
	rc = listenmanner_read(m, (const struct listener *)o, dir, out);
	assert_int_equal(listenmanner_verify(d, dir, out) == 0, rc == 0);
	draft_free(&d);
	free(text);
	return rc;
}

static void
plain_is_nothing_at_all(void **state)
{
	struct tcpmanner m;
	struct diag out;

	(void)state;
	diag_init(&out);
	assert_int_equal(read_one("", "/", &m, &out), 0);
	assert_null(m.tls);
	assert_int_equal(m.proxies.count, 0);
	assert_int_equal(out.errors + out.warnings, 0);
	diag_fini(&out);
}

static void
networks_and_files_are_taken_up(void **state)
{
	struct credentials c;
	struct tcpmanner m;
	struct diag out;

	(void)state;
	credentials_make(&c, 30);
	diag_init(&out);
	assert_int_equal(read_one("proxy-protocol-from { 192.0.2.0/24 ::1 }\n"
	    "tls-certificate cert.pem\ntls-key key.pem\n", c.dir, &m, &out), 0);
	assert_non_null(m.tls);
	assert_int_equal(m.proxies.count, 2);
	assert_int_equal(out.errors + out.warnings, 0);
	tls_free(&m.tls);
	diag_fini(&out);
	credentials_remove(&c);
}

/* Each is found twice here: when it is read, and when it is verified. */
static void
what_is_wrong_is_said(void **state)
{
	struct credentials c;
	struct tcpmanner m;
	struct diag out;

	(void)state;
	credentials_make(&c, -1);
	diag_init(&out);
	assert_int_equal(read_one("tls-certificate cert.pem\n"
	    "tls-key key.pem\n", c.dir, &m, &out), 0);
	assert_int_equal(out.warnings, 2);	/* it has expired */
	tls_free(&m.tls);
	assert_int_not_equal(read_one("tls-certificate cert.pem\n"
	    "tls-key none.pem\n", c.dir, &m, &out), 0);
	assert_null(m.tls);
	assert_int_equal(out.errors, 2);
	diag_fini(&out);
	credentials_remove(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_is_nothing_at_all),
		cmocka_unit_test(networks_and_files_are_taken_up),
		cmocka_unit_test(what_is_wrong_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
