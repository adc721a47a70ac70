/* tests/unit/monitors/test_monitor.c - defaults, inheritance and the rules
 * across properties. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_db.h"
#include "monitors/monitor_dns.h"
#include "monitors/monitor_grpc_health.h"
#include "monitors/monitor_redis.h"

static const struct schema schema = { .types = monitor_types,
    .builtin = monitor_builtin };
static struct draft *draft;
static struct diag found;

static int
set_up(void **state)
{
	(void)state;
	draft = draft_new(&schema, NULL);
	diag_init(&found);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	draft_free(&draft);
	diag_fini(&found);
	return 0;
}

/* Puts a monitor of properties and values, NULL at the end. */
static void
put(const struct type *t, const char *name, const char *const *pairs)
{
	struct object *o = object_new(t, name);
	struct err e = { 0 };

	for (; *pairs != NULL; pairs += 2) {
		const struct prop *p = prop_find(t->props, pairs[0], NULL);

		if (p == NULL || prop_set(p, o, pairs[1], &e) != 0)
			fail_msg("%s %s: %s", pairs[0], pairs[1], e.text);
	}
	draft_put(draft, &o);
}

#define PUT(t, name, ...)	\
	put(&monitor_##t##_type, name, \
	    (const char *const[]){ __VA_ARGS__, NULL })

/* The draft's check says nothing, or just one thing with these words. */
static void
expect(const char *words)
{
	int rc = draft_check(draft, &found);

	if (words == NULL) {
		if (rc != 0 || found.count != 0)
			fail_msg("%s", found.entries[0].text);
		return;
	}
	assert_int_equal(found.count, 1);
	if (strstr(found.entries[0].text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"",
		    found.entries[0].text, words);
}

static void
defaults_are_f5s(void **state)
{
	struct object *o = object_new(&monitor_http_type, "/Common/x");
	const struct monitor_text *m = (const struct monitor_text *)o;

	(void)state;
	assert_string_equal(m->base.defaults_from, "/Common/http");
	assert_int_equal(m->base.interval_s, 30);
	assert_int_equal(m->base.timeout_s, 120);
	assert_int_equal(m->base.probe_timeout_s, 5);
	assert_int_equal(m->base.rise, 1);
	assert_int_equal(m->base.fall, 0);
	assert_false(m->base.ignore_down_response);
	assert_int_equal(m->base.destination.port, 0);
	assert_int_equal(m->base.destination.addr.family, 0);
	assert_string_equal(m->send, "GET /\\r\\n");
	assert_null(m->recv);
	object_unref(&o);
	o = object_new(&monitor_tcp_type, "/Common/y");
	assert_null(((const struct monitor_text *)o)->send);
	object_unref(&o);
}

static void
parents_are_there_and_values_come_down_the_line(void **state)
{
	struct model *none = model_new(&schema);
	struct object *o;
	struct monitor *m;

	(void)state;
	assert_non_null(draft_find(draft, &monitor_http_type, "/Common/http"));
	assert_non_null(draft_find(draft, &monitor_tcp_type, "/Common/tcp"));
	PUT(http, "/Common/a", "interval", "7", "timeout", "20",
	    "recv", "fine", "description", "mine");
	PUT(http, "/Common/b", "defaults-from", "/Common/a", "interval", "9");
	PUT(http, "/Common/c", "defaults-from", "/Common/b", "timeout", "21");
	expect(NULL);
	/* 9 of b, 21 of c: were a's or the default's taken, this would fail. */
	PUT(http, "/Common/c", "defaults-from", "/Common/b", "timeout", "9");
	expect("/Common/c: interval: 9 s is not under timeout, 9 s");

	/* And by a model: the built-in parent is in every one. */
	o = object_new(&monitor_http_type, "/Common/c");
	m = monitor_effective(none, o);
	assert_non_null(m);
	assert_int_equal(m->interval_s, 30);
	object_unref(&o);
	o = &m->obj;
	object_unref(&o);
	model_free(&none);
}

static void
interval_must_be_under_timeout(void **state)
{
	(void)state;
	PUT(http, "/Common/a", "interval", "30", "timeout", "31");
	expect(NULL);
	PUT(http, "/Common/a", "interval", "31", "timeout", "31");
	expect("/Common/a: interval: 31 s is not under timeout, 31 s");
}

static void
milliseconds_take_the_place_of_seconds(void **state)
{
	(void)state;
	PUT(tcp, "/Common/a", "interval-ms", "500", "probe-timeout-ms", "499",
	    "timeout-ms", "501");
	expect(NULL);
	PUT(tcp, "/Common/a", "interval-ms", "1500", "timeout", "1",
	    "probe-timeout-ms", "500");
	expect("/Common/a: interval: 1500 ms is not under timeout, 1 s");
}

static void
probes_that_outlast_a_fast_interval_are_a_warning(void **state)
{
	(void)state;
	PUT(tcp, "/Common/a", "interval-ms", "500");
	expect("/Common/a: probe-timeout: 5 s is not under interval-ms, "
	    "500 ms: what hangs is probed less often");
	assert_int_equal(found.warnings, 1);
}

static void
reuse_must_be_under_suppress(void **state)
{
	(void)state;
	PUT(tcp, "/Common/a", "flap-suppress", "751");
	expect(NULL);
	PUT(tcp, "/Common/a", "flap-suppress", "750");
	expect("/Common/a: flap-reuse: 750 is not under flap-suppress, 750");
}

/* What lies behind a gateway is not the gateway: it has a name of its own, which
 * may come from the parent. */
static void
transparent_needs_a_destination(void **state)
{
	static const struct {
		const struct type *type;
		const char *destination, *says;
	} row[] = {
		{ &monitor_http_type, "*:*", "names no address" },
		{ &monitor_https_type, "*:443", "names no address" },
		{ &monitor_tcp_type, "10.9.9.9:*", "names no port" },
		{ &monitor_tcp_half_open_type, "10.9.9.9:*", "names no port" },
		{ &monitor_udp_type, "10.9.9.9:*", "names no port" },
		{ &monitor_gateway_icmp_type, "*:80", "names no address" },
		{ &monitor_gateway_icmp_type, "10.9.9.9:*", NULL },
		{ &monitor_udp_type, "10.9.9.9:53", NULL },
	};

	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		put(row[i].type, "/Common/a", (const char *const[]){
		    "transparent", "enabled", "destination",
		    row[i].destination, NULL });
		expect(row[i].says);
		(void)tear_down(state);
		(void)set_up(state);
	}
	PUT(tcp, "/Common/a", "destination", "10.9.9.9:80");
	PUT(tcp, "/Common/b", "defaults-from", "/Common/a", "transparent",
	    "enabled");
	expect(NULL);
}

