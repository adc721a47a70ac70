/* core/model/propaddr.c - ADDR and ADDRPORT. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/propkind.h"

/* The address that is not given: "none", the row's word, and for rows that say
 * any also the other family's word. */
static bool
means_unset(const struct prop *p, const char *text)
{
	if (strcmp(text, "none") == 0)
		return true;
	if (p->word == NULL)
		return false;
	if (strcmp(text, p->word) == 0)
		return true;
	return strncmp(p->word, "any", 3) == 0 &&
	    (strcmp(text, "any") == 0 || strcmp(text, "any6") == 0);
}

static int
parse_addr(const struct prop *p, const char *text, void *v, struct err *e)
{
	struct addr a;

	if (means_unset(p, text))
		return 0;
	if (addr_parse(text, &a) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not an IP "
		    "address", p->name, text);
	*(struct addr *)v = a;
	return 0;
}

static void
format_addr(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct addr *a = v;
	char text[ADDR_TEXT_MAX];

	if (a->family == 0)
		strbuf_add(b, p->word != NULL ? p->word : "none");
	else
		strbuf_add(b, addr_format(a, text));
}

static bool
no_addr(const void *v)
{
	return ((const struct addr *)v)->family == 0;
}

static bool
equal_addr(const void *a, const void *b)
{
	return addr_equal(a, b);
}

/* "10.0.0.1:any" is how tmsh names port 0. */
static int
parse_pair(const char *text, struct addrport *ap)
{
	char number[ADDR_TEXT_MAX];
	size_t len = strlen(text);

	if (len < 4 || strcmp(text + len - 3, "any") != 0 ||
	    (text[len - 4] != ':' && text[len - 4] != '.') ||
	    len >= sizeof(number))
		return addr_parse_port(text, ap);
	(void)snprintf(number, sizeof(number), "%.*s0", (int)(len - 3), text);
	return addr_parse_port(number, ap);
}

static int
parse_port(const struct prop *p, const char *text, void *v, struct err *e)
{
	struct addrport ap;

	if (strcmp(text, "none") == 0 ||
	    (p->word != NULL && strcmp(text, p->word) == 0))
		return 0;
	if (parse_pair(text, &ap) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not an address "
		    "with a port, such as 192.0.2.1:80 or 2001:db8::1.80",
		    p->name, text);
	*(struct addrport *)v = ap;
	return 0;
}

static void
format_port(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct addrport *ap = v;
	char text[ADDR_TEXT_MAX];

	if (ap->addr.family == 0 && ap->port == 0 && p->word != NULL)
		strbuf_add(b, p->word);
	else
		strbuf_add(b, addr_format_port(ap, text));
}

static bool
no_port(const void *v)
{
	const struct addrport *ap = v;

	return ap->addr.family == 0 && ap->port == 0;
}

static bool
equal_port(const void *a, const void *b)
{
	const struct addrport *x = a, *y = b;

	return addr_equal(&x->addr, &y->addr) && x->port == y->port;
}

const struct propkind propaddr_addr = {
	.title = "address", .size = sizeof(struct addr), .parse = parse_addr,
	.format = format_addr, .empty = no_addr, .equal = equal_addr,
};

const struct propkind propaddr_port = {
	.title = "address and port", .size = sizeof(struct addrport),
	.parse = parse_port, .format = format_port, .empty = no_port,
	.equal = equal_port,
};
