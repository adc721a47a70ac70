/* tests/unit/gtmd/path/test_pathhome.c - which server this process is, by addresses
 * of a network of our own and by listeners.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathhome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/server.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define OURS	"198.51.100.7"		/* where there is a network of our own */

static bool has_ours;

static bool
ip(char *const *argv)
{
	int status = -1;
	pid_t pid;

	return posix_spawnp(&pid, "ip", NULL, NULL, argv, environ) == 0 &&
	    waitpid(pid, &status, 0) == pid && status == 0;
}

static int
make_network(void **state)
{
	char name[] = "ip", link[] = "link", set[] = "set", lo[] = "lo",
	    up[] = "up", addr[] = "addr", add[] = "add", ours[] = OURS "/32",
	    dev[] = "dev";
	char *first[] = { name, link, set, lo, up, NULL },
	    *second[] = { name, addr, add, ours, dev, lo, NULL };

	(void)state;
	has_ours = unshare(CLONE_NEWNET) == 0 && ip(first) && ip(second);
	return 0;
}

/* A data center and a server with one device of this address. */
#define SERVER(name, address)						\
	"gtm datacenter /Common/dc-" name " { }\n"			\
	"gtm server /Common/" name " {\n    datacenter /Common/dc-" name "\n" \
	"    product generic-host\n    devices {\n        d {\n"	\
	"            addresses {\n                " address " { }\n"	\
	"            }\n        }\n    }\n}\n"

#define LISTENER(address, more)						\
	"gtm listener /Common/l {\n    address " address "\n    port 5353\n" \
	more "}\n"

static struct model *
model_of(const char *text)
{
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(m, text);

	modeltext_apply(m, &d);
	return m;
}

/* want NULL = nowhere. */
static void
expect(const char *text, const char *want)
{
	struct model *m = model_of(text);
	const char *home = pathhome_find(m);

	if (want == NULL)
		assert_null(home);
	else if (home == NULL || strcmp(home, want) != 0)
		fail_msg("home is %s, not %s", home != NULL ? home : "none",
		    want);
	model_free(&m);
}

static void
a_device_with_an_address_of_the_host_is_home(void **state)
{
	struct addr a;

	(void)state;
	if (!has_ours)
		skip();
	assert_int_equal(addr_parse(OURS, &a), 0);
	assert_true(pathhome_is_here(&a));
	assert_int_equal(addr_parse("198.51.100.8", &a), 0);
	assert_false(pathhome_is_here(&a));
	expect(SERVER("a", "198.51.100.8"), NULL);
	expect(SERVER("a", "198.51.100.8") SERVER("b", OURS), "/Common/dc-b");
}

static void
of_several_the_first_by_name_is_home(void **state)
{
	struct model *m;

	(void)state;
	if (!has_ours)
		skip();
	expect(SERVER("z", OURS) SERVER("m", OURS) SERVER("x", OURS),
	    "/Common/dc-m");
	m = model_of(SERVER("z", OURS) SERVER("m", OURS));
	assert_string_equal(pathhome_server(m)->obj.name, "/Common/m");
	model_free(&m);
}

/* Every host has them. */
static void
a_loopback_address_is_ours_when_we_listen_there(void **state)
{
	struct addr a;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1", &a), 0);
	assert_true(pathhome_is_here(&a) || !has_ours);
	expect(SERVER("a", "127.0.0.1") SERVER("b", "::1"), NULL);
	expect(SERVER("a", "127.0.0.1") LISTENER("127.0.0.2", ""), NULL);
	expect(SERVER("a", "127.0.0.1") LISTENER("127.0.0.1", ""),
	    "/Common/dc-a");
	expect(SERVER("a", "127.0.0.1") SERVER("b", "::1") LISTENER("::1", ""),
	    "/Common/dc-b");
}

/* As behind a balancer that keeps the address. */
static void
a_listener_counts_wherever_its_address_is(void **state)
{
	(void)state;
	expect(SERVER("a", "203.0.113.9") LISTENER("203.0.113.9", ""),
	    "/Common/dc-a");
	expect(SERVER("a", "203.0.113.9") LISTENER("203.0.113.9",
	    "    disabled\n"), NULL);
}

static void
a_home_is_needed_where_a_pool_goes_by_paths(void **state)
{
	static const struct { const char *pool; bool want; } row[] = {
		{ "gtm pool a /Common/p { }\n", false },
		{ "gtm pool a /Common/p {\n"
		    "    load-balancing-mode lowest-round-trip-time\n}\n",
		    true },
		{ "gtm pool aaaa /Common/p {\n"
		    "    load-balancing-mode fewest-hops\n}\n", true },
		{ "gtm pool a /Common/p {\n"
		    "    fallback-mode completion-rate\n}\n", true },
		{ "gtm pool a /Common/p {\n"
		    "    load-balancing-mode least-connections\n}\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct model *m = model_of(row[i].pool);

		if (pathhome_is_needed(m) != row[i].want)
			fail_msg("%s", row[i].pool);
		model_free(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_with_an_address_of_the_host_is_home),
		cmocka_unit_test(of_several_the_first_by_name_is_home),
		cmocka_unit_test(
		    a_loopback_address_is_ours_when_we_listen_there),
		cmocka_unit_test(a_listener_counts_wherever_its_address_is),
		cmocka_unit_test(a_home_is_needed_where_a_pool_goes_by_paths),
	};

	return cmocka_run_group_tests_name("pathhome", tests, make_network,
	    NULL);
}
