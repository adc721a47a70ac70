/* gtmd/types/target.c - which addresses may stand in an answer.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/target.h"

#include <assert.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/obj.h"

static const struct {
	const char	*prefix;
	const char	*what;
} unfit[] = {
	{ "0.0.0.0/8", "it names no host" },
	{ "224.0.0.0/4", "it is a multicast address" },
	{ "240.0.0.0/4", "it is reserved" },
	{ "::/128", "it names no host" },
	{ "::ffff:0.0.0.0/96", "it is an IPv4 address: write it as one" },
	{ "ff00::/8", "it is a multicast address" },
};

int
target_check_addr(const char *prop, const struct addr *a, struct err *e)
{
	char text[ADDR_TEXT_MAX];
	struct addr_prefix p;
	int rc;

	for (size_t i = 0; i < OBJ_COUNT(unfit); i++) {
		rc = addr_parse_prefix(unfit[i].prefix, &p);
		assert(rc == 0);
		if (addr_in_prefix(a, &p))
			return err_set(e, ERR_RANGE,
			    "%s: %s cannot be an answer: %s", prop,
			    addr_format(a, text), unfit[i].what);
	}
	return 0;
}
