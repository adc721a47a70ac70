/* zones/rrtype.c - facts about record types; see rrtype.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/rrtype.h"

#include <stdio.h>

#include "core/base/obj.h"
#include "core/wire/dnsname.h"

#define SOA_NUMBERS	20	/* serial, refresh, retry, expire, minimum */

static const struct {
	uint16_t	type;
	const char	*text;
	struct rrtype_names names;
} rows[] = {
	{ RRTYPE_A, "A", { 0, 0, false } },
	{ RRTYPE_NS, "NS", { 0, 1, true } },
	{ 3, "MD", { 0, 1, true } },
	{ 4, "MF", { 0, 1, true } },
	{ RRTYPE_CNAME, "CNAME", { 0, 1, true } },
	{ RRTYPE_SOA, "SOA", { 0, 2, true } },
	{ 7, "MB", { 0, 1, true } },
	{ 8, "MG", { 0, 1, true } },
	{ 9, "MR", { 0, 1, true } },
	{ RRTYPE_PTR, "PTR", { 0, 1, true } },
	{ 13, "HINFO", { 0, 0, false } },
	{ 14, "MINFO", { 0, 2, true } },
	{ RRTYPE_MX, "MX", { 2, 1, true } },
	{ RRTYPE_TXT, "TXT", { 0, 0, false } },
	{ RRTYPE_AAAA, "AAAA", { 0, 0, false } },
	{ RRTYPE_SRV, "SRV", { 6, 1, false } },	/* RFC 2782: never */
	{ RRTYPE_NAPTR, "NAPTR", { 0, 0, false } },
	{ RRTYPE_DNAME, "DNAME", { 0, 1, false } },	/* RFC 6672 2.5 */
	{ RRTYPE_DS, "DS", { 0, 0, false } },
	{ RRTYPE_RRSIG, "RRSIG", { 0, 0, false } },
	{ RRTYPE_NSEC, "NSEC", { 0, 0, false } },
	{ 48, "DNSKEY", { 0, 0, false } },
	{ RRTYPE_NSEC3, "NSEC3", { 0, 0, false } },
	{ RRTYPE_NSEC3PARAM, "NSEC3PARAM", { 0, 0, false } },
	{ 52, "TLSA", { 0, 0, false } },
	{ RRTYPE_SVCB, "SVCB", { 0, 0, false } },
	{ RRTYPE_HTTPS, "HTTPS", { 0, 0, false } },
	{ 257, "CAA", { 0, 0, false } },
};

struct rrtype_names
rrtype_names(uint16_t type)
{
	size_t i;

	if (type == RRTYPE_A || type == RRTYPE_AAAA)	/* by far the most */
		return (struct rrtype_names){ 0, 0, false };
	for (i = 0; i < OBJ_COUNT(rows); i++)
		if (rows[i].type == type)
			return rows[i].names;
	return (struct rrtype_names){ 0, 0, false };
}

bool
rrtype_is_meta(uint16_t type)
{
	return type == 0 || type == RRTYPE_OPT || (type >= 128 && type <= 255);
}

size_t
rrtype_name_len(const uint8_t *p, size_t left)
{
	size_t n = 0;

	while (n < left && n < DNSNAME_MAX) {
		if (p[n] == 0)
			return n + 1;
		if (p[n] > 63)
			return 0;
		n += 1u + p[n];
	}
	return 0;
}

bool
rrtype_check(uint16_t type, const uint8_t *rdata, size_t len)
{
	struct rrtype_names names = rrtype_names(type);
	size_t off = names.prefix, n;
	unsigned i;

	if (type == RRTYPE_A)
		return len == 4;
	if (type == RRTYPE_AAAA)
		return len == 16;
	if (names.count == 0)
		return true;
	if (len < off)
		return false;
	for (i = 0; i < names.count; i++) {
		n = rrtype_name_len(rdata + off, len - off);
		if (n == 0)
			return false;
		off += n;
	}
	return len - off == (type == RRTYPE_SOA ? SOA_NUMBERS : 0);
}

const char *
rrtype_format(uint16_t type, char buf[RRTYPE_TEXT_MAX])
{
	size_t i;

	for (i = 0; i < OBJ_COUNT(rows); i++)
		if (rows[i].type == type) {
			(void)snprintf(buf, RRTYPE_TEXT_MAX, "%s", rows[i].text);
			return buf;
		}
	(void)snprintf(buf, RRTYPE_TEXT_MAX, "TYPE%u", type);
	return buf;
}
