/* tests/unit/wom/types/test_tlsprofile.c - how tunnels speak TLS.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/tlsprofile.h"

#include "tests/unit/wom/types/womconf.h"

#define C(lines)	"ltm profile client-ssl /Common/p {\n" lines "\n}\n"
#define S(lines)	"ltm profile server-ssl /Common/p {\n" lines "\n}\n"
#define BOTH		"cert c.pem\nkey k.pem\n"

static void
every_property_of_a_client_ssl_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "authenticate-depth", "2" }, { "ca-file", "ca.pem" },
		{ "cert", "c.pem" }, { "cert-key-chain", "" },
		{ "chain", "h.pem" }, { "crl-file", "l.pem" },
		{ "defaults-from", "/Common/wom-default-clientssl" },
		{ "description", "d" }, { "handshake-timeout", "5" },
		{ "key", "k.pem" }, { "passphrase", "open sesame" },
		{ "peer-fingerprints", WOM_PRINT },
	};

	(void)state;
	WOM_HOLDS(C("authenticate-depth 2\nca-file ca.pem\n" BOTH
	    "chain h.pem\ncrl-file l.pem\ndefaults-from wom-default-clientssl\n"
	    "description d\nhandshake-timeout 5\npassphrase \"open sesame\"\n"
	    "peer-fingerprints { " WOM_PRINT " }\npeer-cert-mode require\n"
	    "ciphers DEFAULT\nmode enabled\nallow-non-ssl disabled\n"
	    "renegotiation enabled\ninherit-certkeychain false"),
	    &tlsprofile_client_type, "/Common/p", v);
}

static void
every_property_of_a_server_ssl_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "authenticate-depth", "100" },
		{ "authenticate-name", "wom2.example.org" },
		{ "ca-file", "ca.pem" }, { "cert", "c.pem" },
		{ "chain", "none" }, { "crl-file", "none" },
		{ "defaults-from", "/Common/wom-default-serverssl" },
		{ "description", "d" }, { "handshake-timeout", "300" },
		{ "key", "k.pem" }, { "passphrase", "none" },
		{ "peer-fingerprints", "" },
		{ "server-name", "isession.example.org" },
	};

	(void)state;
	WOM_HOLDS(S("authenticate-depth 100\nauthenticate-name "
	    "wom2.example.org\nca-file ca.pem\n" BOTH
	    "defaults-from wom-default-serverssl\ndescription d\n"
	    "handshake-timeout 300\nserver-name isession.example.org\n"
	    "untrusted-cert-response-control drop\npeer-cert-mode require"),
	    &tlsprofile_server_type, "/Common/p", v);
}

static void
nothing_is_there_unless_said(void **state)
{
	static const struct confkit_value v[] = {
		{ "authenticate-depth", "9" }, { "authenticate-name", "none" },
		{ "ca-file", "none" }, { "cert", "none" }, { "chain", "none" },
		{ "crl-file", "none" }, { "defaults-from", "/Common/serverssl" },
		{ "description", "none" }, { "handshake-timeout", "10" },
		{ "key", "none" }, { "passphrase", "none" },
		{ "peer-fingerprints", "" }, { "server-name", "none" },
	};

	(void)state;
	WOM_HOLDS(S(""), &tlsprofile_server_type, "/Common/p", v);
}

/* As versions from 11.5 on write it; the item says it all. */
static void
a_chain_of_cert_and_key_becomes_the_profiles_own(void **state)
{
	static const struct confkit_value v[] = {
		{ "authenticate-depth", "9" }, { "ca-file", "none" },
		{ "cert", "new.pem" }, { "cert-key-chain", "" },
		{ "chain", "none" }, { "crl-file", "none" },
		{ "defaults-from", "/Common/clientssl" },
		{ "description", "none" }, { "handshake-timeout", "10" },
		{ "key", "new.key" }, { "passphrase", "secret" },
		{ "peer-fingerprints", "" },
	};

	(void)state;
	WOM_HOLDS(C("cert-key-chain {\n  p_0 {\n    app-service none\n"
	    "    cert new.pem\n    key new.key\n    passphrase secret\n  }\n}"),
	    &tlsprofile_client_type, "/Common/p", v);
	WOM_HOLDS(C(BOTH "chain old.pem\ncert-key-chain {\n  p_0 {\n"
	    "    cert new.pem\n    key new.key\n    passphrase secret\n  }\n}"),
	    &tlsprofile_client_type, "/Common/p", v);
}

