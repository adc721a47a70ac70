/* monitors/monitor_https.c - the table of "gtm monitor https".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/io/tlsclient.h"
#include "core/model/draft.h"
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

#define AT(member)	offsetof(struct monitor_https, member)

static int
check_ciphers(const struct prop *p, const void *value, struct err *e)
{
	const char *const *text = value;

	if (tlsclient_check_ciphers(*text, e) != 0)
		return err_wrap(e, "%s", p->name);
	return 0;
}

/* A daemon's current folder is nobody's. */
static int
check_path(const struct prop *p, const void *value, struct err *e)
{
	const char *const *text = value;

	if (**text != '/')
		return err_set(e, ERR_PARSE, "%s: \"%s\" does not start with /",
		    p->name, *text);
	return 0;
}

static const struct prop https_props[] = {
	MONITOR_ROWS("gtm monitor https", "/Common/https"),
	MONITOR_TEXT_ROWS("GET /\\r\\n"),
	MONITOR_HTTP_ROWS,
	{ .name = "ca-file", .kind = PROP_STRING, .off = AT(ca_file),
	  .flags = PROP_OURS, .max = 4095, .check = check_path,
	  .help = "file (PEM) of certificates that verify trusts; none = those "
	  "that the system trusts" },
	{ .name = "cert", .kind = PROP_STRING, .off = AT(cert),
	  .max = 4095, .check = check_path,
	  .help = "file (PEM) of the certificate shown to the server" },
	{ .name = "cipherlist", .kind = PROP_STRING,
	  .off = AT(cipherlist), .max = 1024,
	  .dflt = "DEFAULT:+SHA:+3DES:+kEDH", .check = check_ciphers,
	  .help = "ciphers up to TLS 1.2, as OpenSSL lists them" },
	{ .name = "compatibility", .kind = PROP_BOOL,
	  .off = AT(compatibility), .names = prop_disabled_enabled,
	  .dflt = "enabled", .help = "speak with old servers: TLS 1.0 and 1.1, "
	  "short keys, OpenSSL's workarounds" },
	{ .name = "expiry-warning", .kind = PROP_U32,
	  .off = AT(expiry_warning_d), .flags = PROP_OURS,
	  .max = 3650, .dflt = "14", .help = "days before the server's "
	  "certificate expires in which log and reason say so; 0 = never" },
	{ .name = "key", .kind = PROP_STRING, .off = AT(key),
	  .max = 4095, .check = check_path,
	  .help = "file (PEM, without passphrase) of cert's key" },
	{ .name = "sni-server-name", .kind = PROP_STRING,
	  .off = AT(sni_server_name), .max = 253,
	  .help = "name that the server is told (RFC 6066)" },
	{ .name = "verify", .kind = PROP_BOOL, .off = AT(verify),
	  .flags = PROP_OURS, .names = prop_disabled_enabled,
	  .dflt = "disabled", .help = "a certificate that is not trusted, has "
	  "expired or is not of sni-server-name means down" },
	{ .name = NULL }
};

/* The key goes with the certificate, and what the files hold has to read; but a
 * file that is not there yet, or no more, keeps no configuration out. */
static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct monitor *m = monitor_effective_draft(d, o);
	const struct monitor_https *h = (const struct monitor_https *)m;
	struct tlsclient *c;
	struct object *mo;
	struct err e;
	char label[300];

	monitor_check_text(o, d, out);
	if (m == NULL)
		return;
	object_label(o, label, sizeof(label));
	if ((h->cert == NULL) != (h->key == NULL))
		(void)diag_error(out, &o->pos, ERR_CONFLICT,
		    "%s: cert: it takes key as well, and key it", label);
	else if (h->cert != NULL || h->ca_file != NULL) {
		c = tlsclient_new(&(struct tlsclient_config){
		    .cert = h->cert, .key = h->key, .ca_file = h->ca_file,
		    .verify = h->ca_file != NULL,
		    .compatible = h->compatibility }, &e);
		if (c == NULL)
			diag_warn(out, &o->pos, "%s: %s", label, e.text);
		tlsclient_free(&c);
	}
	mo = &m->obj;
	object_unref(&mo);
}

const struct type monitor_https_type = {
	.words = "gtm monitor https",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_https),
	.props = https_props,
	.help = "asks a web server over TLS and judges certificate and reply",
	.check = check,
};
