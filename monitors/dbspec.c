/* monitors/dbspec.c - see dbspec.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/dbspec.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "monitors/monitor_db.h"

struct dbspec *
dbspec_new(const struct monitor *m, const struct parley_spec *parley)
{
	struct dbspec *s = mem_zalloc(1, sizeof(*s));

	s->parley = *parley;
	s->user = mem_strdup(monitor_db_user((const struct monitor_db *)m));
	return s;
}

void
dbspec_free(void **pspec)
{
	struct dbspec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	free(s->user);
	free(s);
}
