/* gtmd/migrate/migfield.c - see migfield.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migfield.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migspec.h"

enum kind { TEXT, LIST, U32, U64, REAL, BOOL, PLAN, ORDER, FAILURE };

/* One value: text is a char *; a list is a char ** and, behind it in the same
 * struct, how many there are. */
struct row {
	const char	*name;
	enum kind	 kind;
	size_t		 off, count_off;
	uint64_t	 min, max;	/* of numbers */
	size_t		 most;		/* of a list */
};

#define WAIT		.min = 0, .max = MIGSPEC_WAIT_MAX_S
#define S(member)	.off = offsetof(struct migspec, member)
#define H(member)	.off = offsetof(struct migspec_host, member)
#define WINDOWS_MAX	64
#define OCTETS_MAX	(UINT64_C(1) << 42)	/* MiB: no sum of them overflows */

static const struct row run_rows[] = {
	{ .name = "name", TEXT, S(name) },
	{ .name = "run", U32, S(run), .min = 1, .max = UINT32_MAX },
	{ .name = "wideip", TEXT, S(wideip) },
	{ .name = "fromPool", TEXT, S(from_pool) },
	{ .name = "toPool", TEXT, S(to_pool) },
	{ .name = "fromEnabled", BOOL, S(before.from_enabled) },
	{ .name = "toEnabled", BOOL, S(before.to_enabled) },
	{ .name = "fromRatio", U32, S(before.from_ratio), .max = UINT32_MAX },
	{ .name = "toRatio", U32, S(before.to_ratio), .max = UINT32_MAX },
	{ .name = "fromTtl", U32, S(before.from_ttl_s), .max = INT32_MAX },
	{ .name = "toTtl", U32, S(before.to_ttl_s), .max = INT32_MAX },
	{ .name = "plan", PLAN, S(plan) },
	{ .name = "flipAt", U32, S(flip_at), .min = 1, .max = 100 },
	{ .name = "stepHold", U32, S(step_hold_s), WAIT },
	{ .name = "demand", U32, S(demand), .max = UINT32_MAX },
	{ .name = "order", ORDER, S(order) },
	{ .name = "concurrency", U32, S(concurrency), .min = 1, .max = MIGSPEC_CONCURRENCY_MAX },
	{ .name = "ttl", U32, S(ttl_s), .max = INT32_MAX },
	{ .name = "prepareTimeout", U32, S(prepare_timeout_s), WAIT },
	{ .name = "storageTimeout", U32, S(storage_timeout_s), WAIT },
	{ .name = "memoryTimeout", U32, S(memory_timeout_s), WAIT },
	{ .name = "verifyTimeout", U32, S(verify_timeout_s), WAIT },
	{ .name = "drainTimeout", U32, S(drain_timeout_s), WAIT },
	{ .name = "retries", U32, S(retries), .max = MIGSPEC_RETRIES_MAX },
	{ .name = "onFailure", FAILURE, S(on_failure) },
	{ .name = "relayApplication", TEXT, S(relay_application) },
	{ .name = "residualThreshold", U32, S(residual_threshold), .max = UINT32_MAX },
	{ .name = "residualWindow", U32, S(residual_window_s), WAIT },
	{ .name = "guardDestination", BOOL, S(guard_destination) },
	{ .name = "lagUrl", TEXT, S(lag_url) },
	{ .name = "lagExpression", TEXT, S(lag_expression) },
	{ .name = "lagMax", REAL, S(lag_max) },
	{ .name = "sloUrl", TEXT, S(slo_url) },
	{ .name = "sloMonitors", BOOL, S(slo_monitors) },
	{ .name = "sloInterval", U32, S(slo_interval_ms), .min = 1, .max = UINT32_MAX },
	{ .name = "sloWindow", U32, S(slo_window_s), .min = 1, .max = MIGSPEC_WAIT_MAX_S },
	{ .name = "sloErrorsMax", U32, S(slo_errors_max), .max = 1000 },
	{ .name = "sloP95Max", U32, S(slo_p95_max_ms), .max = UINT32_MAX },
	{ .name = "freezeWindows", LIST, S(freeze_windows), .most = WINDOWS_MAX,
	  .count_off = offsetof(struct migspec, freeze_count) },
	{ .name = "description", TEXT, S(description) },
};

