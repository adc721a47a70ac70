/* gtmd/query/wide.c - see wide.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/wide.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/wire/dnsname.h"
#include "gtmd/query/wildname.h"

struct wide *
wide_new(const uint8_t *name, size_t len)
{
	struct wide *e = mem_zalloc(1, sizeof(*e) + len);

	e->hash = dnsname_hash(name, len);
	e->len = (uint8_t)len;
	e->pattern = wildname_check(name);
	memcpy(e->name, name, len);
	return e;
}

void
wide_free(void *e)
{
	free(((struct wide *)e)->rare);
	free(e);
}

void
wide_set_slot(struct wide *e, enum wide_type type, struct decision_slot *slot)
{
	if (type < WIDE_USUAL) {
		__atomic_store_n(&e->slot[type], slot, __ATOMIC_RELEASE);
		return;
	}
	if (e->rare == NULL)
		__atomic_store_n(&e->rare, mem_zalloc(1, sizeof(*e->rare)),
		    __ATOMIC_RELEASE);
	__atomic_store_n(&e->rare->slot[type - WIDE_USUAL], slot,
	    __ATOMIC_RELEASE);
}

bool
wide_has_slot(const struct wide *e)
{
	int types = RCU_GET(e->rare) != NULL ? WIDE_TYPES : WIDE_USUAL;

	for (int t = 0; t < types; t++)
		if (wide_slot(e, (enum wide_type)t) != NULL)
			return true;
	return false;
}
