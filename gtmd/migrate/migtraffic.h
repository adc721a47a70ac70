/* gtmd/migrate/migtraffic.h - what users are to be told of a migration: which
 * share the plan asks for, what a site can carry, and what pools say then.
 *
 * Level-triggered: computed from the state and from what is seen now, so that it
 * does not matter what was missed. A site never gets a greater share than its
 * live hosts can carry; a pool is never disabled while the other has nobody to
 * answer with; a rescue enables both. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGTRAFFIC_H
#define GTMD_MIGRATE_MIGTRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migstate.h"

/* What the engine sees; not on record. */
struct migtraffic_view {
	bool		 known;		/* the pools' members are known to be what
					 * follows; until then nothing changes */
	uint32_t	 from_live, to_live;	/* members that would answer if the
					 * pool were enabled */
	const bool	*dead;		/* [host]: does not work; NULL = all do */
	bool		 hold;		/* a guard: no greater share now */
	bool		 by_hand;	/* somebody has set them otherwise than was told */
};

/* What the two pools and the wide IP are to say: one commit. */
struct migtraffic_setting {
	bool		 from_enabled, to_enabled;	/* one at least is */
	uint32_t	 from_ratio, to_ratio;	/* of the pools in the wide IP */
	uint32_t	 from_ttl_s, to_ttl_s;
};

/* The same for the same run and traffic, always. */
void migtraffic_setting_of(const struct migspec *s,
    const struct migevent_traffic *t, struct migtraffic_setting *out);

/* The share that the plan asks for by the hosts alone, when share is what users
 * are told now: see migtraffic_target for what may become of it. */
uint32_t migtraffic_planned(const struct migstate *m,
    const struct migtraffic_view *v, int64_t now_ms);

/* Can the new site carry this share, or the old one the rest of it? The
 * arithmetic as a sentence in text either way, which may be NULL. True while the
 * run has no demand. */
bool migtraffic_carries(const struct migstate *m, const struct migtraffic_view *v,
    enum migstate_place site, uint32_t share, char text[MIGEVENT_TEXT_MAX]);
/* The greatest share that the new site can carry. */
uint32_t migtraffic_ceiling(const struct migstate *m, const struct migtraffic_view *v);

struct migtraffic_target {
	struct migevent_traffic to;
	char	why[MIGEVENT_TEXT_MAX];
	char	held[MIGEVENT_TEXT_MAX];
};

/*
 * migtraffic_target - what users are to be told now.
 *
 * out    to  what should be; equals m->decided when nothing is to change
 *        why a sentence for the record when something is
 *        held  why the plan's share is not to be had now; "" when it is
 */
void migtraffic_target(const struct migstate *m, const struct migtraffic_view *v,
    int64_t now_ms, struct migtraffic_target *out);

#endif
