/* tests/unit/wom/control/test_wish.c - what configurations ask of the machine, with files of
 * certificates that are there, and some that are not. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/model/confkit.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/control/wish.h"
#include "wom/types/wom.h"

#define MIB	(UINT64_C(1) << 20)

#define PROFILES							\
	"ltm profile client-ssl /Common/in {\n"				\
	"cert a.pem\nkey a.key\nca-file ca.pem\n}\n"			\
	"ltm profile server-ssl /Common/out {\n"			\
	"cert a.pem\nkey a.key\nca-file ca.pem\n}\n"
#define LOCAL(more)							\
	"wom local-endpoint {\naddresses { 192.0.2.1 2001:db8::1 }\n"	\
	"client-ssl in\nserver-ssl out\n" more "}\n"
#define REMOTE(name, address, more)					\
	"wom remote-endpoint /Common/" name " {\naddress " address "\n" more "}\n"
#define SITE	PROFILES LOCAL("") REMOTE("b", "198.51.100.1", "")

static struct certs certs;

static int
make_certs(void **state)
{
	const struct certs_wish a = { .name = "a" };

	(void)state;
	certs_init(&certs);
	(void)certs_make(&certs, &a);
	return 0;
}

static int
remove_certs(void **state)
{
	(void)state;
	certs_fini(&certs);
	return 0;
}

/* What a text that has no findings of its own asks for; findings: what making it says, for
 * the caller to free. */
static struct wish *
wish_of(const char *text, char **findings)
{
	char config[CERTS_PATH], state[CERTS_PATH];
	const struct wish_place place = {
		.config_path = certs_path(&certs, "wom.conf", config),
		.state_dir = certs_path(&certs, "state", state), .mark = 7,
	};
	struct confkit c;
	struct wish *w;

	confkit_open_clean(&c, &wom_schema, text);
	w = wish_new(c.d, &place, &c.diag);
	*findings = confkit_findings(&c);
	confkit_close(&c);
	return w;
}

static struct wish *
clean(const char *text)
{
	char *findings;
	struct wish *w = wish_of(text, &findings);

	assert_string_equal(findings, "");
	free(findings);
	assert_non_null(w);
	return w;
}

static void
a_peer_has_all_that_counts_for_it(void **state)
{
	struct wish *w = clean(SITE
	    "wom advertised-route /Common/lan {\ndest 10.1.0.0/16\n}\n"
	    "wom global-settings {\nresume-timeout 33\n}\n");
	const struct wish_peer *p = wish_find_peer(w, "/Common/b");

	(void)state;
	assert_non_null(p);
	assert_null(wish_find_peer(w, "/Common/c"));
	assert_true(p->setup->enabled);
	assert_int_equal(p->setup->at.port, 443);
	assert_int_equal(p->setup->mark, 7);
	assert_int_equal(p->setup->keep_ns, 33 * CLOCK_S);
	assert_int_equal(p->setup->route_count, 1);
	assert_non_null(p->setup->tls);
	assert_int_equal(p->setup->history_octets, 1024 * MIB);
	assert_null(p->setup->history_path);
	assert_true(p->tell_source);
	assert_int_equal(w->door.count, 2);
	assert_non_null(w->door.tls);
	assert_false(w->drop);
	assert_true(wish_has_endpoint(w, &p->setup->at));
	wish_free(&w);
	assert_null(w);
	wish_free(&w);
}

static void
without_a_local_endpoint_there_are_no_tunnels(void **state)
{
	struct wish *w = clean(PROFILES REMOTE("b", "198.51.100.1", ""));

	(void)state;
	assert_int_equal(w->door.count, 0);
	assert_false(wish_find_peer(w, "/Common/b")->setup->enabled);
	wish_free(&w);
	w = clean(PROFILES LOCAL("endpoint disabled\n")
	    REMOTE("b", "198.51.100.1", ""));
	assert_int_equal(w->door.count, 0);
	assert_false(wish_find_peer(w, "/Common/b")->setup->enabled);
	wish_free(&w);
}

static void
room_is_shared_and_the_rest_are_named(void **state)
{
	char *findings;
	struct wish *w = wish_of(PROFILES LOCAL("")
	    REMOTE("c", "198.51.100.2", "") REMOTE("b", "198.51.100.1", "")
	    REMOTE("a", "198.51.100.3", "endpoint disabled\n")
	    REMOTE("d", "198.51.100.4", "")
	    "wom deduplication {\ndictionary-size 100\nmax-endpoint-count 2\n"
	    "disk-cache-size 400\n}\n", &findings);

	(void)state;
	assert_non_null(w);
	assert_non_null(strstr(findings, "/Common/d: wom deduplication "
	    "max-endpoint-count is 2: nothing is remembered"));
	assert_null(strstr(findings, "/Common/c"));
	free(findings);
	assert_int_equal(wish_find_peer(w, "/Common/b")->setup->history_octets,
	    200 * MIB);
	assert_non_null(wish_find_peer(w, "/Common/c")->setup->history_path);
	assert_int_equal(wish_find_peer(w, "/Common/d")->setup->history_octets,
	    0);
	assert_null(wish_find_peer(w, "/Common/d")->setup->history_path);
	wish_free(&w);
}

