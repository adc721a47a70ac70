/* admin/rest/source.c - see source.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/source.h"

#include <string.h>

struct addr
source_of(const struct addr *a)
{
	struct addr net = *a;

	if (addr_len(&net) == 16)
		memset(net.octets + 8, 0, 8);
	return net;
}
