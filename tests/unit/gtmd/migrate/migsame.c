/* tests/unit/gtmd/migrate/migsame.c - see migsame.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/migrate/migsame.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migstate.h"

struct member {
	const char	*name;
	size_t		 off, len;
};

#define OF(type, m)	{ #m, offsetof(struct type, m), sizeof(((struct type *)0)->m) }
#define STATE(m)	OF(migstate, m)
#define HOST(m)		OF(migstate_host, m)

static const struct member state_members[] = {
	STATE(phase), STATE(phase_at_ms), STATE(begun_ms), STATE(at_ms), STATE(events),
	STATE(aborting), STATE(abort_force), STATE(closing), STATE(close_force),
	STATE(paused), STATE(pause_failed), STATE(pause_why), STATE(end_why),
	STATE(held), STATE(verdict),
	STATE(guard_why), STATE(checked), STATE(check_activity), STATE(check_at_ms),
	STATE(check_not_before_ms), STATE(check_since_ms), STATE(check_attempts),
	STATE(check_why), STATE(decisions), STATE(settled), STATE(decided.share),
	STATE(decided.rescue), STATE(decided.low_ttl), STATE(told.share),
	STATE(told.rescue), STATE(told.low_ttl), STATE(told_at_ms), STATE(low_since_ms),
	STATE(diverged), STATE(corrections), STATE(corrected), STATE(top_share),
	STATE(advanced), STATE(advance_force), STATE(advance_share),
	STATE(relay), STATE(relay_at_ms),
};

static const struct member host_members[] = {
	HOST(phase), HOST(place), HOST(back), HOST(activity), HOST(step), HOST(step_at_ms),
	HOST(not_before_ms), HOST(attempts), HOST(fails), HOST(tries), HOST(hopeless),
	HOST(phase_at_ms), HOST(octets), HOST(wire_octets), HOST(why), HOST(skipping),
	HOST(able), HOST(skip_why),
};

static const char *
differs(const void *a, const void *b, const struct member *m, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp((const char *)a + m[i].off, (const char *)b + m[i].off,
		    m[i].len) != 0)
			return m[i].name;
	return NULL;
}

static const char *
specs_differ(const struct migspec *a, const struct migspec *b)
{
	struct json *left, *right;
	char *x, *y;
	int rc;

	if (a == NULL || b == NULL)
		return a == b ? NULL : "spec";
	left = migspec_json(a);
	right = migspec_json(b);
	x = json_line(left);
	y = json_line(right);
	rc = strcmp(x, y);
	free(x);
	free(y);
	json_free(&left);
	json_free(&right);
	return rc == 0 ? NULL : "spec";
}

const char *
migsame_differs(const struct migstate *a, const struct migstate *b)
{
	const char *what = specs_differ(a->spec, b->spec);

	if (what == NULL)
		what = differs(a, b, state_members, OBJ_COUNT(state_members));
	for (size_t i = 0; what == NULL && a->spec != NULL && i < a->spec->host_count; i++)
		what = a->turn[i] != b->turn[i] ? "turn" : differs(&a->host[i], &b->host[i],
		    host_members, OBJ_COUNT(host_members));
	return what;
}