static void
a_profile_as_a_big_ip_saves_it_loads(void **state)
{
	static const char text[] =
	    "ltm profile client-ssl /Common/iSession-vMotion-InboundSSL {\n"
	    "    app-service none\n"
	    "    cert /Common/isession.crt\n"
	    "    cert-key-chain {\n"
	    "        isession_0 {\n"
	    "            cert /Common/isession.crt\n"
	    "            key /Common/isession.key\n"
	    "        }\n"
	    "    }\n"
	    "    chain none\n"
	    "    defaults-from /Common/clientssl\n"
	    "    inherit-certkeychain false\n"
	    "    key /Common/isession.key\n"
	    "    passphrase none\n"
	    "}\n";
	static const char want[] =
	    "ltm profile client-ssl /Common/iSession-vMotion-InboundSSL {\n"
	    "    cert /Common/isession.crt\n"
	    "    defaults-from /Common/clientssl\n"
	    "    key /Common/isession.key\n"
	    "}\n";
	struct confkit c;
	char *written;

	(void)state;
	confkit_open_clean(&c, &wom_schema, text);
	written = confkit_written(&c);
	assert_string_equal(written, want);
	free(written);
	confkit_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ C("authenticate-depth 0"), "0 is outside 1..100" },
		{ C("authenticate-depth 101"), "101 is outside 1..100" },
		{ C("handshake-timeout 0"), "0 is outside 1..300 s" },
		{ S("handshake-timeout 301"), "301 is outside 1..300 s" },
		{ C("peer-fingerprints { ab:cd }"), "2:21: error: client SSL "
		  "profile /Common/p: peer-fingerprints: \"ab:cd\" is not the "
		  "SHA-256 of a certificate" },
		{ C("defaults-from serverssl"), "there is no ltm profile client-"
		  "ssl /Common/serverssl" },
		{ C("cert-key-chain {\na {\ncert c\nkey k\n}\nb {\ncert c\nkey k"
		  "\n}\n}"), "cert-key-chain: 2 entries are outside 0..1" },
		{ S("cert-key-chain { a { cert c } }"), "unknown property cert-"
		  "key-chain" },
		{ C("authenticate-name x"), "unknown property" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
what_goes_together_is_given_together(void **state)
{
	static const struct confkit_case cases[] = {
		{ C("cert c.pem"), "1:1: error: client SSL profile /Common/p: "
		  "cert: it needs key" },
		{ S("key k.pem"), "server SSL profile /Common/p: key: it needs "
		  "cert" },
		{ C(BOTH), NULL },
		{ C(BOTH "chain h.pem"), NULL },
		{ C("chain h.pem"), "chain: it needs cert" },
		{ C("passphrase x"), "passphrase: it needs key" },
		{ S("crl-file l.pem"), "crl-file: it needs ca-file" },
		{ S("crl-file l.pem\nca-file ca.pem"), NULL },
		{ S("authenticate-name a"), "authenticate-name: it needs ca-f" },
		{ WOM_OUT S("defaults-from out\nchain h.pem"), NULL },
		{ WOM_OUT S("defaults-from out\ncrl-file l.pem"), NULL },
		{ WOM_OUT S("defaults-from out\nkey other.pem"), NULL },
		{ C("cert-key-chain { a { cert c.pem } }"), "cert: it needs "
		  "key" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ C("allow-non-ssl enabled"), "2:1: error: client SSL profile "
		  "/Common/p: not supported yet: allow-non-ssl: what crosses the "
		  "WAN is in TLS 1.3 always" },
		{ C("mode disabled"), "mode: what crosses the WAN is in TLS" },
		{ S("mode disabled"), "mode: what crosses the WAN is in TLS" },
		{ C("peer-cert-mode ignore"), "not supported yet: peer-cert-mode:"
		  " both ends show a certificate, or there is no tunnel" },
		{ S("peer-cert-mode ignore"), "both ends show a certificate" },
		{ S("untrusted-cert-response-control ignore"),
		  "who is not trusted gets no tunnel" },
		{ S("expire-cert-response-control mask"), "gets no tunnel" },
		{ C("options { dont-insert-empty-fragments }"), "options: TLS "
		  "1.3 is spoken, and it has no such thing" },
		{ C("ciphers ECDHE:RSA"), "all suites of TLS 1.3 are strong" },
		{ C("renegotiation disabled"), "it has no such thing" },
		{ S("ssl-forward-proxy enabled"), "nobody stands between" },
		{ S("session-ticket enabled"), "TLS sessions are not resumed" },
		{ S("data-0rtt enabled"), "could be sent again by others" },
		{ C("server-name x"), "there is one certificate, for every" },
		{ C("ocsp-stapling enabled"), "checked by ca-file, crl-file" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_of_a_client_ssl_is_read),
		cmocka_unit_test(every_property_of_a_server_ssl_is_read),
		cmocka_unit_test(nothing_is_there_unless_said),
		cmocka_unit_test(a_chain_of_cert_and_key_becomes_the_profiles_own),
		cmocka_unit_test(a_profile_as_a_big_ip_saves_it_loads),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(what_goes_together_is_given_together),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