/* The rule holds for what is inherited, too. */
static void
inherited_timeout_counts(void **state)
{
	(void)state;
	PUT(tcp, "/Common/a", "interval", "5", "timeout", "16");
	PUT(tcp, "/Common/b", "defaults-from", "/Common/a", "interval", "16");
	expect("/Common/b: interval: 16 s is not under timeout, 16 s");
}

static void
ring_of_parents_is_told_and_ends(void **state)
{
	(void)state;
	PUT(http, "/Common/a", "defaults-from", "/Common/c");
	PUT(http, "/Common/b", "defaults-from", "/Common/a");
	PUT(http, "/Common/c", "defaults-from", "/Common/b");
	assert_int_not_equal(draft_check(draft, &found), 0);
	assert_true(found.count >= 1);
}

static void
reverse_needs_recv(void **state)
{
	(void)state;
	PUT(tcp, "/Common/a", "reverse", "enabled");
	expect("reverse: enabled, but recv is none");
}

static void
user_without_a_version_is_a_warning(void **state)
{
	(void)state;
	PUT(http, "/Common/a", "username", "u");
	expect("username: not sent, because send names no HTTP version");
	assert_int_equal(found.warnings, 1);
}

/* F5's, for the types that F5 has; ours are off or harmless. */
static void
parents_of_each_type_are_f5s(void **state)
{
	static const struct { const struct type *t; const char *name; } row[] = {
		{ &monitor_gateway_icmp_type, "/Common/gateway_icmp" },
		{ &monitor_https_type, "/Common/https" },
		{ &monitor_tcp_half_open_type, "/Common/tcp_half_open" },
		{ &monitor_udp_type, "/Common/udp" },
	};
	const struct monitor_https *h;
	const struct monitor *m;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		m = (const struct monitor *)draft_find(draft, row[i].t,
		    row[i].name);
		assert_non_null(m);
		assert_int_equal(m->interval_s, 30);
		assert_int_equal(m->timeout_s, 120);
		assert_int_equal(m->probe_attempts, i == 1 ? 0 : 3);
		assert_int_equal(m->probe_interval_s, i == 1 ? 0 : 1);
	}
	assert_string_equal(((const struct monitor_text *)m)->send,
	    "default send string");
	h = (const struct monitor_https *)draft_find(draft,
	    &monitor_https_type, "/Common/https");
	assert_string_equal(h->text.send, "GET /\\r\\n");
	assert_string_equal(h->cipherlist, "DEFAULT:+SHA:+3DES:+kEDH");
	assert_true(h->compatibility);
	assert_false(h->verify);
	assert_null(h->cert);
}

