/* tests/unit/gtmd/serve/test_listeners.c - listeners change as a whole or not at
 * all, and only with a change that concerns them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/sock.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/listeners.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/settings.h"
#include "tests/unit/gtmd/types/modeltext.h"

struct scene {
	struct model	*model;
	struct world	 world;
	struct listeners *listeners;
	struct diag	 found;
	uint16_t	 port;		/* free for both protocols */
};

static int
listen_at(uint16_t port, struct addrport *local)
{
	struct err e;

	assert_int_equal(addr_parse("127.0.0.1", &local->addr), 0);
	local->port = port;
	return sock_listen_tcp(local, NULL, &e);
}

/* The kernel's choice, given back. */
static uint16_t
free_port(void)
{
	struct addrport local;
	int fd = listen_at(0, &local);

	assert_true(fd >= 0);
	sock_local(fd, &local);
	(void)close(fd);
	return local.port;
}

/* A listener of each protocol, and what else. Freed by the caller. */
static char *
both(const struct scene *s, const char *tcp_body, const char *more)
{
	return mem_printf("gtm listener /Common/udp { address 127.0.0.1\n"
	    "port %u\n ip-protocol udp }\n"
	    "gtm listener /Common/tcp { address 127.0.0.1\nport %u\n"
	    "ip-protocol tcp\n%s }\n%s", s->port, s->port, tcp_body, more);
}

static int
put(struct scene *s, struct draft *d, bool made)
{
	int rc = listeners_prepare(s->listeners, d, &s->found);

	if (rc == 0 && made)
		modeltext_apply(s->model, &d);
	if (rc == 0)
		listeners_settle(s->listeners, made);
	draft_free(&d);
	return rc;
}

static int
put_text(struct scene *s, struct model *base, char *text)
{
	int rc = put(s, modeltext_draft(base, text), true);

	free(text);
	return rc;
}

static bool
is_open(const struct scene *s)
{
	struct addrport local;
	int fd = listen_at(s->port, &local);

	if (fd >= 0)
		(void)close(fd);
	return fd < 0;
}

static int
open_scene(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));
	struct err e;

	s->port = free_port();
	s->model = model_new(&gtm_schema);
	s->listeners = listeners_new(&s->world, "gtm.conf", &e);
	assert_non_null(s->listeners);
	diag_init(&s->found);
	assert_int_equal(put_text(s, NULL, both(s, "", "")), 0);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	listeners_free(&s->listeners);
	model_free(&s->model);
	diag_fini(&s->found);
	free(s);
	return 0;
}

/* ---- rules ---- */

static void
what_is_configured_is_open(void **state)
{
	const struct scene *s = *state;

	assert_int_equal(listeners_count(s->listeners), 2);
	assert_true(is_open(s));
}

static void
a_change_elsewhere_leaves_them_alone(void **state)
{
	struct scene *s = *state;

	assert_int_equal(put_text(s, s->model,
	    mem_strdup("gtm datacenter /Common/dc { }\n")), 0);
	assert_int_equal(listeners_count(s->listeners), 2);
	assert_true(is_open(s));
}

/* After one that was left alone, one that concerns them still counts. */
static void
one_that_goes_is_closed(void **state)
{
	struct scene *s = *state;
	struct draft *d = draft_new(&gtm_schema, s->model);

	assert_int_equal(draft_delete(d, &listener_type, "/Common/tcp", NULL),
	    0);
	assert_int_equal(put(s, d, true), 0);
	assert_int_equal(listeners_count(s->listeners), 1);
	assert_false(is_open(s));
}

static void
a_disabled_one_is_closed_by_a_load(void **state)
{
	struct scene *s = *state;

	assert_int_equal(put_text(s, NULL, both(s, "disabled", "")), 0);
	assert_int_equal(listeners_count(s->listeners), 1);
	assert_false(is_open(s));
}

static void
what_is_dropped_closes_and_opens_nothing(void **state)
{
	struct scene *s = *state;
	struct draft *d = draft_new(&gtm_schema, s->model);

	assert_int_equal(draft_delete(d, &listener_type, "/Common/tcp", NULL),
	    0);
	assert_int_equal(put(s, d, false), 0);
	assert_int_equal(listeners_count(s->listeners), 2);
	assert_true(is_open(s));
}

/* Of two new ones the first could be bound: it is given back. */
static void
an_address_in_use_refuses_the_whole_change(void **state)
{
	struct scene *s = *state;
	struct addrport local;
	uint16_t good = free_port();
	int fd = listen_at(0, &local);

	assert_true(fd >= 0);
	sock_local(fd, &local);
	assert_int_not_equal(put_text(s, s->model, mem_printf(
	    "gtm listener /Common/good { address 127.0.0.1\nport %u\n"
	    "ip-protocol tcp }\n"
	    "gtm listener /Common/taken { address 127.0.0.1\nport %u\n"
	    "ip-protocol tcp }\n", good, local.port)), 0);
	(void)close(fd);
	assert_int_equal(listeners_count(s->listeners), 2);
	assert_non_null(strstr(s->found.entries[s->found.count - 1].text,
	    "listener /Common/taken"));
	fd = listen_at(good, &local);
	assert_true(fd >= 0);
	(void)close(fd);
}

static void
a_cpu_that_is_not_ours_refuses_the_change(void **state)
{
	struct scene *s = *state;

	assert_int_not_equal(put_text(s, s->model, mem_strdup(
	    "gtm global-settings dns { cpu-affinity { 1023 } }\n")), 0);
	assert_int_equal(listeners_count(s->listeners), 2);
}

#define RULE(f)	cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(what_is_configured_is_open),
		RULE(a_change_elsewhere_leaves_them_alone),
		RULE(one_that_goes_is_closed),
		RULE(a_disabled_one_is_closed_by_a_load),
		RULE(what_is_dropped_closes_and_opens_nothing),
		RULE(an_address_in_use_refuses_the_whole_change),
		RULE(a_cpu_that_is_not_ours_refuses_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
