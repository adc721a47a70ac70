/* admin/rest/seats.h - how many may watch at a time, in all and of one user.
 *
 * Each holds a thread here and a connection to the daemon, which lets 32 watch:
 * its shell finds a place beside these. The caller serialises. Layer:
 * admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_SEATS_H
#define ADMIN_REST_SEATS_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/rest/users.h"

#define SEATS_MAX	16
#define SEATS_PER_USER	4

/* All zero is a valid empty one. */
struct seats {
	char		 user[SEATS_MAX][USERS_NAME_MAX];	/* "" = free */
};

/* false: all are taken, or as many as one user may have. */
bool seats_take(struct seats *s, const char *user);
/* Gives back one that the user took (asserted). */
void seats_give(struct seats *s, const char *user);

#endif
