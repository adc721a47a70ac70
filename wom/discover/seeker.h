/* wom/discover/seeker.h - asks by ICMP echo for ends of tunnels on the way to a
 * destination, and answers those who ask so.
 *
 * A question goes to the destination; the gateway before it, which sees it pass,
 * says where its own tunnels end. An answer is believed when it has the question's
 * token, and proves nothing more: what a peer is TLS shows. The control loop's.
 * Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_SEEKER_H
#define WOM_DISCOVER_SEEKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "wom/discover/seekbook.h"

struct err;
struct loop;
struct seeker;
struct strlist;

#define SEEKER_ANSWERS_MAX	64	/* a second */

struct seeker_config {
	struct loop	*loop;
	uint8_t		 site[ASKWIRE_SITE];	/* we are not our own peer */
	/* An end of tunnels on the way to that destination. */
	void		(*found)(void *arg, const struct addrport *at,
			    const struct addr *to);
	void		*arg;
};

struct seeker_setup {
	bool		 asks, answers;
	struct seekbook_rules rules;
	const struct addr *locals;	/* where our tunnels end; of each family */
	size_t		 local_count;	/* the first one is told */
	uint16_t	 port;
	const struct strlist *devices;	/* that questions may come in by; none:
					 * any */
};

struct seeker *seeker_new(const struct seeker_config *c);
/* Takes *sp; NULL is harmless. */
void seeker_free(struct seeker **sp);

/* From here on; s is copied. 0; or ERR_DENIED when that may not be (CAP_NET_RAW for
 * answers, that or net.ipv4.ping_group_range for questions): the rest works. */
int seeker_set(struct seeker *k, const struct seeker_setup *s, struct err *e);

/* A connection goes there without a tunnel. */
void seeker_want(struct seeker *k, const struct addr *to);

struct seeker_counts {
	uint64_t asked, answered;	/* questions of ours, answers to them */
	uint64_t heard, told;		/* of others, and what we answered */
};
/* Since seeker_new. */
const struct seeker_counts *seeker_counts(const struct seeker *k);

#endif
