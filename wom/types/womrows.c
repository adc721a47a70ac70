/* wom/types/womrows.c - see womrows.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/types/womrows.h"

#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"

const char *const womrows_origin_names[] = {
	"configured", "discovered", "manually-saved", "persistable", NULL
};

int
womrows_check_network(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (addr_parse_prefix(text, &prefix) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a network "
		    "such as 192.0.2.0/24", p->name, text);
	return 0;
}

int
womrows_check_interface(const struct prop *p, const void *value,
    struct err *e)
{
	const char *name = *(char *const *)value;

	if (strlen(name) > WOMROWS_INTERFACE_MAX ||
	    strpbrk(name, "/: \t\"") != NULL)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not the name "
		    "of an interface such as eth0", p->name, name);
	return 0;
}

int
womrows_check_domain(const struct prop *p, const void *value, struct err *e)
{
	const char *name = *(char *const *)value;

	for (const char *c = name; *c != '\0'; c++)
		if (*c < '!' || *c > '~')
			return err_set(e, ERR_PARSE, "%s: \"%.80s\" has other "
			    "than visible ASCII characters", p->name, name);
	return 0;
}

int
womrows_check_snat(const struct prop *p, const void *value, struct err *e)
{
	if (strcmp(p->names[*(const uint32_t *)value], "local") != 0)
		return 0;
	return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: local: "
	    "replies to an address of this side would not come by way of the "
	    "tunnel", p->name);
}