static const struct row host_rows[] = {
	{ .name = "name", TEXT, H(name) },
	{ .name = "capacity", U32, H(capacity), .min = 1, .max = MIGSPEC_CAPACITY_MAX },
	{ .name = "order", U32, H(order), .max = UINT32_MAX },
	{ .name = "portOffset", U32, H(port_offset), .max = 65535 },
	{ .name = "storage", U64, H(storage_mib), .max = OCTETS_MAX },
	{ .name = "memory", U64, H(memory_mib), .max = OCTETS_MAX },
	{ .name = "station", TEXT, H(station) },
	{ .name = "fromHypervisor", TEXT, H(from_hypervisor) },
	{ .name = "toHypervisor", TEXT, H(to_hypervisor) },
	{ .name = "checkUrl", TEXT, H(check_url) },
	{ .name = "addresses", LIST, H(addresses), .most = MIGSPEC_ADDRESSES_MAX,
	  .count_off = offsetof(struct migspec_host, address_count) },
};

static const char *const plans[] = { "flip-at", "follow", "steps", "manual", NULL };
static const char *const orders[] = { "given", "smallest", "largest", NULL };
static const char *const failures[] = { "pause", "roll-back", NULL };

static const char *const *
words_of(enum kind k)
{
	return k == PLAN ? plans : k == ORDER ? orders : failures;
}

static void *
at(const void *obj, size_t off)
{
	return (char *)(uintptr_t)obj + off;
}

static const struct {
	const struct row *rows;
	size_t		 count;
} tables[] = {
	[MIGFIELD_RUN] = { run_rows, OBJ_COUNT(run_rows) },
	[MIGFIELD_HOST] = { host_rows, OBJ_COUNT(host_rows) },
};

void
migfield_free(enum migfield_of of, void *obj)
{
	const struct row *f = tables[of].rows;

	for (size_t count = tables[of].count; count > 0; count--, f++)
		if (f->kind == TEXT) {
			free(*(char **)at(obj, f->off));
		} else if (f->kind == LIST) {
			char **list = *(char ***)at(obj, f->off);
			size_t n = *(size_t *)at(obj, f->count_off);

			for (size_t i = 0; i < n; i++)
				free(list[i]);
			free(list);
		}
}

/* --- checks --------------------------------------------------------------- */

static int
check_number(const struct row *f, uint64_t n, struct err *e)
{
	return n >= f->min && n <= f->max ? 0 : err_set(e, ERR_RANGE,
	    "%s: %" PRIu64 " is outside %" PRIu64 "..%" PRIu64, f->name, n, f->min, f->max);
}

int
migfield_check(enum migfield_of of, const void *obj, struct err *e)
{
	const struct row *f = tables[of].rows;
	int rc = 0;

	for (size_t count = tables[of].count; count > 0 && rc == 0; count--, f++)
		if (f->kind == U32)
			rc = check_number(f, *(uint32_t *)at(obj, f->off), e);
		else if (f->kind == U64)
			rc = check_number(f, *(uint64_t *)at(obj, f->off), e);
		else if (f->kind == LIST && *(size_t *)at(obj, f->count_off) > f->most)
			rc = err_set(e, ERR_RANGE, "%s: more than %zu", f->name, f->most);
	return rc;
}

/* --- JSON ----------------------------------------------------------------- */

static struct json *
list_json(char **list, size_t count)
{
	struct json *a = json_new_array();

	for (size_t i = 0; i < count; i++)
		json_add_text(a, list[i]);
	return a;
}

