/* gtmd/migrate/migspec.h - a migration as it was started: plain values, copied
 * out of the configuration once and written into the journal's first record.
 *
 * What happens to the configuration later does not touch a run. Checks of the
 * objects are the property tables'; what is read back from a journal is held to
 * the bounds that the core relies on. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSPEC_H
#define GTMD_MIGRATE_MIGSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct json;

#define MIGSPEC_HOSTS_MAX	256
#define MIGSPEC_STEPS_MAX	33	/* shares in a plan of steps */
#define MIGSPEC_ADDRESSES_MAX	64	/* of one host */
#define MIGSPEC_CONCURRENCY_MAX	16
#define MIGSPEC_CAPACITY_MAX	1000000
#define MIGSPEC_RETRIES_MAX	100
#define MIGSPEC_WAIT_MAX_S	(7u * 86400u)	/* any of the time-outs */

/* How the share of the new site follows the hosts. */
enum migspec_plan { MIGSPEC_FLIP_AT, MIGSPEC_FOLLOW, MIGSPEC_STEPS, MIGSPEC_MANUAL };
/* Which host goes first. */
enum migspec_order { MIGSPEC_GIVEN, MIGSPEC_SMALLEST, MIGSPEC_LARGEST };
/* What a host that could not be moved does to the rest. */
enum migspec_failure { MIGSPEC_PAUSE, MIGSPEC_ROLL_BACK };

/* All text is owned; NULL where nothing is set. */
struct migspec_host {
	char		*name;
	uint32_t	 capacity;	/* >= 1 */
	uint32_t	 order;		/* lower goes first, with MIGSPEC_GIVEN */
	uint32_t	 port_offset;	/* qmp: added to the hypervisors' ports */
	uint64_t	 storage_mib, memory_mib;	/* 0 = not known */
	char		*station;
	char		*from_hypervisor, *to_hypervisor;	/* whole names */
	char		*check_url;
	char		**addresses;
	size_t		 address_count;
};

/* What the run found, and puts back. */
struct migspec_before {
	bool		 from_enabled, to_enabled;
	uint32_t	 from_ratio, to_ratio;		/* of the pools in the wide IP */
	uint32_t	 from_ttl_s, to_ttl_s;
};

struct migspec {
	char		*name;		/* whole: /Common/move */
	uint32_t	 run;		/* of this name, from 1 */
	char		*wideip;	/* "a /Common/app.example.com" */
	char		*from_pool, *to_pool;
	struct migspec_host *hosts;
	size_t		 host_count;	/* 1..MIGSPEC_HOSTS_MAX */
	struct migspec_before before;

	enum migspec_plan plan;
	uint32_t	 flip_at;	/* per cent of capacity, 1..100 */
	uint32_t	 steps[MIGSPEC_STEPS_MAX];	/* ascending, 1..100 */
	size_t		 step_count;
	uint32_t	 step_hold_s;
	uint32_t	 demand;	/* capacity units; 0 = no ceiling */
	enum migspec_order order;
	uint32_t	 concurrency;	/* 1..MIGSPEC_CONCURRENCY_MAX */
	uint32_t	 ttl_s;		/* while it runs; 0 = left as it is */

	uint32_t	 prepare_timeout_s, storage_timeout_s, memory_timeout_s;
	uint32_t	 verify_timeout_s, drain_timeout_s;	/* 0 = none */
	uint32_t	 retries;	/* rounds of a host after its first */
	enum migspec_failure on_failure;
	char		*relay_application;	/* whose late connections count */
	uint32_t	 residual_threshold, residual_window_s;

	bool		 guard_destination;
	char		*lag_url, *lag_expression;
	double		 lag_max;
	char		*slo_url;
	bool		 slo_monitors;	/* their probes are judged like it */
	uint32_t	 slo_interval_ms, slo_window_s;
	uint32_t	 slo_errors_max;	/* per mille that may fail */
	uint32_t	 slo_p95_max_ms;	/* 0 = not asked */
	char		**freeze_windows;	/* core/base/weekwindow.h, UTC */
	size_t		 freeze_count;
	char		*description;
};

/* With the property tables' defaults, no name and no host; to be filled in. */
struct migspec *migspec_new(void);
void migspec_free(struct migspec **ps);
/* One more host, zeroed but for capacity 1; its text is then owned by s.
 * Asserts that there is room; moves the others. */
struct migspec_host *migspec_add_host(struct migspec *s);
struct migspec *migspec_clone(const struct migspec *s);

/* ret 0, or ERR_RANGE, ERR_CONFLICT with a sentence: what the core relies on. */
int migspec_check(const struct migspec *s, struct err *e);
/* A host's index by name, or -1. */
int migspec_find(const struct migspec *s, const char *host);
/* Sum of all hosts' capacities. */
uint64_t migspec_capacity(const struct migspec *s);
/* Fills turn[0..host_count): indexes of hosts in the order of going there. */
void migspec_turns(const struct migspec *s, uint16_t *turn);

/* As the journal has it, for the caller to free; and back: NULL with ERR_PARSE,
 * ERR_RANGE or ERR_CONFLICT in e. Unknown members are passed over. */
struct json *migspec_json(const struct migspec *s);
struct migspec *migspec_read(const struct json *j, struct err *e);

#endif
