/* gtmd/types/poolrecord.c - the property tables of members that are records.
 *
 * What goes onto the wire is recorddata's; rules across properties are
 * poolcheck's. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/poolrecord.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/model/type.h"
#include "gtmd/types/memberrows.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/target.h"

#define STRING_MAX	255	/* octets of a character-string, RFC 1035 3.3 */

/* RFC 3404 4.3: S and A lead to SRV and addresses; without a flag there are
 * NAPTR records at the replacement. U would need a regexp, P is up to whatever
 * protocol. */
static int
check_flags(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (strcasecmp(text, "a") == 0 || strcasecmp(text, "s") == 0)
		return 0;
	return err_set(e, ERR_RANGE, "%s: \"%s\" is neither a nor s: a member "
	    "is a replacement, without a regexp", p->name, text);
}

static int
check_alpn(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (*text != '\0' && strlen(text) <= STRING_MAX)
		return 0;
	return err_set(e, ERR_RANGE, "%s: a protocol has 1..%d octets (RFC 7301 "
	    "section 3.1)", p->name, STRING_MAX);
}

static int
check_hint(const struct prop *p, const void *value, uint8_t family,
    struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr a;

	if (addr_parse(text, &a) != 0 || a.family != family)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not an %s address",
		    p->name, text, family == AF_INET ? "IPv4" : "IPv6");
	return target_check_addr(p->name, &a, e);
}

static int
check_hint4(const struct prop *p, const void *value, struct err *e)
{
	return check_hint(p, value, AF_INET, e);
}

static int
check_hint6(const struct prop *p, const void *value, struct err *e)
{
	return check_hint(p, value, AF_INET6, e);
}

#define NUMBER_ROW(n, field, d, text)					\
	{ .name = n, .kind = PROP_U32,					\
	  .off = offsetof(struct poolrecord, field), .max = UINT16_MAX,	\
	  .dflt = d, .help = text }

#define STRING_ROW(n, field, test, text)				\
	{ .name = n, .kind = PROP_STRING,				\
	  .off = offsetof(struct poolrecord, field), .max = STRING_MAX,	\
	  .check = test, .help = text }

#define LIST_ROW(n, field, test, text)					\
	{ .name = n, .kind = PROP_STRINGS,				\
	  .off = offsetof(struct poolrecord, field),			\
	  .max = POOLRECORD_LIST_MAX, .check = test, .help = text }

static const struct prop mx_props[] = {
	MEMBER_ROWS,
	MEMBER_TARGET_ROW,
	NUMBER_ROW("priority", priority, "10",
	    "preference of the exchange: the lowest is tried first"),
	{ .name = NULL }
};

static const struct prop srv_props[] = {
	MEMBER_ROWS,
	MEMBER_TARGET_ROW,
	NUMBER_ROW("port", port, "0", "port of the service at the target"),
	NUMBER_ROW("priority", priority, "10", "the lowest is tried first"),
	NUMBER_ROW("weight", weight, "10",
	    "share among targets of the same priority"),
	{ .name = NULL }
};

static const struct prop naptr_props[] = {
	MEMBER_ROWS,
	MEMBER_TARGET_ROW,
	STRING_ROW("flags", flags, check_flags,
	    "what is at the replacement: a addresses, s SRV, none NAPTR"),
	NUMBER_ROW("order", order, "10", "the lowest is taken first"),
	NUMBER_ROW("preference", priority, "0",
	    "within the same order the lowest is tried first"),
	STRING_ROW("service", service, NULL, "service, such as SIP+D2U"),
	{ .name = NULL }
};

/* RFC 9460 section 7 */
static const struct prop svcb_props[] = {
	MEMBER_ROWS,
	MEMBER_TARGET_ROW,
	LIST_ROW("alpn", alpn, check_alpn,
	    "protocols beside the scheme's own, such as h2 and h3"),
	REFUSED_TEXT("ech", NULL,
	    "keys of encrypted client hello are not looked after yet",
	    "configuration of encrypted client hello"),
	LIST_ROW("ipv4hint", ipv4hint, check_hint4,
	    "IPv4 addresses of the target, to be tried while it is looked up"),
	LIST_ROW("ipv6hint", ipv6hint, check_hint6,
	    "IPv6 addresses of the target, to be tried while it is looked up"),
	{ .name = "no-default-alpn", .kind = PROP_BOOL,
	  .off = offsetof(struct poolrecord, no_default_alpn),
	  .names = prop_no_yes, .dflt = "no",
	  .help = "yes: the scheme's own protocol is not spoken" },
	NUMBER_ROW("port", port, "0",
	    "port of the service; 0 = the scheme's own"),
	NUMBER_ROW("svc-priority", priority, "1",
	    "the lowest is tried first; 0 = an alias, without parameters"),
	{ .name = NULL }
};

static const struct prop txt_props[] = {
	MEMBER_ROWS,
	{ .name = "text", .kind = PROP_STRING, .flags = PROP_REQUIRED,
	  .off = offsetof(struct poolrecord, text),
	  .max = POOLRECORD_TEXT_MAX,
	  .help = "what it says; told in pieces of 255 octets" },
	{ .name = NULL }
};

#define MEMBER(t, table, key)						\
	const struct type poolrecord_type_##t = {			\
		.words = "members",					\
		.title = "Pool member",					\
		.naming = TYPE_ITEM,					\
		.size = sizeof(struct poolrecord),			\
		.apart_size = sizeof(struct pool_member_rare),		\
		.apart = offsetof(struct pool_member, rare),		\
		.props = table,						\
		.help = key,						\
	}

MEMBER(mx, mx_props, "the domain name of a mail exchange");
MEMBER(srv, srv_props, "the domain name of a server");
MEMBER(naptr, naptr_props, "the domain name of a replacement");
MEMBER(https, svcb_props, "the domain name of an endpoint");
MEMBER(svcb, svcb_props, "the domain name of an endpoint");
MEMBER(txt, txt_props, "any word, to tell it from the others");

#define BIT(t)		(1u << (t))
#define ADDRESSES	(BIT(WIDE_A) | BIT(WIDE_AAAA) | BIT(WIDE_CNAME))

bool
poolrecord_is_name(enum wide_type type)
{
	return type != WIDE_A && type != WIDE_AAAA && type != WIDE_TXT;
}

static unsigned
naptr_leads(const struct poolrecord *r)
{
	if (r->flags == NULL)
		return BIT(WIDE_NAPTR);
	return r->flags[0] == 's' || r->flags[0] == 'S' ? BIT(WIDE_SRV) :
	    ADDRESSES;
}

unsigned
poolrecord_leads(enum wide_type type, const struct pool_member *m)
{
	const struct poolrecord *r = (const struct poolrecord *)m;

	switch (type) {
	case WIDE_CNAME:
		return BIT(WIDE_TYPES) - 1;
	case WIDE_MX:
	case WIDE_SRV:
		return ADDRESSES;
	case WIDE_HTTPS:
	case WIDE_SVCB:
		return r->priority == 0 ? ADDRESSES | BIT(type) : ADDRESSES;
	case WIDE_NAPTR:
		return naptr_leads(r);
	case WIDE_A:
	case WIDE_AAAA:
	case WIDE_TXT:
	case WIDE_TYPES:
		break;
	}
	return 0;
}
