/* core/rest/restlimit.c - see restlimit.h. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restlimit.h"

#include <stdlib.h>
#include <string.h>

#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

#define DIGITS	18	/* at most: no overflow */

int
restlimit_read(const struct restrequest *q, size_t *limit, struct restreply *r)
{
	const char *text = restrequest_param(q, "limit");
	size_t len = text != NULL ? strlen(text) : 0, n = 0;

	if (text == NULL)
		return 0;
	if (len <= DIGITS && strspn(text, "0123456789") == len)
		n = strtoul(text, NULL, 10);
	if (n == 0 || n > RESTLIMIT_MAX)
		return restreply_error(r, 400, "limit: \"%.40s\" is not a number "
		    "of 1..%zu", text, RESTLIMIT_MAX);
	*limit = n;
	return 0;
}
