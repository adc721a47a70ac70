/* gtmd/migrate/migspec.c - see migspec.h. Plain values are rows of migfield.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migspec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/weekwindow.h"
#include "core/model/json.h"
#include "gtmd/migrate/migfield.h"

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

void
migspec_free(struct migspec **ps)
{
	struct migspec *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->host_count; i++)
		migfield_free(MIGFIELD_HOST, &s->hosts[i]);
	free(s->hosts);
	migfield_free(MIGFIELD_RUN, s);
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
		rc = migfield_check(MIGFIELD_HOST, h, e);
		if (rc != 0)
			(void)err_wrap(e, "host %s", h->name);
	}
	return rc;
}

int
migspec_check(const struct migspec *s, struct err *e)
{
	struct weekwindow w;
	int rc = migfield_check(MIGFIELD_RUN, s, e);

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

struct json *
migspec_json(const struct migspec *s)
{
	struct json *j = json_new_object(), *hosts = json_new_array();
	struct json *steps = json_new_array();

	migfield_put(MIGFIELD_RUN, s, j);
	for (size_t i = 0; i < s->step_count; i++)
		json_add_int(steps, s->steps[i]);
	json_put(j, "steps", &steps);
	for (size_t i = 0; i < s->host_count; i++) {
		struct json *h = json_new_object();

		migfield_put(MIGFIELD_HOST, &s->hosts[i], h);
		json_add(hosts, &h);
	}
	json_put(j, "hosts", &hosts);
	return j;
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
		rc = migfield_read(MIGFIELD_HOST, json_item(hosts, i),
		    migspec_add_host(s), e);
		if (rc != 0)
			(void)err_wrap(e, "host %zu", i + 1);
	}
	return rc;
}

struct migspec *
migspec_read(const struct json *j, struct err *e)
{
	struct migspec *s = migspec_new();
	int rc = migfield_read(MIGFIELD_RUN, j, s, e);

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
