/* tests/unit/gtmd/query/test_world.c - how this server speaks, from the model to
 * what answering threads read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/query/cookie.h"
#include "gtmd/query/world.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/gtmd/types/modeltext.h"

struct scene {
	struct world	 world;
	struct cookie_secrets secrets;
	struct model	*model;
};

static const struct world_settings *
set(struct scene *s, const char *text, uint64_t serial)
{
	struct draft *d = modeltext_draft(NULL, text);

	modeltext_apply(s->model, &d);
	world_set_settings(&s->world, s->model, serial);
	return s->world.settings;
}

static int
open_scene(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));

	s->model = model_new(&gtm_schema);
	memset(&s->secrets, 0x5a, sizeof(s->secrets));
	s->world.secrets = &s->secrets;
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	rcu_drain();
	free((void *)(uintptr_t)s->world.settings);
	model_free(&s->model);
	free(s);
	return 0;
}

static void
expect_name(const struct world_name *n, const char *want)
{
	char text[DNSNAME_TEXT_MAX];

	assert_int_equal(n->len, dnsname_len(n->octets));
	assert_string_equal(dnsname_format(n->octets, text), want);
}

/* ---- rules ---- */

static void
what_is_configured_is_what_threads_read(void **state)
{
	const struct world_settings *w = set(*state,
	    "gtm global-settings dns { identity here\n version v1\n"
	    " tcp-clients-max 77\n udp-response-max 1400 }\n", 9);

	assert_int_equal(w->tcp_clients_max, 77);
	assert_int_equal(w->udp_response_max, 1400);
	assert_int_equal(w->identity.len, 4);
	assert_memory_equal(w->identity.octets, "here", 4);
	assert_int_equal(w->version.len, 2);
	assert_memory_equal(w->version.octets, "v1", 2);
}

static void
nothing_is_said_of_oneself_unless_configured(void **state)
{
	const struct world_settings *w = set(*state, "", 1);

	assert_int_equal(w->identity.len, 0);
	assert_int_equal(w->version.len, 0);
	assert_true(w->udp_response_max >= WORLD_UDP_MIN);
	assert_true(w->udp_response_max <= WORLD_UDP_MAX);
}

static void
a_change_is_a_new_version_with_its_serial(void **state)
{
	struct scene *s = *state;
	const struct world_settings *was = set(s, "", 41);

	assert_int_equal(was->apex.serial, 41);
	assert_ptr_not_equal(set(s, "", 42), was);
	assert_int_equal(s->world.settings->apex.serial, 42);
}

/* Those of the moment, so that a thread never sees half a new one. */
static void
the_secrets_are_copied_when_published(void **state)
{
	struct scene *s = *state;
	const struct world_settings *w = set(s, "", 1);

	assert_memory_equal(&w->secrets, &s->secrets, sizeof(s->secrets));
	memset(&s->secrets, 0xa5, sizeof(s->secrets));
	assert_memory_not_equal(&w->secrets, &s->secrets, sizeof(s->secrets));
}

/* F5's single one stands first: it is MNAME too. A name counts once. */
static void
a_wide_ips_own_zone_names_each_server_once(void **state)
{
	const struct world_settings *w = set(*state,
	    "gtm global-settings general {\n"
	    " wideip-zone-nameserver ns1.example.com }\n"
	    "gtm global-settings dns { wideip-zone-nameservers {\n"
	    " ns2.example.com NS1.example.com } }\n", 1);

	assert_int_equal(w->apex.ns_count, 2);
	expect_name(&w->apex.ns[0], "ns1.example.com");
	expect_name(&w->apex.ns[1], "ns2.example.com");
}

#define RULE(f)	cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(what_is_configured_is_what_threads_read),
		RULE(nothing_is_said_of_oneself_unless_configured),
		RULE(a_change_is_a_new_version_with_its_serial),
		RULE(the_secrets_are_copied_when_published),
		RULE(a_wide_ips_own_zone_names_each_server_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
