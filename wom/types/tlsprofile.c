/* wom/types/tlsprofile.c - the property tables of ltm profile client-ssl and
 * server-ssl, as far as tunnels need them.
 *
 * Files are read when TLS starts; here it is asked what goes together.
 * Layer: wom/types. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/tlsprofile.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "wom/types/fingerprint.h"
#include "wom/types/womrows.h"

#define TLS13	"TLS 1.3 is spoken, and it has no such thing"
#define ALWAYS	"what crosses the WAN is in TLS 1.3 always"
#define RESUME	"TLS sessions are not resumed"
#define BETWEEN	"a tunnel has two ends, and nobody stands between"
#define TRUST	"who is not trusted gets no tunnel"
#define SUITES	"all suites of TLS 1.3 are strong, and all are there"
#define ONE	"there is one certificate, for every peer"

static const char *const times_names[] = { "once", "always", NULL };
static const char *const require_names[] = {
	"require", "ignore", "request", "auto", NULL
};
static const char *const control_names[] = { "drop", "ignore", "mask", NULL };
static const char *const secure_names[] = {
	"require-strict", "require", "request", NULL
};

#define FILE_ROW(word, member, text)					\
	{ .name = word, .kind = PROP_STRING,				\
	  .off = offsetof(struct tlsprofile, member), .max = 4095,	\
	  .help = text }

#define OFF(word, why, text)						\
	REFUSED_FLAG(word, prop_disabled_enabled, "disabled", why, text)
#define ON(word, why, text)						\
	REFUSED_FLAG(word, prop_disabled_enabled, "enabled", why, text)

/* Rows of both types. words: the type's own; parent: its built-in object. */
#define ROWS(words, parent)						\
	WOMROWS_APP_ROW,						\
	{ .name = "authenticate-depth", .kind = PROP_U32,		\
	  .off = offsetof(struct tlsprofile, authenticate_depth),	\
	  .min = 1, .max = 100, .dflt = "9",				\
	  .help = "most authorities between the peer's certificate and "	\
	  "ca-file" },							\
	FILE_ROW("ca-file", ca_file, "PEM file: whom these signed is "	\
	    "trusted; none = peer-fingerprints alone"),			\
	FILE_ROW("cert", cert, "PEM file: the certificate that peers see"), \
	FILE_ROW("chain", chain, "PEM file: authorities between cert and "	\
	    "what peers trust"),						\
	FILE_ROW("crl-file", crl_file, "PEM file: certificates of ca-file " \
	    "that no longer count"),					\
	{ .name = "defaults-from", .kind = PROP_REF, .ref = words,	\
	  .off = offsetof(struct tlsprofile, defaults_from),		\
	  .flags = PROP_ALWAYS | PROP_LOCAL, .dflt = parent,		\
	  .help = "profile whose values count where none is given here" }, \
	{ .name = "description", .kind = PROP_STRING,			\
	  .off = offsetof(struct tlsprofile, description), .max = 4095,	\
	  .flags = PROP_LOCAL, .help = "text of the operator" },		\
	{ .name = "handshake-timeout", .kind = PROP_U32,			\
	  .off = offsetof(struct tlsprofile, handshake_timeout_s),	\
	  .min = 1, .max = 300, .dflt = "10", .unit = "s",		\
	  .help = "time from the connection to the end of the handshake" }, \
	FILE_ROW("key", key, "PEM file: the key of cert"),		\
	{ .name = "passphrase", .kind = PROP_STRING,			\
	  .off = offsetof(struct tlsprofile, passphrase),		\
	  .flags = PROP_SECRET, .max = 1023,				\
	  .help = "what opens the file of the key" },			\
	{ .name = "peer-fingerprints", .kind = PROP_STRINGS,		\
	  .flags = PROP_OURS, .max = TLSPROFILE_FINGERPRINTS_MAX,	\
	  .off = offsetof(struct tlsprofile, peer_fingerprints),	\
	  .check = fingerprint_check,					\
	  .help = "SHA-256 of the certificates that peers may show; none = " \
	  "any of ca-file" }

