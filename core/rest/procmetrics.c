/* core/rest/procmetrics.c - see procmetrics.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/procmetrics.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/procusage.h"
#include "core/base/strbuf.h"
#include "core/base/version.h"
#include "core/rest/restserver.h"

static void
add(struct strbuf *b, const struct metrics_family *f, uint64_t n)
{
	metrics_open(b, f);
	metrics_add(b, f, NULL, n);
}

void
procmetrics_write(struct strbuf *b, const struct procmetrics *f, pid_t pid)
{
	struct procusage u;

	if (!procusage_read(pid, &u))
		return;
	metrics_open(b, &f->cpu);
	metrics_add_real(b, &f->cpu, NULL, u.cpu_s);
	add(b, &f->resident, u.resident);
	if (u.fds == 0)
		return;
	add(b, &f->fds, u.fds);
	add(b, &f->fds_max, u.fds_max);
}

void
procmetrics_own(struct strbuf *b)
{
	static const struct metrics_family build = {
		"gtm_build_info", METRICS_GAUGE, "Always 1."
	};
	static const struct metrics_label l[] = {
		{ "version", version_text }, { NULL, NULL }
	};
	static const struct procmetrics own = PROCMETRICS("process", "");

	metrics_open(b, &build);
	metrics_add(b, &build, l, 1);
	procmetrics_write(b, &own, getpid());
}

/* Few of the codes are ever used: those, and 200. */
void
procmetrics_rest(struct strbuf *b, const struct restserver *s)
{
	static const struct metrics_family f = {
		"gtm_rest_requests_total", METRICS_COUNTER,
		"Answers of the control socket, by HTTP status."
	};
	char code[12];
	const struct metrics_label l[] = { { "code", code }, { NULL, NULL } };

	metrics_open(b, &f);
	for (int i = 100; s != NULL && i < 600; i++) {
		uint64_t n = restserver_answers(s, i);

		if (n == 0 && i != 200)
			continue;
		(void)snprintf(code, sizeof(code), "%d", i);
		metrics_add(b, &f, l, n);
	}
}
