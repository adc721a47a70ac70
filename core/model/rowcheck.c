/* core/model/rowcheck.c - see rowcheck.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/rowcheck.h"

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/model/prop.h"

int
rowcheck_address(const struct prop *p, const void *value, struct err *e)
{
	const struct addr *a = value;
	char text[ADDR_TEXT_MAX];

	if (addr_is_any(a) ||
	    (a->family == AF_INET && a->octets[0] >= 224) ||
	    (a->family == AF_INET6 && a->octets[0] == 0xff))
		return err_set(e, ERR_RANGE, "%s: %s is not the address of "
		    "one host", p->name, addr_format(a, text));
	return 0;
}

int
rowcheck_host(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr a;

	if (addr_parse(text, &a) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not an IP "
		    "address", p->name, text);
	return rowcheck_address(p, &a, e);
}

int
rowcheck_path(const struct prop *p, const void *value, struct err *e)
{
	const char *path = *(char *const *)value;

	if (*path != '/')
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" does not start "
		    "with a /", p->name, path);
	return 0;
}