static void
databases_are_given_up_later_as_f5_has_it(void **state)
{
	static const struct { const struct type *t; const char *name; } row[] = {
		{ &monitor_mysql_type, "/Common/mysql" },
		{ &monitor_postgresql_type, "/Common/postgresql" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		const struct monitor_db *m = (const struct monitor_db *)
		    draft_find(draft, row[i].t, row[i].name);

		assert_non_null(m);
		assert_int_equal(m->base.interval_s, 30);
		assert_int_equal(m->base.timeout_s, 91);
		assert_string_equal(monitor_db_user(m), "gtmd");
	}
}

static void
a_name_server_is_asked_what_it_can_answer(void **state)
{
	(void)state;
	PUT(dns, "/Common/a", "qname", "www.example.com", "recv", "192.0.2.1");
	expect(NULL);
	PUT(dns, "/Common/a", "qname", "www.example.com", "recv",
	    "2001:db8::1");
	expect("/Common/a: recv: 2001:db8::1 is in no record of qtype a");
	diag_fini(&found);
	diag_init(&found);
	PUT(dns, "/Common/a", "qname", "x", "reverse", "enabled");
	expect("/Common/a: reverse: enabled, but recv is none");
	diag_fini(&found);
	diag_init(&found);
	PUT(dns, "/Common/a", "qname", "x", "recv", "192.0.2.1",
	    "accept-rcode", "anything");
	expect("/Common/a: recv: not looked for, because accept-rcode is");
	assert_int_equal(found.warnings, 1);
	diag_fini(&found);
	diag_init(&found);
	PUT(dns, "/Common/a", "qtype", "aaaa");
	expect("/Common/a: qname: none, so that the root is asked for");
	assert_int_equal(found.warnings, 1);
}

static void
a_redis_user_has_a_password(void **state)
{
	(void)state;
	PUT(redis, "/Common/a", "username", "u", "password", "p");
	expect(NULL);
	PUT(redis, "/Common/a", "username", "u");
	expect("/Common/a: username: not sent, because password is none");
	assert_int_equal(found.warnings, 1);
}

static void
a_certificate_has_its_key_and_files_that_read(void **state)
{
	(void)state;
	PUT(https, "/Common/a", "cert", "/nowhere/c.pem");
	expect("/Common/a: cert: it takes key as well, and key it");
	diag_fini(&found);
	diag_init(&found);
	PUT(https, "/Common/a", "cert", "/nowhere/c.pem", "key", "/nowhere/k");
	expect("/Common/a: cert /nowhere/c.pem: No such file");
	assert_int_equal(found.warnings, 1);
}

static void
values_out_of_range_are_refused(void **state)
{
	static const struct { const char *prop, *value, *says; } row[] = {
		{ "interval", "0", "interval" },
		{ "interval", "86401", "86400" },
		{ "interval-ms", "49",
		    "interval-ms: 49 is under 50 ms, the shortest there is" },
		{ "timeout-ms", "1", "timeout-ms: 1 is under 50 ms" },
		{ "probe-timeout-ms", "86400001", "86400000" },
		{ "flap-half-life", "86401", "86400" },
		{ "flap-reuse", "0", "flap-reuse" },
		{ "rise", "0", "rise" },
		{ "fall", "256", "255" },
		{ "recv", "(", "recv: \"(\" is not a regular expression" },
		{ "recv-status-code", "2xx", "recv-status-code" },
		{ "transparent", "maybe", "none of disabled, enabled" },
		{ "destination", "here", "destination" },
		{ "qname", "a..b", "qname: \"a..b\" is not a domain name" },
		{ "qtype", "mx", "qtype" },
		{ "recv", "10.0.0", "recv: \"10.0.0\" is not an IP address" },
		{ "host", "a/b", "host: \"a/b\" is not the name of a host" },
		{ "ca-file", "x", "ca-file: \"x\" does not start with /" },
		{ "send", "SELECT 1", "send: a probe makes no query" },
		{ "password", "p", "password: a probe ends before" },
		{ "count", "1", "count: each probe has a connection" },
	};
	static const struct { const struct type *t; size_t to; } of[] = {
		{ &monitor_http_type, 13 }, { &monitor_dns_type, 16 },
		{ &monitor_grpc_health_type, 18 }, { &monitor_mysql_type, 21 },
	};
	struct object *o = object_new(of[0].t, "/Common/x");

	(void)state;
	for (size_t i = 0, k = 0; i < OBJ_COUNT(row); i++) {
		const struct prop *p;

		if (i == of[k].to) {
			object_unref(&o);
			o = object_new(of[++k].t, "/Common/x");
		}
		p = prop_find(of[k].t->props, row[i].prop, NULL);
		struct err e = { 0 };

		assert_non_null(p);
		assert_true(prop_set(p, o, row[i].value, &e) < 0);
		if (strstr(e.text, row[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", e.text,
			    row[i].says);
	}
	object_unref(&o);
}

static void
target_is_the_servers_but_for_what_destination_names(void **state)
{
	static const struct {
		const char *destination, *want;
	} row[] = {
		{ "*:*", "10.0.0.1:80" }, { "*:8080", "10.0.0.1:8080" },
		{ "10.9.9.9:*", "10.9.9.9:80" },
		{ "10.9.9.9:81", "10.9.9.9:81" },
		{ "2001:db8::7.81", "2001:db8::7.81" },
	};
	struct object *o = object_new(&monitor_tcp_type, "/Common/x");
	struct monitor *m = (struct monitor *)o;
	const struct prop *p = prop_find(o->type->props, "destination", NULL);
	struct addrport vs, to;
	char text[ADDR_TEXT_MAX];
	struct err e;

	(void)state;
	assert_int_equal(addr_parse_port("10.0.0.1:80", &vs), 0);
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		if (prop_set(p, o, row[i].destination, &e) != 0)
			fail_msg("%s", e.text);
		to = monitor_target((const struct monitor *)o, &vs);
		assert_string_equal(addr_format_port(&to, text), row[i].want);
	}
	m->transparent = true;		/* the way there */
	to = monitor_target(m, &vs);
	assert_string_equal(addr_format_port(&to, text), "10.0.0.1:80");
	object_unref(&o);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(defaults_are_f5s),
		T(parents_are_there_and_values_come_down_the_line),
		T(interval_must_be_under_timeout),
		T(milliseconds_take_the_place_of_seconds),
		T(probes_that_outlast_a_fast_interval_are_a_warning),
		T(reuse_must_be_under_suppress),
		T(transparent_needs_a_destination),
		T(inherited_timeout_counts),
		T(ring_of_parents_is_told_and_ends),
		T(reverse_needs_recv),
		T(user_without_a_version_is_a_warning),
		T(parents_of_each_type_are_f5s),
		T(databases_are_given_up_later_as_f5_has_it),
		T(a_name_server_is_asked_what_it_can_answer),
		T(a_redis_user_has_a_password),
		T(a_certificate_has_its_key_and_files_that_read),
		T(values_out_of_range_are_refused),
		T(target_is_the_servers_but_for_what_destination_names),
	};

	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