/* Rows of both types that are F5's alone. */
#define REFUSED_ROWS							\
	REFUSED_TEXT("alert-timeout", "indefinite",			\
	    "a connection with an alert is closed at once",		\
	    "how long it stays"),					\
	OFF("allow-expired-crl", "an expired list does not count",	\
	    "take a crl-file that has expired"),			\
	REFUSED_CHOICE("authenticate", times_names, "once",		\
	    "a connection is one TLS session", "how often a peer shows its " \
	    "certificate"),						\
	REFUSED_NUMBER("cache-size", "262144", NULL, RESUME,		\
	    "sessions that are remembered"),				\
	REFUSED_NUMBER("cache-timeout", "3600", "s", RESUME,		\
	    "for how long"),						\
	REFUSED_TEXT("cipher-group", NULL, SUITES, "choice of ciphers"), \
	REFUSED_TEXT("ciphers", "DEFAULT", SUITES, "choice of ciphers"), \
	OFF("data-0rtt", "early data could be sent again by others",	\
	    "send data before the handshake has ended"),		\
	OFF("mod-ssl-methods", BETWEEN, "headers with certificates"),	\
	ON("mode", ALWAYS, "speak TLS"),				\
	REFUSED_LIST("options", TLS13, "what older versions can do"),	\
	REFUSED_CHOICE("peer-cert-mode", require_names, "require",	\
	    "both ends show a certificate, or there is no tunnel",	\
	    "ask the peer for a certificate"),				\
	OFF("proxy-ssl", BETWEEN, "let others terminate TLS"),		\
	OFF("proxy-ssl-passthrough", BETWEEN, "pass on what proxy-ssl "	\
	    "cannot read"),						\
	REFUSED_TEXT("renegotiate-period", "indefinite", TLS13,		\
	    "handshake again after this time"),				\
	REFUSED_TEXT("renegotiate-size", "indefinite", TLS13,		\
	    "handshake again after these octets"),			\
	ON("renegotiation", TLS13, "handshake again"),			\
	REFUSED_FLAG("retain-certificate", prop_false_true, "true",	\
	    "a peer's certificate is known while its tunnel stands",	\
	    "keep the peer's certificate"),				\
	REFUSED_CHOICE("secure-renegotiation", secure_names,		\
	    "require-strict", TLS13, "RFC 5746"),			\
	OFF("session-mirroring", RESUME, "share sessions with a standby"), \
	OFF("session-ticket", RESUME, "RFC 5077"),			\
	REFUSED_FLAG("sni-default", prop_false_true, "false", ONE,	\
	    "use this profile for other names"),			\
	REFUSED_FLAG("sni-require", prop_false_true, "false", ONE,	\
	    "refuse other names"),					\
	OFF("ssl-forward-proxy", BETWEEN, "read what others encrypt"),	\
	OFF("ssl-forward-proxy-bypass", BETWEEN, "leave some of it alone"), \
	REFUSED_TEXT("ssl-sign-hash", "any",				\
	    "the certificate's key decides", "hash of signatures"),	\
	OFF("strict-resume", RESUME, "resume after a clean end alone"),	\
	ON("unclean-shutdown", "streams have an end of their own: how TLS " \
	    "ends says nothing", "close without an alert")

#define CLIENT_WORDS	"ltm profile client-ssl"
#define SERVER_WORDS	"ltm profile server-ssl"

/* How later versions write a client-ssl's certificate. */
struct chainitem {
	struct object	 obj;
	char		*cert, *key, *chain, *passphrase;
};

#define ITEM_ROW(word, member, text)					\
	{ .name = word, .kind = PROP_STRING,				\
	  .off = offsetof(struct chainitem, member), .max = 4095,	\
	  .help = text }

static const struct prop item_props[] = {
	WOMROWS_APP_ROW,
	ITEM_ROW("cert", cert, "as cert of the profile"),
	ITEM_ROW("chain", chain, "as chain of the profile"),
	ITEM_ROW("key", key, "as key of the profile"),
	{ .name = "passphrase", .kind = PROP_STRING, .flags = PROP_SECRET,
	  .off = offsetof(struct chainitem, passphrase), .max = 1023,
	  .help = "as passphrase of the profile" },
	{ .name = NULL }
};

static const struct type item_type = {
	.words = "cert-key-chain",
	.title = "Certificate",
	.naming = TYPE_ITEM,
	.size = sizeof(struct chainitem),
	.props = item_props,
	.help = "a certificate, its key and chain under a name",
};

static const struct prop client_props[] = {
	ROWS(CLIENT_WORDS, "/Common/clientssl"),
	{ .name = "cert-key-chain", .kind = PROP_ITEMS, .max = 1,
	  .off = offsetof(struct tlsprofile, cert_key_chain),
	  .item = &item_type,
	  .help = "another way to write cert, key, chain and passphrase" },
	REFUSED_ROWS,
	OFF("allow-dynamic-record-sizing", "records are as long as blocks",
	    "short records first"),
	OFF("allow-non-ssl", ALWAYS, "take connections without TLS"),
	OFF("cert-lookup-by-ipaddr-port", ONE, "choose a certificate"),
	REFUSED_TEXT("client-cert-ca", NULL, "peers have one certificate",
	    "authorities that are told to peers"),
	REFUSED_FLAG("inherit-ca-certkeychain", prop_false_true, "false",
	    BETWEEN, "take the authority's key from defaults-from"),
	REFUSED_FLAG("inherit-certkeychain", prop_false_true, "false",
	    "what is not given is always inherited",
	    "take the certificate from defaults-from"),
	REFUSED_NUMBER("max-renegotiations-per-minute", "5", NULL, TLS13,
	    "handshake again that often"),
	OFF("ocsp-stapling", "certificates are checked by ca-file, crl-file "
	    "and peer-fingerprints", "answer of the authority (RFC 6066)"),
	REFUSED_NUMBER("session-ticket-timeout", "0", "s", RESUME,
	    "for how long a ticket is good"),
	REFUSED_TEXT("server-name", NULL, ONE, "name that peers ask for"),
	{ .name = NULL }
};

