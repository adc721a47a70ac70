/* gtmd/types/migration.c - the property tables of gtm migration.
 *
 * The rules across properties and objects are in migrationcheck.c; what a
 * migration does is gtmd/migrate's business. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/migration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/weekwindow.h"
#include "core/model/path.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "gtmd/types/migrationcheck.h"
#include "gtmd/types/pageurl.h"

const char *const migration_plans[] = {
	"flip-at", "follow", "steps", "manual", NULL
};

const char *const migration_orders[] = {
	"given", "smallest", "largest", NULL
};

const char *const migration_failures[] = { "pause", "roll-back", NULL };

/* ---- values ---- */

/* Name of a machine: it becomes part of paths and of ids with slashes. */
static int
check_host_name(const char *name, struct err *e)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (name[len] != '\0' || !isalnum((unsigned char)*name))
		return err_set(e, ERR_PARSE, "\"%s\" is no name of a machine: "
		    "letters, digits, dots, _ and -, the first a letter or "
		    "digit", name);
	if (len > MIGRATION_HOST_NAME_MAX)
		return err_set(e, ERR_RANGE, "\"%s\" is longer than %d octets",
		    name, MIGRATION_HOST_NAME_MAX);
	return 0;
}

/* Six octets as hexadecimal digits, of one station. */
static int
check_station(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	bool good = strlen(text) == 17;

	for (size_t i = 0; i < 17 && good; i++)
		good = i % 3 == 2 ? text[i] == ':' :
		    isxdigit((unsigned char)text[i]) != 0;
	if (!good)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not a MAC address "
		    "such as 02:00:00:00:00:01", p->name, text);
	if (strchr("13579bdfBDF", text[1]) != NULL)
		return err_set(e, ERR_RANGE, "%s: %s is a group of stations",
		    p->name, text);
	return 0;
}

/* 1..100 without a leading zero; 0 for anything else. */
static unsigned
step_of(const char *text)
{
	unsigned v = 0;

	if (*text == '0' || strlen(text) > 3)
		return 0;
	for (; isdigit((unsigned char)*text); text++)
		v = v * 10 + (unsigned)(*text - '0');
	return *text == '\0' && v <= 100 ? v : 0;
}

static int
check_step(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (step_of(text) == 0)
		return err_set(e, ERR_RANGE, "%s: \"%s\" is outside 1..100",
		    p->name, text);
	return 0;
}

static int
check_window(const struct prop *p, const void *value, struct err *e)
{
	struct weekwindow w;

	if (weekwindow_parse(*(char *const *)value, &w, e) != 0)
		return err_wrap(e, "%s", p->name);
	return 0;
}

static int
check_url(const struct prop *p, const void *value, struct err *e)
{
	struct pageurl u;

	if (pageurl_parse(*(char *const *)value, &u, e) != 0)
		return err_wrap(e, "%s", p->name);
	return 0;
}

/* An object of another daemon: its name has the form of ours. */
static int
check_object_name(const struct prop *p, const void *value, struct err *e)
{
	char *full = path_absolute(*(char *const *)value, e);

	if (full == NULL)
		return err_wrap(e, "%s", p->name);
	free(full);
	return 0;
}

/* ---- the tables ---- */

#define HOST(row, k, member, text)					\
	.name = row, .kind = k,						\
	.off = offsetof(struct migration_host, member), .help = text

static const struct prop host_props[] = {
	{ HOST("addresses", PROP_STRINGS, addresses, "of the machine; they stay "
	  "the same"), .max = 64, .check = rowcheck_host },
	{ HOST("capacity", PROP_U32, capacity, "how much it carries, in the "
	  "units of demand"), .min = 1, .max = 1000000, .dflt = "1" },
	{ HOST("check-url", PROP_STRING, check_url, "http://ADDRESS[:PORT]/PATH "
	  "that answers with status 200 while it serves"),
	  .max = 1023, .check = check_url },
	{ HOST("description", PROP_STRING, description, "text of the operator"),
	  .max = 4095 },
	{ HOST("from-hypervisor", PROP_REF, from_hypervisor, "in the place of the "
	  "migration's"), .ref = "gtm hypervisor" },
	{ HOST("memory", PROP_U64, memory_mib, "of the machine; 0 = not known"),
	  .max = UINT32_MAX, .dflt = "0", .unit = "MiB" },
	{ HOST("order", PROP_U32, order, "place among the hosts"),
	  .flags = PROP_POSITION | PROP_ALWAYS, .max = 65535, .dflt = "0" },
	{ HOST("port-offset", PROP_U32, port_offset, "qmp: added to the ports of "
	  "both hypervisors, so that several machines move at a time"),
	  .max = 1023, .dflt = "0" },
	{ HOST("station", PROP_STRING, station, "MAC address on the server VLAN; "
	  "none: it is not announced"), .max = 17, .check = check_station },
	{ HOST("storage", PROP_U64, storage_mib, "disks that move; 0 = none, or "
	  "not known"), .max = UINT32_MAX, .dflt = "0", .unit = "MiB" },
	{ HOST("to-hypervisor", PROP_REF, to_hypervisor, "in the place of the "
	  "migration's"), .ref = "gtm hypervisor" },
	{ .name = NULL }
};

