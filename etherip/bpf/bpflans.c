/* etherip/bpf/bpflans.c - see bpflans.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpflans.h"

#include <net/if.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"

static bool
has(const unsigned *v, size_t count, unsigned ifindex)
{
	for (size_t i = 0; i < count; i++)
		if (v[i] == ifindex)
			return true;
	return false;
}

int
bpflans_set(struct bpflans *l, struct bpfhome *h, const char *const *names,
    size_t count, struct err *e)
{
	struct bpfdevice *d = bpfhome_devices(h);
	struct bpflans now = { .count = 0 };
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned ifindex = if_nametoindex(names[i]);
		int why = ifindex == 0 ? err_set(e, ERR_NOTFOUND,
		    "no interface %s", names[i]) :
		    has(l->ifindex, l->count, ifindex) ? 0 :
		    bpfdevice_use(d, ifindex, BPFKEY_ROLE_LAN, e);

		if (why != 0) {
			rc = why;
			continue;
		}
		bpfdevice_renew(d, ifindex, BPFKEY_ROLE_LAN);
		now.ifindex[now.count++] = ifindex;
	}
	for (size_t i = 0; i < l->count; i++)
		if (!has(now.ifindex, now.count, l->ifindex[i]))
			bpfdevice_leave(d, l->ifindex[i], BPFKEY_ROLE_LAN);
	*l = now;
	return rc;
}

void
bpflans_lead(const struct bpflans *l, const struct bpfhome *h,
    const uint32_t *slot)
{
	int map = bpfload_map(bpfhome_load(h), BPFLOAD_PORTS);

	for (size_t i = 0; i < l->count; i++) {
		uint32_t key = l->ifindex[i];

		if (slot != NULL)
			(void)bpfmap_put(map, &key,
			    &(struct bpfkey_port){ *slot });
		else
			(void)bpfmap_take(map, &key, NULL);
	}
}

void
bpflans_drop(struct bpflans *l, struct bpfhome *h)
{
	bpflans_lead(l, h, NULL);
	for (size_t i = 0; i < l->count; i++)
		bpfdevice_leave(bpfhome_devices(h), l->ifindex[i],
		    BPFKEY_ROLE_LAN);
	l->count = 0;
}
