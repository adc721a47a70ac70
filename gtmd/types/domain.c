/* gtmd/types/domain.c - which domain names wide IPs, aliases and CNAME targets
 * may have.
 *
 * Only the configuration is checked here; queries are matched on the wire
 * form by the wide table. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/domain.h"

#include <string.h>

#include "core/base/err.h"
#include "core/model/draft.h"
#include "gtmd/types/settings.h"

static bool
is_alnum(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Labels may neither begin nor end with a hyphen (RFC 1123 2.1, RFC 952). */
static bool
octet_fits(uint8_t c, bool at_edge, enum domain_rule rule, enum domain_use use)
{
	if (is_alnum(c) || rule == DOMAIN_ANY)
		return true;
	if (c == '-')
		return !at_edge;
	if (c == '*' || c == '?')
		return use == DOMAIN_PATTERN;
	if (c == '_')
		return rule == DOMAIN_UNDERSCORE;
	return c >= 0x80 && rule == DOMAIN_IDN;
}

static const char *
rule_words(enum domain_rule rule)
{
	switch (rule) {
	case DOMAIN_STRICT:
		return "letters, digits and inner hyphens";
	case DOMAIN_UNDERSCORE:
		return "letters, digits, underscores and inner hyphens";
	case DOMAIN_IDN:
		return "letters (of any script), digits and inner hyphens";
	case DOMAIN_ANY:
		break;
	}
	return "anything";
}

int
domain_check(const char *text, enum domain_rule rule, enum domain_use use,
    struct err *e)
{
	uint8_t name[DNSNAME_MAX];

	if (dnsname_parse(text, name) == 0)
		return err_set(e, ERR_PARSE, "\"%s\" is not a domain name: "
		    "labels are 1 to 63 octets, the whole at most 253", text);
	if (*name == 0)
		return err_set(e, ERR_PARSE, "the root is not a name to "
		    "answer for");
	for (const uint8_t *l = name; *l != 0; l += 1 + *l)
		for (unsigned i = 1; i <= *l; i++)
			if (!octet_fits(l[i], i == 1 || i == *l, rule, use))
				return err_set(e, ERR_RANGE,
				    "\"%s\" is not a domain name: labels hold "
				    "%s (global-settings general "
				    "domain-name-check)", text,
				    rule_words(rule));
	return 0;
}

enum domain_rule
domain_rule_of(const struct draft *d)
{
	const struct settings_general *g = (const struct settings_general *)
	    draft_find(d, &settings_general_type, NULL);

	switch ((enum settings_name_check)g->domain_name_check) {
	case SETTINGS_NAME_STRICT:
		return DOMAIN_STRICT;
	case SETTINGS_NAME_ALLOW_UNDERSCORE:
		return DOMAIN_UNDERSCORE;
	case SETTINGS_NAME_IDN_COMPATIBLE:
		return DOMAIN_IDN;
	case SETTINGS_NAME_NONE:
		break;
	}
	return DOMAIN_ANY;
}

const char *
domain_canonical(const char *text, char buf[DNSNAME_TEXT_MAX])
{
	uint8_t name[DNSNAME_MAX];
	char *at = buf;

	buf[0] = '\0';
	if (dnsname_parse(text, name) == 0)
		return buf;
	(void)dnsname_format(name, buf);
	while ((at = strstr(at, "\\?")) != NULL) {
		memmove(at, at + 1, strlen(at));
		at++;
	}
	return buf;
}

bool
domain_is_pattern(const char *text)
{
	return strpbrk(text, "*?") != NULL;
}

bool
domain_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *retry = NULL;

	while (*name != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star != NULL) {
			pattern = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
