/* wom/lan/nftplan.h - what is to be intercepted, in the words of nftables, and the
 * words that lead there from what there is.
 *
 * Sets hold what changes often, chains name them. Pure. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LAN_NFTPLAN_H
#define WOM_LAN_NFTPLAN_H

#include "core/base/strbuf.h"
#include "wom/lan/intercept.h"

#define NFTPLAN_TABLE	"inet womd"

enum nftplan_part {
	NFTPLAN_LAN,		/* sets: interfaces */
	NFTPLAN_PORTS,
	NFTPLAN_FAR4, NFTPLAN_FAR6,	/* where peers have routes */
	NFTPLAN_NEAR4, NFTPLAN_NEAR6,	/* this side */
	NFTPLAN_TUNNEL4, NFTPLAN_TUNNEL6,
	NFTPLAN_TAKEN4, NFTPLAN_TAKEN6,	/* places of takeovers, */
	NFTPLAN_WHOLE4, NFTPLAN_WHOLE6,	/* or whole addresses */
	NFTPLAN_STEER,		/* chains: takes */
	NFTPLAN_REFUSE,		/* and refuses */
	NFTPLAN_PARTS
};

/* Elements of sets, rules of chains. All zero is one with nothing in it. */
struct nftplan {
	struct strbuf part[NFTPLAN_PARTS];
};

/* names: the interfaces' own names, count of them, in place of p->interfaces. */
void nftplan_init(struct nftplan *n, const struct intercept_plan *p,
    const char *const *names, size_t count);
void nftplan_fini(struct nftplan *n);

/* Writes the commands, one transaction. was NULL: from whatever there may be of
 * our table. Nothing is written when nothing differs. */
void nftplan_change(struct strbuf *out, const struct nftplan *was,
    const struct nftplan *next);
/* The commands that leave nothing of ours, whether there is something or not. */
extern const char nftplan_removal[];

#endif