static void
put_field(struct json *j, const void *obj, const struct row *f)
{
	const void *p = at(obj, f->off);
	struct json *list;

	switch (f->kind) {
	case TEXT:
		if (*(char *const *)p != NULL)
			json_put_text(j, f->name, *(char *const *)p);
		return;
	case LIST:
		list = list_json(*(char **const *)p, *(size_t *)at(obj, f->count_off));
		json_put(j, f->name, &list);
		return;
	case U32:
		json_put_int(j, f->name, *(const uint32_t *)p);
		return;
	case U64:
		json_put_int(j, f->name, (int64_t)*(const uint64_t *)p);
		return;
	case REAL:
		json_put_real(j, f->name, *(const double *)p);
		return;
	case BOOL:
		json_put_bool(j, f->name, *(const bool *)p);
		return;
	case PLAN:
	case ORDER:
	case FAILURE:
		json_put_text(j, f->name, words_of(f->kind)[*(const unsigned *)p]);
		return;
	}
}

void
migfield_put(enum migfield_of of, const void *obj, struct json *j)
{
	for (size_t i = 0; i < tables[of].count; i++)
		put_field(j, obj, &tables[of].rows[i]);
}

static int
read_word(const struct row *f, const struct json *v, void *p, struct err *e)
{
	const char *const *words = words_of(f->kind), *text = json_get_text(v);

	for (unsigned i = 0; words[i] != NULL; i++)
		if (text != NULL && strcmp(words[i], text) == 0) {
			*(unsigned *)p = i;
			return 0;
		}
	return err_set(e, ERR_PARSE, "%s: %s is no word for it", f->name,
	    text != NULL ? text : "what is there");
}

static int
read_list(const struct row *f, const struct json *v, void *obj, struct err *e)
{
	size_t count = json_count(v);
	char **list;

	if (json_kind_of(v) != JSON_KIND_ARRAY || count > f->most)
		return err_set(e, ERR_RANGE, "%s: not a list of %zu at most", f->name, f->most);
	list = mem_zalloc(count + 1, sizeof(*list));
	*(char ***)at(obj, f->off) = list;
	*(size_t *)at(obj, f->count_off) = count;
	for (size_t i = 0; i < count; i++) {
		const char *text = json_get_text(json_item(v, i));

		list[i] = mem_strdup(text != NULL ? text : "");
	}
	return 0;
}

static int
read_number(const struct row *f, const struct json *v, void *p, struct err *e)
{
	int64_t n = json_get_int(v);
	int rc;

	if (json_kind_of(v) != JSON_KIND_INT || n < 0)
		return err_set(e, ERR_PARSE, "%s: not a number", f->name);
	rc = check_number(f, (uint64_t)n, e);
	if (rc == 0 && f->kind == U32)
		*(uint32_t *)p = (uint32_t)n;
	else if (rc == 0)
		*(uint64_t *)p = (uint64_t)n;
	return rc;
}

/* What is not there stays at its default. */
static int
read_field(const struct json *j, void *obj, const struct row *f, struct err *e)
{
	const struct json *v = json_find(j, f->name);
	void *p = at(obj, f->off);

	if (v == NULL)
		return 0;
	switch (f->kind) {
	case TEXT:
		*(char **)p = mem_strdup(json_get_text(v));
		return 0;
	case LIST:
		return read_list(f, v, obj, e);
	case U32:
	case U64:
		return read_number(f, v, p, e);
	case REAL:
		*(double *)p = json_get_real(v);
		return 0;
	case BOOL:
		*(bool *)p = json_get_bool(v);
		return 0;
	case PLAN:
	case ORDER:
	case FAILURE:
		break;
	}
	return read_word(f, v, p, e);
}

int
migfield_read(enum migfield_of of, const struct json *j, void *obj, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < tables[of].count && rc == 0; i++)
		rc = read_field(j, obj, &tables[of].rows[i], e);
	return rc;
}
