/* tests/unit/gtmd/drive/test_drivercopy.c - an order is whole without who gave
 * it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gtmd/drive/drivercopy.h"

static void
all_texts_are_the_copys_own(void **state)
{
	char texts[8][8] = { "id", "a", "dc", "run", "user", "/q/%h", "vm",
	    "1.2.3.4" };
	const char *addresses[] = { texts[7], texts[7] };
	struct driver_place from = { .name = texts[1], .datacenter = texts[2],
	    .kind = DRIVER_QMP, .program = texts[3], .user = texts[4],
	    .qmp_socket = texts[5], .migrate.port = 7 }, to = { .name = "b" };
	struct driver_host host = { .name = texts[6], .station = texts[6],
	    .addresses = addresses, .address_count = 2, .memory_octets = 9 };
	struct driver_order o = { .id = texts[0], .action = DRIVER_VERIFY,
	    .from = &from, .to = &to, .host = &host, .deadline = 3 };
	const struct driver_order *c;
	struct drivercopy copy;

	(void)state;
	drivercopy_init(&copy, &o);
	memset(texts, 'x', sizeof(texts));
	addresses[0] = addresses[1] = NULL;
	from = to = (struct driver_place){ .name = NULL };
	host = (struct driver_host){ .name = NULL };
	o = (struct driver_order){ .id = NULL };
	c = &copy.order;
	assert_string_equal(c->id, "id");
	assert_int_equal(c->action, DRIVER_VERIFY);
	assert_int_equal(c->deadline, 3);
	assert_string_equal(c->from->name, "a");
	assert_string_equal(c->from->datacenter, "dc");
	assert_string_equal(c->from->program, "run");
	assert_string_equal(c->from->user, "user");
	assert_string_equal(c->from->qmp_socket, "/q/%h");
	assert_int_equal(c->from->migrate.port, 7);
	assert_string_equal(c->to->name, "b");
	assert_null(c->to->program);
	assert_string_equal(c->host->name, "vm");
	assert_string_equal(c->host->station, "vm");
	assert_int_equal(c->host->address_count, 2);
	assert_string_equal(c->host->addresses[1], "1.2.3.4");
	assert_int_equal(c->host->memory_octets, 9);
	drivercopy_fini(&copy);
	drivercopy_fini(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_texts_are_the_copys_own),
	};

	return cmocka_run_group_tests_name("drivercopy", tests, NULL, NULL);
}