const struct type migration_host_type = {
	.words = "hosts",
	.title = "Host",
	.naming = TYPE_ITEM,
	.size = sizeof(struct migration_host),
	.props = host_props,
	.help = "a machine, by its name at the hypervisors",
	.check_name = check_host_name,
};

#define OWN(row, k, member, text)					\
	.name = row, .kind = k,						\
	.off = offsetof(struct migration, member), .help = text

#define TIMEOUT(row, member, dflt_s, text)				\
	{ OWN(row, PROP_U32, member, text), .min = 1, .max = 604800,	\
	  .dflt = dflt_s, .unit = "s" }

static const struct prop migration_props[] = {
	{ OWN("concurrency", PROP_U32, concurrency, "machines under way at a "
	  "time"), .min = 1, .max = 16, .dflt = "1" },
	{ OWN("demand", PROP_U64, demand, "capacity that all users need: no "
	  "share is over what live hosts carry; 0 = any"), .max = UINT32_MAX, .dflt = "0" },
	{ OWN("description", PROP_STRING, description, "text of the operator"),
	  .max = 4095 },
	TIMEOUT("drain-timeout", drain_timeout_s, "3600", "for caches to run "
	    "out; then it goes on to late connections all the same"),
	{ OWN("flip-at", PROP_U32, flip_at, "plan flip-at: clients change over "
	  "at this share of the capacity"), .min = 1, .max = 100,
	  .dflt = "50", .unit = "%" },
	{ OWN("freeze-windows", PROP_STRINGS, freeze_windows, "hours, in UTC, in "
	  "which nothing new begins: Mon-Fri 08:00-18:00"),
	  .max = MIGRATION_WINDOWS_MAX, .check = check_window },
	{ OWN("from-hypervisor", PROP_REF, from_hypervisor, "where the hosts "
	  "are"), .ref = "gtm hypervisor" },
	{ OWN("from-pool", PROP_REF, from_pool, "pool of the wide IP that has the "
	  "application now"), .flags = PROP_REQUIRED, .ref = "gtm pool" },
	{ OWN("guard-destination", PROP_BOOL, guard_destination, "the new site's "
	  "virtual servers must be available"),
	  .names = prop_disabled_enabled, .dflt = "enabled" },
	{ OWN("guard-interval", PROP_U32, guard_interval_ms, "from one look at "
	  "slo-url and lag-url to the next"), .min = 100, .max = 3600000,
	  .dflt = "1000", .unit = "ms" },
	{ OWN("hosts", PROP_ITEMS, hosts, "the machines that move"),
	  .max = MIGRATION_HOSTS_MAX, .item = &migration_host_type },
	{ OWN("lag-expression", PROP_STRING, lag_expression, "which number of "
	  "lag-url: a series of Prometheus, or $.path in JSON"),
	  .max = 1023 },
	{ OWN("lag-max", PROP_U64, lag_max, "the most that the replication may "
	  "lag behind, in the page's unit"), .max = INT64_MAX, .dflt = "0" },
	{ OWN("lag-url", PROP_STRING, lag_url, "page that tells how far the "
	  "replication lags behind, http://ADDRESS[:PORT]/PATH"),
	  .max = 1023, .check = check_url },
	TIMEOUT("memory-timeout", memory_timeout_s, "3600", "for one machine's "
	    "memory"),
	{ OWN("on-failure", PROP_ENUM, on_failure, "what is done when a host "
	  "fails for good; a breach of slo-url always rolls back"),
	  .names = migration_failures, .dflt = "pause" },
	{ OWN("order", PROP_ENUM, order, "which host is next: as given, or by "
	  "storage and memory"), .names = migration_orders,
	  .dflt = "given" },
	{ OWN("plan", PROP_ENUM, plan, "when clients follow: at once at flip-at, "
	  "with the capacity, by steps, or by hand"),
	  .names = migration_plans, .dflt = "flip-at" },
	TIMEOUT("prepare-timeout", prepare_timeout_s, "300", "for tunnels, "
	    "hypervisors and monitors to be ready"),
	{ OWN("relay-application", PROP_STRING, relay_application, "wom "
	  "optimized-application of the old site, disabled: enabled while "
	  "late users are relayed"), .max = 255, .check = check_object_name },
	{ OWN("residual-threshold", PROP_U32, residual_threshold, "late "
	  "connections in a residual-window that are few enough to close; "
	  "relay-application counts them"),
	  .max = 1000000000, .dflt = "0" },
	{ OWN("residual-window", PROP_U32, residual_window_s, "over which late "
	  "connections are counted"), .min = 1, .max = 86400,
	  .dflt = "60", .unit = "s" },
	{ OWN("retries", PROP_U32, retries, "how often a host that failed, and "
	  "might go well, is tried anew"), .max = 100, .dflt = "3" },
	{ OWN("slo-errors-max", PROP_U32, slo_errors_max, "requests that may "
	  "fail within slo-window, of 1000"), .max = 1000, .dflt = "10" },
	{ OWN("slo-monitors", PROP_BOOL, slo_monitors, "monitors' probes of "
	  "both sites are judged as slo-url is; the old one's only hold"),
	  .names = prop_disabled_enabled, .dflt = "disabled" },
	{ OWN("slo-p95-max", PROP_U32, slo_p95_max_ms, "95 % of slo-window's "
	  "requests are to be faster; 0 = not looked at"),
	  .max = 60000, .dflt = "0", .unit = "ms" },
	{ OWN("slo-url", PROP_STRING, slo_url, "page as a user sees it, "
	  "http://ADDRESS[:PORT]/PATH"), .max = 1023,
	  .check = check_url },
	{ OWN("slo-window", PROP_U32, slo_window_s, "over which slo-url is "
	  "judged, 5 guard-intervals at least; of probes, the latest 5 at least"),
	  .min = 1, .max = 3600, .dflt = "30", .unit = "s" },
	{ OWN("step-hold", PROP_U32, step_hold_s, "plan steps: from one to the "
	  "next"), .max = 604800, .dflt = "60", .unit = "s" },
	{ OWN("steps", PROP_STRINGS, steps, "plan steps: shares of the new site "
	  "in %; 100 is the last; none = 1 5 25 50 100"),
	  .max = MIGRATION_STEPS_MAX, .check = check_step },
	TIMEOUT("storage-timeout", storage_timeout_s, "86400", "for one "
	    "machine's disks"),
	{ OWN("to-hypervisor", PROP_REF, to_hypervisor, "where the hosts go"),
	  .ref = "gtm hypervisor" },
	{ OWN("to-pool", PROP_REF, to_pool, "pool of the wide IP that gets the "
	  "application"), .flags = PROP_REQUIRED, .ref = "gtm pool" },
	{ OWN("ttl", PROP_U32, ttl_s, "of both pools while it runs, lower than "
	  "theirs; 0 = as it is"), .max = 86400, .dflt = "0", .unit = "s" },
	TIMEOUT("verify-timeout", verify_timeout_s, "120", "for a machine to "
	    "serve at its new place, and for each of the small steps"),
	{ OWN("wideip", PROP_TYPEDREF, wideip, "the application: type and name, "
	  "a www.example.com"), .flags = PROP_REQUIRED,
	  .ref = "gtm wideip" },
	{ .name = NULL }
};

