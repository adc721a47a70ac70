/* tests/fuzz/fuzz_migjournal.c - any octets as the lines of a migration's record.
 *
 * Each line is framed as a record of its own, so that what is mutated is what
 * records say, and not their checks (fuzz_journal does those). What folds must be
 * written again and fold to the same; the engine's mind must have an end of
 * events, want operations of its own hosts alone, and be able to tell of itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/json.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migshow.h"
#include "gtmd/migrate/migstep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char *
line_of(const struct migevent *ev, const struct migspec *spec)
{
	struct json *j = migevent_json(ev, spec);
	char *line = json_line(j);

	json_free(&j);
	return line;
}

/* What was read is written, and reads the same. */
static void
check_again(const struct migevent *ev, const struct migspec *spec)
{
	char *line = line_of(ev, spec), *again;
	struct json *j = json_parse(line, strlen(line), NULL);
	struct migevent back;
	int rc;

	assert(j != NULL);
	rc = migevent_read(j, spec, &back, NULL);
	assert(rc == 0);
	again = line_of(&back, spec);
	assert(strcmp(line, again) == 0);
	migevent_fini(&back);
	json_free(&j);
	free(line);
	free(again);
}

/* False: the journal is refused here. */
static int
fold_line(struct migstate *m, const char *line, size_t len)
{
	struct json *j = json_parse(line, len, NULL);
	struct migevent ev;
	int rc = j == NULL ? ERR_PARSE : migevent_read(j, m->spec, &ev, NULL);
	int fits;

	json_free(&j);
	if (rc != 0)
		return rc;
	check_again(&ev, m->spec);
	fits = migstate_fits(m, &ev, NULL);
	rc = migstate_fold(m, &ev, NULL);
	assert(fits == rc);
	migevent_fini(&ev);
	return rc;
}

static void
check_wants(const struct migstate *m)
{
	static struct migstep_op ops[MIGSTEP_OPS_MAX];
	size_t n = migstep_wants(m, ops);

	assert(n <= MIGSTEP_OPS_MAX);
	for (size_t i = 0; i < n; i++) {
		assert(ops[i].kind != MIGSTEP_HOST ||
		    (ops[i].host >= 0 && (size_t)ops[i].host < m->spec->host_count));
		assert(ops[i].kind != MIGSTEP_COMMIT ||
		    ops[i].setting.from_enabled || ops[i].setting.to_enabled);
	}
}

static void
go_on(struct migstate *m)
{
	struct migstep_seen seen = { .traffic = { .known = true, .from_live = 1,
	    .to_live = 1 }, .late_counted = true, .calm_since_ms = 1 };
	struct migguard *g = migguard_new(m->spec);
	struct migguard_answer a;
	struct migevent ev;
	struct json *page;
	unsigned events = 0;

	migguard_ask(g, m->at_ms, &a);
	migguard_free(&g);
	while (migstep_next(m, &seen, m->at_ms, &ev)) {
		int rc = migstate_fold(m, &ev, NULL);

		assert(rc == 0 && ++events < 10000);
	}
	check_wants(m);
	page = migshow_json(m, NULL, m->at_ms);
	json_free(&page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct migstate *m = migstate_new();
	const char *p = (const char *)data, *end = p + len;

	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		stop = stop != NULL ? stop : end;
		if (fold_line(m, p, (size_t)(stop - p)) != 0)
			break;
		p = stop + 1;
	}
	if (m->spec != NULL)
		go_on(m);
	migstate_free(&m);
	return 0;
}
