/* monitors/dbspec.h - what a probe of a database server goes by: how its protocol
 * is spoken, and who says that he asks. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DBSPEC_H
#define MONITORS_DBSPEC_H

#include "monitors/parley.h"

struct monitor;

struct dbspec {
	struct parley_spec parley;
	char		*user;		/* owned */
};

/* The spec of a monitor whose type has MONITOR_DB_ROWS; parley is copied. */
struct dbspec *dbspec_new(const struct monitor *m,
    const struct parley_spec *parley);
/* Is struct probe_type's spec_free: NULL is harmless. */
void dbspec_free(void **pspec);

#endif
