/* gtmd/control/control_counts.h - how often wide IPs, pools and members were chosen,
 * summed over what the answering threads count. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_COUNTS_H
#define GTMD_CONTROL_CONTROL_COUNTS_H

#include <stdint.h>

struct plan_member;
struct plan_pool;
struct plan_vs;
struct plan_wide;

struct control_counts {
	uint64_t	 preferred, alternate;
	uint64_t	 persisted;	/* of preferred: by persistence */
	uint64_t	 fallback;	/* last resort and fallback-ip included */
	uint64_t	 returned;	/* return-to-dns */
	uint64_t	 dropped;	/* drop-packet */
	uint64_t	 cname;		/* of the first three: a CNAME was said */
};

/* Each costs a look at every thread per counter and per wide IP that uses the
 * pool. Control loop. */
void control_counts_wide(const struct plan_wide *w, struct control_counts *c);
void control_counts_pool(const struct plan_pool *p, struct control_counts *c);
void control_counts_member(const struct plan_member *m,
    struct control_counts *c);

/* With records: preferred, alternate and fallback. */
uint64_t control_counts_answers(const struct control_counts *c);
/* How often members of any pool that are this virtual server were chosen. */
uint64_t control_counts_picks(const struct plan_vs *vs);

#endif
