/* gtmd/types/domain.h - which domain names wide IPs, aliases and CNAME targets
 * may have.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_DOMAIN_H
#define GTMD_TYPES_DOMAIN_H

#include <stdbool.h>
#include "core/wire/dnsname.h"

struct draft;
struct err;

/* What may stand in a label, after domain-name-check of the global settings. */
enum domain_rule {
	DOMAIN_STRICT,		/* letters, digits, inner hyphens: RFC 1123 2.1 */
	DOMAIN_UNDERSCORE,	/* and '_' anywhere */
	DOMAIN_IDN,		/* strict, and octets of 0x80 and above (UTF-8) */
	DOMAIN_ANY,		/* whatever the wire form holds: RFC 2181 11 */
};

enum domain_use {
	DOMAIN_NAME,		/* exactly one name */
	DOMAIN_PATTERN,		/* may hold '*' (any run) and '?' (one octet) */
};

/* Refuses a text that is no domain name under the rule: ERR_PARSE or, for an
 * octet that the rule excludes, ERR_RANGE. The sentence quotes the text. */
int domain_check(const char *text, enum domain_rule rule, enum domain_use use,
    struct err *e);

/* The rule that the draft's global settings ask for. */
enum domain_rule domain_rule_of(const struct draft *d);

/* Lower-case text without a final dot, by which names are compared; escapes
 * are made the same. Returns buf, empty when text is no domain name. */
const char *domain_canonical(const char *text, char buf[DNSNAME_TEXT_MAX]);

/* Does it hold '*' or '?'. */
bool domain_is_pattern(const char *text);

/* Does a canonical pattern (or name) match this canonical name? '*' stands
 * for any run of octets, dots included, '?' for one. */
bool domain_matches(const char *pattern, const char *name);

#endif
