/* gtmd/types/migration.h - gtm migration: an application that changes its data
 * center, as the operator describes it.
 *
 * How far it has come is no part of it (gtmd/migrate). Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_MIGRATION_H
#define GTMD_TYPES_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define MIGRATION_WORDS		"gtm migration"
#define MIGRATION_HOSTS_MAX	256
#define MIGRATION_HOST_NAME_MAX	63
#define MIGRATION_STEPS_MAX	15	/* and 100 behind them */
#define MIGRATION_WINDOWS_MAX	32
#define MIGRATION_SLO_LOOKS_MIN	5	/* in a window: fewer are not judged */

/* When clients follow the hosts; the names in the table are in this order, as
 * are those below. */
enum migration_plan {
	MIGRATION_FLIP_AT,	/* all at once, at flip-at % of the capacity */
	MIGRATION_FOLLOW,	/* share = what has moved */
	MIGRATION_STEPS,	/* by the steps, as far as the hosts carry it */
	MIGRATION_MANUAL	/* as the operator says */
};

enum migration_order {
	MIGRATION_GIVEN, MIGRATION_SMALLEST, MIGRATION_LARGEST
};

enum migration_failure { MIGRATION_PAUSE, MIGRATION_ROLL_BACK };

struct migration {
	struct object	 obj;
	struct typedref	 wideip;
	char		*from_pool, *to_pool;	/* full paths, of wideip's type */
	char		*from_hypervisor, *to_hypervisor;	/* or NULL */
	char		*description;
	struct objlist	 hosts;		/* struct migration_host */

	uint32_t	 plan;		/* enum migration_plan */
	uint32_t	 flip_at;	/* % of the capacity; flip-at */
	struct strlist	 steps;		/* see migration_steps */
	uint32_t	 step_hold_s;
	uint64_t	 demand;	/* capacity that all users need; 0 = no ceiling */
	uint32_t	 order;		/* enum migration_order */
	uint32_t	 concurrency;	/* machines under way at a time */
	uint32_t	 ttl_s;		/* while it runs; 0 = as it is */

	bool		 guard_destination;
	char		*lag_url, *lag_expression;	/* NULL = not watched */
	uint64_t	 lag_max;
	char		*slo_url;
	uint32_t	 guard_interval_ms, slo_window_s;
	uint32_t	 slo_errors_max;	/* of 1000 */
	bool		 slo_monitors;
	uint32_t	 slo_p95_max_ms;	/* 0 = not looked at */
	struct strlist	 freeze_windows;	/* texts for weekwindow.h */

	uint32_t	 prepare_timeout_s, storage_timeout_s, memory_timeout_s;
	uint32_t	 verify_timeout_s, drain_timeout_s;
	uint32_t	 retries;
	uint32_t	 on_failure;	/* enum migration_failure */
	char		*relay_application;	/* name at womd, or NULL */
	uint32_t	 residual_threshold, residual_window_s;
};

struct migration_host {
	struct object	 obj;		/* key: the machine's name */
	struct strlist	 addresses;
	uint32_t	 capacity;	/* in the units of demand */
	char		*check_url;	/* or NULL */
	char		*description;
	char		*from_hypervisor, *to_hypervisor;	/* NULL = the migration's */
	uint64_t	 memory_mib, storage_mib;	/* 0 = not known */
	uint32_t	 order;
	uint32_t	 port_offset;	/* qmp: added to the hypervisors' ports */
	char		*station;	/* MAC address, lower case, or NULL */
};

extern const struct type migration_type;
extern const struct type migration_host_type;

/* The names of plans and so on, NULL at the end. */
extern const char *const migration_plans[];
extern const char *const migration_orders[];
extern const char *const migration_failures[];

/* The hypervisors of a host: its own or the migration's; NULL = neither. */
const char *migration_from(const struct migration *m,
    const struct migration_host *h);
const char *migration_to(const struct migration *m,
    const struct migration_host *h);

/* The steps in %, ascending, the last one 100; those of a step of a canary when
 * none are given. ret how many. */
size_t migration_steps(const struct migration *m,
    uint8_t out[MIGRATION_STEPS_MAX + 1]);

#endif