static const struct prop server_props[] = {
	ROWS(SERVER_WORDS, "/Common/serverssl"),
	{ .name = "authenticate-name", .kind = PROP_STRING, .max = 253,
	  .off = offsetof(struct tlsprofile, authenticate_name),
	  .help = "name that the peer's certificate must have (RFC 6125)" },
	{ .name = "server-name", .kind = PROP_STRING, .max = 253,
	  .off = offsetof(struct tlsprofile, server_name),
	  .help = "name asked for in the handshake (SNI, RFC 6066), for "
	      "those who share the port" },
	REFUSED_ROWS,
	REFUSED_CHOICE("expire-cert-response-control", control_names, "drop",
	    TRUST, "what an expired certificate means"),
	REFUSED_TEXT("ocsp", NULL, "certificates are checked by ca-file, "
	    "crl-file and peer-fingerprints", "ask the authority"),
	REFUSED_CHOICE("revoked-cert-status-response-control", control_names,
	    "drop", TRUST, "what a revoked certificate means"),
	REFUSED_CHOICE("unknown-cert-status-response-control", control_names,
	    "drop", TRUST, "what a certificate of unknown state means"),
	REFUSED_CHOICE("untrusted-cert-response-control", control_names,
	    "drop", TRUST, "what an untrusted certificate means"),
	{ .name = NULL }
};

/* ---- one way to write a certificate ---- */

static const char *
text_of(const struct object *o, const char *name)
{
	const struct prop *p = prop_find(o->type->props, name, NULL);

	assert(p != NULL && p->kind == PROP_STRING);
	return *(char *const *)prop_value(p, o);
}

/* The item says it all, as a whole: what it leaves out is not there. */
static void
take_text(struct object *o, const struct object *item, const char *name)
{
	const struct prop *p = prop_find(o->type->props, name, NULL);
	const char *text = text_of(item, name);
	int rc = 0;

	if (text != NULL)
		rc = prop_set(p, o, text, NULL);
	else
		prop_reset(p, o);
	assert(rc == 0);
}

static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	static const char *const names[] = {
		"cert", "key", "chain", "passphrase"
	};
	struct tlsprofile *t = (struct tlsprofile *)o;

	(void)d;
	(void)out;
	if (t->cert_key_chain.count != 1)
		return;
	for (size_t i = 0; i < OBJ_COUNT(names); i++)
		take_text(o, t->cert_key_chain.v[0], names[i]);
	prop_reset(prop_find(o->type->props, "cert-key-chain", NULL), o);
}

/* ---- what goes together ---- */

/* A property that means nothing without another one. */
struct need {
	const char	*what, *without;
	bool		 broken;
};

static void
check_needs(const struct object *o, const struct tlsprofile *t,
    struct diag *out)
{
	const struct need needs[] = {
		{ "cert", "key", t->cert != NULL && t->key == NULL },
		{ "key", "cert", t->key != NULL && t->cert == NULL },
		{ "chain", "cert", t->chain != NULL && t->cert == NULL },
		{ "passphrase", "key", t->passphrase != NULL && t->key == NULL },
		{ "crl-file", "ca-file",
		  t->crl_file != NULL && t->ca_file == NULL },
		{ "authenticate-name", "ca-file",
		  t->authenticate_name != NULL && t->ca_file == NULL },
	};

	for (size_t i = 0; i < OBJ_COUNT(needs); i++)
		if (needs[i].broken)
			(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
			    "%s: it needs %s", needs[i].what,
			    needs[i].without);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct object *e = draft_effective(d, o);

	check_needs(o, (const struct tlsprofile *)e, out);
	object_unref(&e);
}

void
tlsprofile_check_use(const struct object *user, const char *row,
    const struct object *o, const struct draft *d, struct diag *out)
{
	const struct tlsprofile *t;
	struct object *e;

	if (o == NULL)
		return;
	e = draft_effective(d, o);
	t = (const struct tlsprofile *)e;
	if (t->cert == NULL)
		(void)objdiag_error(out, user, NULL, ERR_CONFLICT, "%s: %s "
		    "has no cert and key, and peers know one another by "
		    "certificates", row, o->name);
	else if (t->ca_file == NULL && t->peer_fingerprints.count == 0)
		(void)objdiag_error(out, user, NULL, ERR_CONFLICT, "%s: %s "
		    "has neither ca-file nor peer-fingerprints: no peer would "
		    "be trusted", row, o->name);
	object_unref(&e);
}

const struct type tlsprofile_client_type = {
	.words = CLIENT_WORDS,
	.title = "Client SSL profile",
	.naming = TYPE_NAMED,
	.size = sizeof(struct tlsprofile),
	.props = client_props,
	.help = "TLS of tunnels that peers open",
	.settle = settle,
	.check = check,
};

const struct type tlsprofile_server_type = {
	.words = SERVER_WORDS,
	.title = "Server SSL profile",
	.naming = TYPE_NAMED,
	.size = sizeof(struct tlsprofile),
	.props = server_props,
	.help = "TLS of tunnels that are opened here",
	.check = check,
};
