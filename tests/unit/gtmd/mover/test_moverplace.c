/* tests/unit/gtmd/mover/test_moverplace.c - hypervisors as drivers want to know them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/model/store.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverplace.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define EXEC	"program x"
#define QMP(socket, rows)	"driver qmp qmp-socket " socket " " rows

struct stage {
	struct moverstage base;
	struct migspec	*spec;
	struct moverplace at;
	struct err	 e;
};

static struct stage t;

static void
begin(const char *text)
{
	moverstage_open(&t.base, text);
	t.spec = moverstage_spec(&t.base, 1);
}

static int
tear_down(void **state)
{
	(void)state;
	migspec_free(&t.spec);
	moverstage_close(&t.base);
	return 0;
}

static int
find(bool back)
{
	const struct moverplace_way way = { t.spec, 0, back };

	t.e = (struct err){ 0 };
	return moverplace_find(store_model(t.base.store), &way, &t.at, &t.e);
}

/* The way home is the way there with its ends changed over. */
static void
places_are_what_drivers_want(void **state)
{
	(void)state;
	begin(MOVERSTAGE_TEXT(QMP("/q/%h", "migrate-address 10.0.0.5:4444"),
	    QMP("/r/%h", "migrate-address 10.0.0.6:4444 incoming-address "
	    "127.0.0.1:5555 storage-address 10.0.0.6:6666"),
	    "hosts { vm { port-offset 3 memory 2 storage 1 station "
	    "02:00:00:00:00:01 addresses { 10.0.0.9 } } }"));
	assert_int_equal(find(false), 0);
	assert_int_equal(t.at.from_place.kind, DRIVER_QMP);
	assert_string_equal(t.at.from_place.name, "/Common/l");
	assert_string_equal(t.at.from_place.datacenter, "/Common/a");
	assert_string_equal(t.at.from_place.qmp_socket, "/q/%h");
	/* Where it is not said where it listens it is where it is reached. */
	assert_int_equal(t.at.from_place.migrate_listen.port, 4447);
	assert_int_equal(t.at.to_place.migrate.port, 4447);
	assert_int_equal(t.at.to_place.migrate_listen.port, 5558);
	assert_int_equal(t.at.to_place.storage_listen.port, 6669);
	assert_int_equal(t.at.from_place.storage.port, 0);
	assert_int_equal(t.at.host.memory_octets, 2 << 20);
	assert_int_equal(t.at.host.storage_octets, 1 << 20);
	assert_string_equal(t.at.host.station, "02:00:00:00:00:01");
	assert_string_equal(t.at.host.addresses[0], "10.0.0.9");
	assert_int_equal(t.at.host.address_count, 1);
	assert_int_equal(find(true), 0);
	assert_string_equal(t.at.from_place.name, "/Common/r");
	assert_string_equal(t.at.to_place.name, "/Common/l");
	assert_ptr_equal(t.at.host.name, t.spec->hosts[0].name);
}

static void
programs_are_what_drivers_want(void **state)
{
	(void)state;
	begin(MOVERSTAGE_TEXT("program \"x --site a\" user mover", EXEC,
	    "hosts { vm { } }"));
	assert_int_equal(find(false), 0);
	assert_int_equal(t.at.from_place.kind, DRIVER_EXEC);
	assert_string_equal(t.at.from_place.program, "x --site a");
	assert_string_equal(t.at.from_place.user, "mover");
	assert_null(t.at.to_place.user);
	assert_int_equal(t.at.to_place.migrate.port, 0);
}

/* Hypervisors may have been changed since a record was begun that goes on. */
static void
a_port_that_there_is_not_is_told(void **state)
{
	(void)state;
	begin(MOVERSTAGE_TEXT(QMP("/q/%h", "migrate-address 10.0.0.5:4444"),
	    QMP("/r/%h", "migrate-address 10.0.0.6:65000"),
	    "hosts { vm { } }"));
	t.spec->hosts[0].port_offset = 1000;
	assert_int_equal(find(false), ERR_RANGE);
	assert_string_equal(t.e.text, "host vm: port-offset: 1000 is too much "
	    "for port 65000 of hypervisor /Common/r");
	assert_int_equal(find(true), ERR_RANGE);
	t.spec->hosts[0].port_offset = 535;
	assert_int_equal(find(false), 0);
	assert_int_equal(t.at.to_place.migrate.port, 65535);
}

static void
a_place_that_is_gone_is_told(void **state)
{
	(void)state;
	begin(MOVERSTAGE_TEXT(EXEC, EXEC, "hosts { vm { } }"));
	t.spec->hosts[0].from_hypervisor[8] = 'x';
	assert_int_equal(find(false), ERR_REF);
	assert_string_equal(t.e.text, "host vm: there is no hypervisor "
	    "/Common/x");
	assert_int_equal(find(true), ERR_REF);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, NULL, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(places_are_what_drivers_want),
		TEST(programs_are_what_drivers_want),
		TEST(a_port_that_there_is_not_is_told),
		TEST(a_place_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
