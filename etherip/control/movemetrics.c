/* etherip/control/movemetrics.c - see movemetrics.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/movemetrics.h"

#include <stddef.h>

#include "core/base/obj.h"
#include "core/rest/metrics.h"
#include "etherip/bridge/snoop.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/move/mover.h"

static const struct {
	struct metrics_family family;
	size_t		 off;
} rows[] = {
	{ { "gtm_net_moves_total", METRICS_COUNTER,
	    "Stations that moved to another member." },
	  offsetof(struct mover_counts, moves) },
	{ { "gtm_net_frozen_total", METRICS_COUNTER,
	    "Stations that were to be looked for." },
	  offsetof(struct mover_counts, frozen) },
	{ { "gtm_net_frozen_found_total", METRICS_COUNTER,
	    "Of these those that were found elsewhere." },
	  offsetof(struct mover_counts, found) },
	{ { "gtm_net_frozen_stayed_total", METRICS_COUNTER,
	    "Of these those that came back where they were." },
	  offsetof(struct mover_counts, stayed) },
	{ { "gtm_net_frozen_not_found_total", METRICS_COUNTER,
	    "Of these those that were not heard in time." },
	  offsetof(struct mover_counts, unfound) },
	{ { "gtm_net_dampened_total", METRICS_COUNTER,
	    "Stations that moved too often, and were held." },
	  offsetof(struct mover_counts, damped) },
	{ { "gtm_net_stray_total", METRICS_COUNTER,
	    "Frames from where a station had just been." },
	  offsetof(struct mover_counts, strays) },
	{ { "gtm_net_questions_total", METRICS_COUNTER,
	    "Questions to stations, each on one side or all." },
	  offsetof(struct mover_counts, asked) },
	{ { "gtm_net_announcements_total", METRICS_COUNTER,
	    "News of stations, each on one side or several." },
	  offsetof(struct mover_counts, told) },
};

static void
write_row(struct strbuf *b, const struct netenact *n, size_t which)
{
	const struct metrics_family *f = &rows[which].family;
	const struct groupwork *w;
	struct mover_counts c;
	size_t at = 0;

	metrics_open(b, f);
	while ((w = netenact_next(n, &at)) != NULL) {
		const struct metrics_label l[] = {
			{ "vlan_group", groupwork_plan(w)->path },
			{ NULL, NULL }
		};
		const char *from = (const char *)&c;

		mover_counts(groupmover_mover(groupwork_mover(w)), &c);
		metrics_add(b, f, l, *(const uint64_t *)(const void *)
		    (from + rows[which].off));
	}
}

static void
write_addresses(struct strbuf *b, const struct netenact *n)
{
	static const struct metrics_family f = {
		"gtm_net_addresses", METRICS_GAUGE,
		"IP addresses of stations that are known."
	};
	const struct groupwork *w;
	size_t at = 0;

	metrics_open(b, &f);
	while ((w = netenact_next(n, &at)) != NULL) {
		const struct metrics_label l[] = {
			{ "vlan_group", groupwork_plan(w)->path },
			{ NULL, NULL }
		};

		metrics_add(b, &f, l, snoop_count(mover_snoop(
		    groupmover_mover(groupwork_mover(w)))));
	}
}

void
movemetrics_write(struct strbuf *b, const struct netenact *n)
{
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		write_row(b, n, i);
	write_addresses(b, n);
}
