/* tests/unit/gtmd/serve/test_xdpwish.c - which queries are taken where.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/xdpwish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/serve/xdpport.h"
#include "gtmd/types/listener.h"
#include "gtmd/xdp/xdpnet.h"

struct line {
	const char	*address;
	bool		 on;
	const char	*interface;	/* NULL = by the address */
};

static void
add_line(struct xdpwishes *w, const struct line *l)
{
	char *names[] = { (char *)(uintptr_t)l->interface };
	struct listener cfg = { .port = 53, .xdp = l->on };

	assert_int_equal(addr_parse(l->address, &cfg.address), 0);
	if (l->interface != NULL)
		cfg.xdp_interfaces = (struct strlist){ names, 1 };
	xdpwish_add(w, &cfg);
}

/* Puts the places into text, in their order, each with a blank behind it. */
static void
places(const struct line *lines, size_t count, const char *interface,
    char *text, size_t room)
{
	struct addr has[3];
	const struct xdpnet_interface i = { .addresses = has, .count = 3 };
	struct xdpnet_interface named = i;
	struct xdpwishes w = { 0 };
	struct xdpport_places at = { 0 };
	char one[ADDR_TEXT_MAX];
	size_t len = 0;

	(void)addr_parse("192.0.2.1", &has[0]);
	(void)addr_parse("192.0.2.2", &has[1]);
	(void)addr_parse("2001:db8::1", &has[2]);
	(void)snprintf(named.name, sizeof(named.name), "%s", interface);
	for (size_t k = 0; k < count; k++)
		add_line(&w, &lines[k]);
	xdpwish_places(&w, &named, &at);
	text[0] = '\0';
	for (size_t k = 0; k < at.count; k++)
		len += (size_t)snprintf(text + len, room - len, "%s ",
		    addr_format_port(&at.v[k], one));
	free(at.v);
	xdpwish_fini(&w);
	assert_null(w.v);
}

static void
each_listener_has_its_places(void **state)
{
	static const struct {
		struct line	 lines[3];
		size_t		 count;
		const char	*interface, *want;
	} cases[] = {
		{ { { "192.0.2.1", true, NULL } }, 1, "eth0",
		  "192.0.2.1:53 " },
		{ { { "192.0.2.1", false, NULL } }, 1, "eth0", "" },
		{ { { "192.0.2.9", true, NULL } }, 1, "eth0", "" },
		/* a name: there, and only there, whatever it has */
		{ { { "192.0.2.9", true, "eth0" } }, 1, "eth0",
		  "192.0.2.9:53 " },
		{ { { "192.0.2.1", true, "eth1" } }, 1, "eth0", "" },
		/* wildcards are of one family */
		{ { { "0.0.0.0", true, NULL } }, 1, "eth0",
		  "192.0.2.1:53 192.0.2.2:53 " },
		{ { { "::", true, NULL } }, 1, "eth0", "2001:db8::1.53 " },
		{ { { "::", true, "eth1" } }, 1, "eth0", "" },
		/* none twice, and none that another wants for its sockets */
		{ { { "0.0.0.0", true, NULL }, { "192.0.2.2", true, NULL } },
		  2, "eth0", "192.0.2.1:53 192.0.2.2:53 " },
		{ { { "0.0.0.0", true, NULL }, { "192.0.2.2", false, NULL },
		    { "::", true, NULL } }, 3, "eth0",
		  "192.0.2.1:53 2001:db8::1.53 " },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		places(cases[i].lines, cases[i].count, cases[i].interface,
		    text, sizeof(text));
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("case %zu: \"%s\", want \"%s\"", i, text,
			    cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_listener_has_its_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
