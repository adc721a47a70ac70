/* admin/rest/budget.c - see budget.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/budget.h"

#include <assert.h>

bool
budget_take(struct budget *b, size_t len)
{
	size_t was = atomic_load(&b->used);

	do {
		if (len > b->limit - was)
			return false;
	} while (!atomic_compare_exchange_weak(&b->used, &was, was + len));
	return true;
}

void
budget_give(struct budget *b, size_t len)
{
	size_t was = atomic_fetch_sub(&b->used, len);

	assert(was >= len);
	(void)was;
}
