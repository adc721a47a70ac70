/* wom/link/linkroute.h - is an address in what a site says that it can reach?
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKROUTE_H
#define WOM_LINK_LINKROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "wom/link/linkhello.h"

/* The narrowest of the networks that a is in decides; where the same one is there
 * twice, whoever excludes it does. Looks at each once. */
bool linkroute_covers(const struct linkroute *routes, size_t count,
    const struct addr *a);

#endif
