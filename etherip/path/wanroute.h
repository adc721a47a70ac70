/* etherip/path/wanroute.h - the interfaces by which the kernel's routes lead from one address to
 * another: packets of the tunnel's other end come in by one of these, and by no other unless
 * the way back differs. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_WANROUTE_H
#define ETHERIP_PATH_WANROUTE_H

#include <stdbool.h>
#include <stdint.h>

struct addr;

#define WANROUTE_MAX	16u	/* of routes with several ways; others are left out */

struct wanroute {
	uint32_t count;
	uint32_t interface[WANROUTE_MAX];	/* indices, as the kernel lists them; others 0 */
};

/* Asks the kernel, which answers within the call. 0; or an errno, and *out is as it was: no
 * way leads there. */
int wanroute_find(const struct addr *local, const struct addr *remote,
    struct wanroute *out);

/* Is that interface one of them? */
static inline bool
wanroute_has(const struct wanroute *r, uint32_t interface)
{
	for (uint32_t i = 0; i < r->count; i++)
		if (r->interface[i] == interface)
			return true;
	return false;
}

#endif
