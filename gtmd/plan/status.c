/* gtmd/plan/status.c - states and how they add up. See the header.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/status.h"

#include <assert.h>
#include <stddef.h>

static const char *const availability_names[STATUS_AVAILABILITIES] = {
	[STATUS_UNKNOWN] = "unknown", [STATUS_AVAILABLE] = "available",
	[STATUS_UNAVAILABLE] = "unavailable", [STATUS_OFFLINE] = "offline",
};

static const char *const enabled_names[] = {
	[STATUS_ENABLED] = "enabled", [STATUS_DISABLED] = "disabled",
	[STATUS_DISABLED_BY_PARENT] = "disabled-by-parent",
};

const char *
status_availability_name(enum status_availability a)
{
	assert(a < STATUS_AVAILABILITIES);
	return availability_names[a];
}

const char *
status_enabled_name(enum status_enabled e)
{
	assert(e <= STATUS_DISABLED_BY_PARENT);
	return enabled_names[e];
}

/* The enum is in the order of what decides. */
enum status_probe
status_probe_both(enum status_probe a, enum status_probe b)
{
	return a > b ? a : b;
}

enum status_availability
status_of_probe(enum status_probe p)
{
	switch (p) {
	case STATUS_PROBE_UP:
		return STATUS_AVAILABLE;
	case STATUS_PROBE_DOWN:
		return STATUS_OFFLINE;
	case STATUS_PROBE_NONE:
	case STATUS_PROBE_CHECKING:
		break;
	}
	return STATUS_UNKNOWN;
}

void
status_census_move(struct status_census *c, const struct status *was,
    const struct status *now)
{
	if (was != NULL && was->enabled == STATUS_ENABLED) {
		assert(c->n[was->availability] > 0);
		c->n[was->availability]--;
	}
	if (now != NULL && now->enabled == STATUS_ENABLED)
		c->n[now->availability]++;
}

enum status_availability
status_of_census(const struct status_census *c)
{
	if (c->n[STATUS_AVAILABLE] > 0)
		return STATUS_AVAILABLE;
	if (c->n[STATUS_UNKNOWN] > 0)
		return STATUS_UNKNOWN;
	if (c->n[STATUS_UNAVAILABLE] > 0)
		return STATUS_UNAVAILABLE;
	return c->n[STATUS_OFFLINE] > 0 ? STATUS_OFFLINE : STATUS_UNKNOWN;
}
