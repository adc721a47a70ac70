/* gtmd/migrate/migspec.c - see migspec.h. The JSON form is made by one table for
 * the run and one for a host, which write and read it alike.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migspec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/weekwindow.h"
#include "core/model/json.h"

enum kind { TEXT, LIST, U32, U64, REAL, BOOL, PLAN, ORDER, FAILURE };

/* One value: text is a char *; a list is a char ** and, behind it in the same
 * struct, how many there are. */
struct field {
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

static const struct field spec_fields[] = {
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
	{ .name = "sloInterval", U32, S(slo_interval_ms), .min = 1, .max = UINT32_MAX },
	{ .name = "sloWindow", U32, S(slo_window_s), .min = 1, .max = MIGSPEC_WAIT_MAX_S },
	{ .name = "sloErrorsMax", U32, S(slo_errors_max), .max = 1000 },
	{ .name = "sloP95Max", U32, S(slo_p95_max_ms), .max = UINT32_MAX },
	{ .name = "freezeWindows", LIST, S(freeze_windows), .most = WINDOWS_MAX,
	  .count_off = offsetof(struct migspec, freeze_count) },
	{ .name = "description", TEXT, S(description) },
};

static const struct field host_fields[] = {
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

struct migspec *
migspec_new(void)
{
	struct migspec *s = mem_zalloc(1, sizeof(*s));

	s->run = 1;
	s->before = (struct migspec_before){ .from_enabled = true, .from_ratio = 1,
	    .to_ratio = 1, .from_ttl_s = 30, .to_ttl_s = 30 };
	s->flip_at = 50;
	s->concurrency = 1;
	s->retries = 3;
	s->prepare_timeout_s = 300;
	s->storage_timeout_s = 24 * 3600;
	s->memory_timeout_s = 3600;
	s->verify_timeout_s = 120;
	s->drain_timeout_s = 3600;
	s->residual_window_s = 60;
	s->guard_destination = true;
	s->slo_interval_ms = 1000;
	s->slo_window_s = 30;
	s->slo_errors_max = 10;
	s->step_hold_s = 60;
	return s;
}

static void
free_fields(void *obj, const struct field *f, size_t count)
{
	for (; count > 0; count--, f++)
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

void
migspec_free(struct migspec **ps)
{
	struct migspec *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->host_count; i++)
		free_fields(&s->hosts[i], host_fields, OBJ_COUNT(host_fields));
	free(s->hosts);
	free_fields(s, spec_fields, OBJ_COUNT(spec_fields));
	free(s);
}

struct migspec_host *
migspec_add_host(struct migspec *s)
{
	assert(s->host_count < MIGSPEC_HOSTS_MAX);
	s->hosts = mem_resize(s->hosts, s->host_count + 1, sizeof(*s->hosts));
	s->hosts[s->host_count] = (struct migspec_host){ .capacity = 1 };
	return &s->hosts[s->host_count++];
}

int
migspec_find(const struct migspec *s, const char *host)
{
	for (size_t i = 0; i < s->host_count; i++)
		if (s->hosts[i].name != NULL && strcmp(s->hosts[i].name, host) == 0)
			return (int)i;
	return -1;
}

uint64_t
migspec_capacity(const struct migspec *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->host_count; i++)
		sum += s->hosts[i].capacity;
	return sum;
}

/* Does a go before b? */
static bool
goes_before(const struct migspec *s, const struct migspec_host *a,
    const struct migspec_host *b)
{
	uint64_t left = a->storage_mib + a->memory_mib;
	uint64_t right = b->storage_mib + b->memory_mib;

	switch (s->order) {
	case MIGSPEC_SMALLEST:
		return left < right;
	case MIGSPEC_LARGEST:
		return left > right;
	case MIGSPEC_GIVEN:
		break;
	}
	return a->order < b->order;
}

/* Insertion: equals stay as they stand, and there are few. */
void
migspec_turns(const struct migspec *s, uint16_t *turn)
{
	for (size_t i = 0; i < s->host_count; i++) {
		size_t k = i;

		for (; k > 0 && goes_before(s, &s->hosts[i], &s->hosts[turn[k - 1]]); k--)
			turn[k] = turn[k - 1];
		turn[k] = (uint16_t)i;
	}
}

/* --- checks --------------------------------------------------------------- */

static int
check_number(const struct field *f, uint64_t n, struct err *e)
{
	return n >= f->min && n <= f->max ? 0 : err_set(e, ERR_RANGE,
	    "%s: %" PRIu64 " is outside %" PRIu64 "..%" PRIu64, f->name, n, f->min, f->max);
}

static int
check_fields(const void *obj, const struct field *f, size_t count, struct err *e)
{
	int rc = 0;

	for (; count > 0 && rc == 0; count--, f++)
		if (f->kind == U32)
			rc = check_number(f, *(uint32_t *)at(obj, f->off), e);
		else if (f->kind == U64)
			rc = check_number(f, *(uint64_t *)at(obj, f->off), e);
		else if (f->kind == LIST && *(size_t *)at(obj, f->count_off) > f->most)
			rc = err_set(e, ERR_RANGE, "%s: more than %zu", f->name, f->most);
	return rc;
}

static int
check_steps(const struct migspec *s, struct err *e)
{
	if (s->plan == MIGSPEC_STEPS && s->step_count == 0)
		return err_set(e, ERR_CONFLICT, "plan steps has no steps");
	if (s->step_count > MIGSPEC_STEPS_MAX)
		return err_set(e, ERR_RANGE, "steps: more than %d", MIGSPEC_STEPS_MAX);
	for (size_t i = 0; i < s->step_count; i++)
		if (s->steps[i] < 1 || s->steps[i] > 100 ||
		    (i > 0 && s->steps[i] <= s->steps[i - 1]))
			return err_set(e, ERR_RANGE, "steps: %" PRIu32
			    " is outside 1..100 or not above the one before", s->steps[i]);
	if (s->plan == MIGSPEC_STEPS && s->steps[s->step_count - 1] != 100)
		return err_set(e, ERR_RANGE, "steps: the last one is not 100");
	return 0;
}

static int
check_hosts(const struct migspec *s, struct err *e)
{
	int rc = 0;

	if (s->host_count < 1 || s->host_count > MIGSPEC_HOSTS_MAX)
		return err_set(e, ERR_RANGE, "hosts: %zu is outside 1..%d", s->host_count,
		    MIGSPEC_HOSTS_MAX);
	for (size_t i = 0; i < s->host_count && rc == 0; i++) {
		const struct migspec_host *h = &s->hosts[i];

		if (h->name == NULL || *h->name == '\0' || strchr(h->name, '/') != NULL)
			return err_set(e, ERR_PARSE, "hosts: %zu has no name that can be one",
			    i + 1);
		if (migspec_find(s, h->name) != (int)i)
			return err_set(e, ERR_CONFLICT, "hosts: %s is there twice", h->name);
		rc = check_fields(h, host_fields, OBJ_COUNT(host_fields), e);
		if (rc != 0)
			(void)err_wrap(e, "host %s", h->name);
	}
	return rc;
}

int
migspec_check(const struct migspec *s, struct err *e)
{
	struct weekwindow w;
	int rc = check_fields(s, spec_fields, OBJ_COUNT(spec_fields), e);

	if (rc == 0 && (s->name == NULL || *s->name == '\0'))
		rc = err_set(e, ERR_PARSE, "a migration has no name");
	if (rc == 0 && !s->before.from_enabled)
		rc = err_set(e, ERR_CONFLICT, "%s: from-pool is disabled: there are no users "
		    "to be moved", s->name);
	if (rc == 0)
		rc = check_steps(s, e);
	for (size_t i = 0; i < s->freeze_count && rc == 0; i++)
		rc = weekwindow_parse(s->freeze_windows[i], &w, e);
	return rc != 0 ? rc : check_hosts(s, e);
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
put_field(struct json *j, const void *obj, const struct field *f)
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

struct json *
migspec_json(const struct migspec *s)
{
	struct json *j = json_new_object(), *hosts = json_new_array();
	struct json *steps = json_new_array();

	for (size_t i = 0; i < OBJ_COUNT(spec_fields); i++)
		put_field(j, s, &spec_fields[i]);
	for (size_t i = 0; i < s->step_count; i++)
		json_add_int(steps, s->steps[i]);
	json_put(j, "steps", &steps);
	for (size_t i = 0; i < s->host_count; i++) {
		struct json *h = json_new_object();

		for (size_t k = 0; k < OBJ_COUNT(host_fields); k++)
			put_field(h, &s->hosts[i], &host_fields[k]);
		json_add(hosts, &h);
	}
	json_put(j, "hosts", &hosts);
	return j;
}

static int
read_word(const struct field *f, const struct json *v, void *p, struct err *e)
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
read_list(const struct field *f, const struct json *v, void *obj, struct err *e)
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
read_number(const struct field *f, const struct json *v, void *p, struct err *e)
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
read_field(const struct json *j, void *obj, const struct field *f, struct err *e)
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

static int
read_fields(const struct json *j, void *obj, const struct field *f, size_t count,
    struct err *e)
{
	int rc = 0;

	for (; count > 0 && rc == 0; count--, f++)
		rc = read_field(j, obj, f, e);
	return rc;
}

static int
read_steps(const struct json *j, struct migspec *s, struct err *e)
{
	const struct json *steps = json_find(j, "steps");

	if (json_count(steps) > MIGSPEC_STEPS_MAX)
		return err_set(e, ERR_RANGE, "steps: more than %d", MIGSPEC_STEPS_MAX);
	for (size_t i = 0; i < json_count(steps); i++) {
		int64_t n = json_get_int(json_item(steps, i));

		if (n < 1 || n > 100)
			return err_set(e, ERR_RANGE, "steps: %" PRId64 " is outside 1..100", n);
		s->steps[s->step_count++] = (uint32_t)n;
	}
	return 0;
}

static int
read_hosts(const struct json *j, struct migspec *s, struct err *e)
{
	const struct json *hosts = json_find(j, "hosts");
	int rc = 0;

	if (json_count(hosts) > MIGSPEC_HOSTS_MAX)
		return err_set(e, ERR_RANGE, "hosts: more than %d", MIGSPEC_HOSTS_MAX);
	for (size_t i = 0; i < json_count(hosts) && rc == 0; i++) {
		rc = read_fields(json_item(hosts, i), migspec_add_host(s), host_fields,
		    OBJ_COUNT(host_fields), e);
		if (rc != 0)
			(void)err_wrap(e, "host %zu", i + 1);
	}
	return rc;
}

struct migspec *
migspec_read(const struct json *j, struct err *e)
{
	struct migspec *s = migspec_new();
	int rc = read_fields(j, s, spec_fields, OBJ_COUNT(spec_fields), e);

	if (rc == 0)
		rc = read_steps(j, s, e);
	if (rc == 0)
		rc = read_hosts(j, s, e);
	if (rc == 0)
		rc = migspec_check(s, e);
	if (rc != 0)
		migspec_free(&s);
	return s;
}

struct migspec *
migspec_clone(const struct migspec *s)
{
	struct json *j = migspec_json(s);
	struct migspec *copy = migspec_read(j, NULL);

	json_free(&j);
	assert(copy != NULL);
	return copy;
}
