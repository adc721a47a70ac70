/* tests/unit/wom/control/test_womverify.c - a file is judged with the certificates it
 * names, and nothing is touched. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "tests/unit/core/base/tempdir.h"
#include "wom/control/womverify.h"

static void
expect(const char *text, const char *said)
{
	const char *path = tempdir_file(&tempdir, "other.conf");
	struct diag d;
	int rc;

	tempdir_write(path, text, strlen(text));
	diag_init(&d);
	rc = womverify_config(path, false, &d);
	if (said == NULL)
		assert_int_equal(rc, 0);
	else if (rc == 0 || d.count == 0 ||
	    strstr(d.entries[0].text, said) == NULL)
		fail_msg("%d %s", rc, d.count > 0 ? d.entries[0].text : "");
	diag_fini(&d);
}

static void
files_are_judged_with_what_they_name(void **state)
{
	struct diag d;

	(void)state;
	expect("", NULL);
	expect("wom remote-endpoint r {\naddress 192.0.2.1\n}\n", NULL);
	expect("wom remote-endpoint r {\naddress 192.0.2\n}\n", "192.0.2");
	expect("ltm profile client-ssl p {\ncert /no/c.pem\nkey /no/k.pem\n"
	    "ca-file /no/ca.pem\n}\nwom local-endpoint {\naddresses {\n"
	    "127.0.0.1\n}\nclient-ssl p\n}\n", "/no/");
	/* No socket is opened: the address need not be ours. */
	expect("wom optimized-application a {\nmode explicit\nlisten "
	    "192.0.2.1:80\ndestination 192.0.2.2:80\n}\n", NULL);
	diag_init(&d);
	assert_int_not_equal(womverify_config("/no/such/file", false, &d), 0);
	assert_int_equal(d.errors, 1);
	diag_fini(&d);
	assert_int_equal(access(tempdir_file(&tempdir, "site"), F_OK), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    files_are_judged_with_what_they_name, wombed_setup,
		    wombed_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
