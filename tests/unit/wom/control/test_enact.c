/* tests/unit/wom/control/test_enact.c - what a configuration asks for counts, and
 * what cannot be changes nothing. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/control/wombed.h"

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "wom/control/enact.h"
#include "wom/control/wish.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/lanlisten.h"
#include "wom/peer/hub.h"

#define LOCAL(port)							\
	"wom local-endpoint {\naddresses {\n127.0.0.1\n}\nclient-ssl in\n"	\
	"server-ssl out\ntunnel-port " port "\n}\n"
#define PEER(name, end)							\
	"wom remote-endpoint " name " {\naddress 192.0.2." end		\
	"\nconnections 1\n}\n"
#define APP(listen)							\
	"wom optimized-application bulk {\nmode explicit\nlisten " listen	\
	"\ndestination 192.0.2.9:80\n}\n"

static bool
is_reached(const char *where)
{
	struct sockaddr_storage ss;
	struct addrport at;
	socklen_t len;
	int fd, rc;

	assert_int_equal(addr_parse_port(where, &at), 0);
	len = addr_to_sockaddr(&at.addr, at.port, &ss);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(fd, -1);
	rc = connect(fd, (struct sockaddr *)&ss, len);
	(void)close(fd);
	return rc == 0;
}

/* The door's thread lets go of its own copy of a socket when it comes to it. */
static bool
is_gone(const char *where)
{
	mono_ns end = clock_mono(&clock_system) + 10 * CLOCK_S;

	while (is_reached(where)) {
		if (clock_mono(&clock_system) > end)
			return false;
		loop_poll(wombed.life.loop);
		(void)sched_yield();
	}
	return true;
}

static void
load(const char *text)
{
	char *found;

	if (wombed_load(text, &found) != 0)
		fail_msg("%s", found);
	free(found);
}

static void
refused(const char *text, const char *said)
{
	const struct wish *before = enact_wish(wombed.enact);
	uint64_t serial = store_serial(wombed.life.store);
	char *found;

	assert_int_not_equal(wombed_load(text, &found), 0);
	if (strstr(found, said) == NULL)
		fail_msg("%s", found);
	free(found);
	assert_ptr_equal(enact_wish(wombed.enact), before);
	assert_true(store_serial(wombed.life.store) == serial);
}

static void
what_is_configured_is_there_and_what_is_not_is_gone(void **state)
{
	struct hub *h;

	(void)state;
	assert_null(enact_hub(wombed.enact));
	load(WOMBED_TLS LOCAL("17431") PEER("a", "1") PEER("b", "2")
	    APP("127.0.0.1:17432"));
	h = enact_hub(wombed.enact);
	assert_true(is_reached("127.0.0.1:17431"));
	assert_true(is_reached("127.0.0.1:17432"));
	assert_non_null(hub_view(h, "/Common/a"));
	assert_non_null(hub_view(h, "/Common/b"));
	load(WOMBED_TLS LOCAL("17433") PEER("b", "2"));
	assert_ptr_equal(enact_hub(wombed.enact), h);
	assert_true(is_gone("127.0.0.1:17431"));
	assert_true(is_gone("127.0.0.1:17432"));
	assert_true(is_reached("127.0.0.1:17433"));
	assert_null(hub_view(h, "/Common/a"));
	assert_non_null(hub_view(h, "/Common/b"));
	assert_int_equal(lanapps_count(lanlisten_apps(enact_lan(
	    wombed.enact))), 0);
	load("");
	assert_true(is_gone("127.0.0.1:17433"));
}

static void
what_cannot_be_changes_nothing(void **state)
{
	(void)state;
	load(WOMBED_TLS LOCAL("17434") PEER("a", "1"));
	/* An address that is not ours, and what would have been opened. */
	refused(WOMBED_TLS LOCAL("17435") PEER("a", "1")
	    APP("192.0.2.200:17436"), "192.0.2.200");
	assert_true(is_gone("127.0.0.1:17435"));
	assert_true(is_reached("127.0.0.1:17434"));
	/* A certificate that is not there. */
	refused("ltm profile client-ssl in {\ncert /nowhere/c\nkey "
	    "/nowhere/k\nca-file /nowhere/ca\n}\nltm profile server-ssl out "
	    "{\ncert /nowhere/c\nkey /nowhere/k\nca-file /nowhere/ca\n}\n"
	    LOCAL("17434") PEER("a", "1"), "/nowhere/");
	assert_true(is_reached("127.0.0.1:17434"));
	assert_non_null(hub_view(enact_hub(wombed.enact), "/Common/a"));
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, wombed_setup, \
    wombed_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(what_is_configured_is_there_and_what_is_not_is_gone),
		RULE(what_cannot_be_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
