/* admin/rest/seats.c - see seats.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/seats.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The first that this user has, NULL = none. */
static char *
find(struct seats *s, const char *user)
{
	for (size_t i = 0; i < SEATS_MAX; i++)
		if (strcmp(s->user[i], user) == 0)
			return s->user[i];
	return NULL;
}

bool
seats_take(struct seats *s, const char *user)
{
	char *place = find(s, "");
	size_t has = 0;

	for (size_t i = 0; i < SEATS_MAX; i++)
		has += strcmp(s->user[i], user) == 0;
	if (place == NULL || has >= SEATS_PER_USER)
		return false;
	(void)snprintf(place, USERS_NAME_MAX, "%s", user);
	return true;
}

void
seats_give(struct seats *s, const char *user)
{
	char *place = find(s, user);

	assert(place != NULL && *user != '\0');
	*place = '\0';
}