static void
files_are_read_before_it_counts(void **state)
{
	char *findings;

	(void)state;
	assert_null(wish_of("ltm profile client-ssl /Common/in {\n"
	    "cert nowhere.pem\nkey a.key\nca-file ca.pem\n}\n"
	    "ltm profile server-ssl /Common/out {\n"
	    "cert a.pem\nkey a.key\nca-file ca.pem\n}\n" LOCAL(""),
	    &findings));
	assert_non_null(strstr(findings, "/Common/in"));
	assert_non_null(strstr(findings, "nowhere.pem"));
	free(findings);
	assert_null(wish_of(PROFILES LOCAL("") "wom deduplication {\n"
	    "disk-cache-size 64\ndisk-cache-key-file /nowhere/key\n}\n",
	    &findings));
	assert_non_null(strstr(findings, "disk-cache-key-file: "));
	free(findings);
}

static void
profiles_say_what_is_done_to_streams(void **state)
{
	struct wish *w = clean(SITE
	    "wom profile isession /Common/quiet {\n"
	    "compression disabled\ndeduplication disabled\n}\n"
	    "wom profile isession /Common/fixed {\n"
	    "adaptive-compression disabled\ncompression-level 7\n"
	    "defaults-from quiet\ncompression enabled\n}\n"
	    "wom optimized-application /Common/http {\nprofile fixed\n}\n"
	    "wom optimized-application /Common/nbd { }\n"
	    "wom optimized-application /Common/any {\ndisabled\n}\n");
	const struct flow_rules *r = wish_find_rules(w, "/Common/http");

	(void)state;
	assert_int_equal(w->app_count, 2);
	assert_null(wish_find_rules(w, "/Common/any"));
	assert_true(r->compress);
	assert_false(r->dedup);
	assert_false(r->adaptive);
	assert_int_equal(r->level, 7);
	r = wish_find_rules(w, "/Common/nbd");
	assert_true(r->dedup);
	assert_true(r->adaptive);
	wish_free(&w);
}

static void
sources_are_told_as_snat_says(void **state)
{
	struct wish *w = clean(PROFILES LOCAL("snat remote\nno-route drop\n")
	    REMOTE("b", "198.51.100.1", "")
	    REMOTE("c", "198.51.100.2", "snat none\n")
	    "wom deduplication {\nmax-endpoint-count 2\n}\n");

	(void)state;
	assert_true(w->drop);
	assert_false(wish_find_peer(w, "/Common/b")->tell_source);
	assert_true(wish_find_peer(w, "/Common/c")->tell_source);
	wish_free(&w);
}

static void
whose_octets_a_stream_may_be_copied_from_is_its_profiles(void **state)
{
	struct wish *w = clean(SITE
	    "wom profile isession /Common/red {\n"
	    "deduplication-domain red\n}\n"
	    "wom profile isession /Common/child {\n"
	    "defaults-from red\n}\n"
	    "wom optimized-application /Common/http {\nprofile red\n}\n"
	    "wom optimized-application /Common/vmware-nfc {\n"
	    "profile child\n}\n"
	    "wom optimized-application /Common/nbd { }\n");

	(void)state;
	assert_string_equal(wish_find_domain(w, "/Common/http"), "red");
	assert_string_equal(wish_find_domain(w, "/Common/vmware-nfc"), "red");
	assert_string_equal(wish_find_domain(w, "/Common/nbd"), "");
	assert_string_equal(wish_find_domain(w, "/Common/nobody"), "");
	wish_free(&w);
}

static void
a_profile_may_leave_connections_be_and_none_leaves_them_as_they_are(
    void **state)
{
	struct wish *w = clean(SITE
	    "wom profile isession /Common/off {\nmode disabled\n}\n"
	    "wom optimized-application /Common/http {\nprofile off\n}\n"
	    "wom optimized-application /Common/nbd {\nprofile none\n}\n");
	const struct flow_rules *r = wish_find_rules(w, "/Common/nbd");

	(void)state;
	assert_int_equal(w->app_count, 1);
	assert_null(wish_find_rules(w, "/Common/http"));
	assert_false(r->dedup || r->compress || r->adaptive);
	wish_free(&w);
}

static void
a_store_is_encrypted_under_the_key_of_the_file(void **state)
{
	char path[CERTS_PATH], *text;
	const struct peersetup *s;
	struct wish *w;

	(void)state;
	tempdir_write(certs_path(&certs, "store.key", path),
	    "ffffffffffffffffffffffffffffffff"
	    "ffffffffffffffffffffffffffffff0a", 64);
	assert_int_equal(chmod(path, 0600), 0);
	text = mem_printf(SITE "wom deduplication {\ndictionary-size 64\n"
	    "disk-cache-key-file %s\ndisk-cache-size 1024\n"
	    "max-endpoint-count 2\n}\n", path);
	w = clean(text);
	free(text);
	s = wish_find_peer(w, "/Common/b")->setup;
	assert_true(s->history_sealed);
	assert_int_equal(s->disk_key[0], 0xff);
	assert_int_equal(s->disk_key[31], 0x0a);
	assert_int_equal(s->history_memory, 32 * MIB);
	assert_int_equal(s->history_octets, 512 * MIB);
	wish_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peer_has_all_that_counts_for_it),
		cmocka_unit_test(without_a_local_endpoint_there_are_no_tunnels),
		cmocka_unit_test(room_is_shared_and_the_rest_are_named),
		cmocka_unit_test(files_are_read_before_it_counts),
		cmocka_unit_test(profiles_say_what_is_done_to_streams),
		cmocka_unit_test(sources_are_told_as_snat_says),
		cmocka_unit_test(
		    whose_octets_a_stream_may_be_copied_from_is_its_profiles),
		cmocka_unit_test(
		    a_profile_may_leave_connections_be_and_none_leaves_them_as_they_are),
		cmocka_unit_test(
		    a_store_is_encrypted_under_the_key_of_the_file),
	};

	return cmocka_run_group_tests(tests, make_certs, remove_certs);
}
