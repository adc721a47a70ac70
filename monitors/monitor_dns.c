/* monitors/monitor_dns.c - the table of "gtm monitor dns".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor_dns.h"

#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/type.h"
#include "core/wire/dnsname.h"
#include "monitors/monitor_rows.h"

#define OWN(row, k, member)						\
	.name = row, .kind = k, .flags = PROP_OURS,			\
	.off = offsetof(struct monitor_dns, member)

static const char *const rcode_names[] = { "no-error", "anything", NULL };
static const char *const contains_names[] = {
	[MONITOR_DNS_QUERY_TYPE] = "query-type",
	[MONITOR_DNS_ANY_TYPE] = "any-type",
	[MONITOR_DNS_ANYTHING] = "anything", NULL
};
static const char *const protocol_names[] = { "udp", "tcp", NULL };
static const char *const type_names[] = { "a", "aaaa", NULL };

static int
check_name(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	uint8_t name[DNSNAME_MAX];

	if (dnsname_parse(text, name) == 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not a domain name",
		    p->name, text);
	return 0;
}

static int
check_address(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr a;

	if (addr_parse(text, &a) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not an IP address",
		    p->name, text);
	return 0;
}

static const struct prop dns_props[] = {
	MONITOR_ROWS("gtm monitor dns", "/Common/dns"),
	MONITOR_TRY_ROWS,
	MONITOR_TRANSPARENT_ROW,
	{ OWN("accept-rcode", PROP_BOOL, any_rcode), .names = rcode_names,
	  .dflt = "no-error", .help = "with anything, any answer to the query "
	  "means up, whatever it says" },
	{ OWN("answer-contains", PROP_ENUM, answer_contains),
	  .names = contains_names, .dflt = "query-type",
	  .help = "what must be in its answer section: a record of qtype, any "
	  "record, or nothing" },
	{ OWN("protocol", PROP_BOOL, tcp), .names = protocol_names,
	  .dflt = "udp", .help = "how the query goes; an answer over UDP that "
	  "is cut is asked for again over TCP" },
	{ OWN("qname", PROP_STRING, qname), .max = 1023, .check = check_name,
	  .help = "domain name to ask for" },
	{ OWN("qtype", PROP_BOOL, aaaa), .names = type_names, .dflt = "a",
	  .help = "type of record to ask for" },
	{ OWN("recv", PROP_STRING, recv), .max = 63, .check = check_address,
	  .help = "address that a record of qtype must have; none = any" },
	{ OWN("reverse", PROP_BOOL, reverse), .names = prop_disabled_enabled,
	  .dflt = "disabled", .help = "an answer with recv means down" },
	{ .name = NULL }
};

/* Of one that is asked about by itself, not of the built-in parent. */
static void
check_query(const struct monitor_dns *m, const char *label, struct diag *out)
{
	const struct diag_pos *at = &m->base.obj.pos;
	struct addr a = { 0 };

	if (m->qname == NULL)
		diag_warn(out, at, "%s: qname: none, so that the root is asked "
		    "for", label);
	if (m->reverse && m->recv == NULL)
		(void)diag_error(out, at, ERR_CONFLICT,
		    "%s: reverse: enabled, but recv is none", label);
	if (m->recv == NULL || addr_parse(m->recv, &a) != 0)
		return;
	if (a.family != (m->aaaa ? AF_INET6 : AF_INET))
		(void)diag_error(out, at, ERR_CONFLICT,
		    "%s: recv: %s is in no record of qtype %s", label, m->recv,
		    type_names[m->aaaa]);
	if (m->any_rcode)
		diag_warn(out, at, "%s: recv: not looked for, because "
		    "accept-rcode is anything", label);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct monitor *m = monitor_effective_draft(d, o);
	struct object *mo;
	char label[300];

	monitor_check(o, d, out);
	if (m == NULL)
		return;
	object_label(o, label, sizeof(label));
	if (((const struct monitor *)o)->defaults_from != NULL && !o->damaged)
		check_query((const struct monitor_dns *)m, label, out);
	mo = &m->obj;
	object_unref(&mo);
}

const struct type monitor_dns_type = {
	.words = "gtm monitor dns",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_dns),
	.props = dns_props,
	.help = "asks a name server and judges its answer",
	.check = check,
};