const struct type migration_type = {
	.words = MIGRATION_WORDS,
	.title = "Migration",
	.naming = TYPE_NAMED,
	.size = sizeof(struct migration),
	.props = migration_props,
	.help = "an application that changes its data center",
	.settle = migrationcheck_settle,
	.check = migrationcheck_migration,
};

const char *
migration_from(const struct migration *m, const struct migration_host *h)
{
	return h->from_hypervisor != NULL ? h->from_hypervisor :
	    m->from_hypervisor;
}

const char *
migration_to(const struct migration *m, const struct migration_host *h)
{
	return h->to_hypervisor != NULL ? h->to_hypervisor : m->to_hypervisor;
}

size_t
migration_steps(const struct migration *m,
    uint8_t out[MIGRATION_STEPS_MAX + 1])
{
	static const uint8_t canary[] = { 1, 5, 25, 50, 100 };
	size_t n = 0;

	if (m->steps.count == 0) {
		memcpy(out, canary, sizeof(canary));
		return sizeof(canary);
	}
	for (unsigned share = 1; share <= 100; share++)
		for (size_t i = 0; i < m->steps.count; i++)
			if (step_of(m->steps.v[i]) == share)
				out[n++] = (uint8_t)share;
	if (out[n - 1] != 100)
		out[n++] = 100;
	return n;
}
