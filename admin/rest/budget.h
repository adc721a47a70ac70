/* admin/rest/budget.h - how much memory all requests and replies together hold.
 *
 * From any thread. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_BUDGET_H
#define ADMIN_REST_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct budget {
	size_t		 limit;		/* octets; set once */
	atomic_size_t	 used;
};

/* Takes that many octets, or none and answers false. */
bool budget_take(struct budget *b, size_t len);
/* Gives back what was taken. */
void budget_give(struct budget *b, size_t len);

#endif
