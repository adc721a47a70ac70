/* etherip/live/liveness.h - is the other end of a tunnel there? One face for BFD (bfdpeer.h),
 * ICMP echo to plain peers (echopeer.h), and no question at all.
 *
 * What it says is for the owner to act on: carrier, stations behind the tunnel, events. As
 * long as nothing is known (LIVENESS_UNKNOWN) a tunnel is best left as it is: a daemon that
 * starts again is to cut nobody off; it ends with the first verdict, LIVENESS_FIRST_MS at the
 * latest. For the same reason the other end's session may be a new one, which says nothing
 * against it, and comes up within that time: the verdict stays. Control loop only. Layer:
 * etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_LIVE_LIVENESS_H
#define ETHERIP_LIVE_LIVENESS_H

#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct err;
struct liveness;
struct liveness_table;
struct loop;

#define LIVENESS_FIRST_MS	4000	/* BFD starts with a packet a second (RFC 5880
					 * section 6.8.3), and needs three */
#define LIVENESS_TEXT_MAX	160

enum liveness_kind { LIVENESS_NONE, LIVENESS_BFD, LIVENESS_ICMP };
enum liveness_verdict { LIVENESS_UNKNOWN, LIVENESS_UP, LIVENESS_DOWN };

struct liveness_config {
	enum liveness_kind kind;
	struct addr	local, remote;		/* of one family */
	char		device[IF_NAMESIZE];	/* "": whatever the routes say */
	bool		far;		/* BFD over many hops (RFC 5883) */
	uint8_t		min_ttl;	/* of BFD over many hops; 0: any */
	uint32_t	interval_ms;	/* > 0 */
	uint8_t		multiplier;	/* > 0 */
	bool		padded;		/* BFD packets, as bfdport.h has it */
	uint32_t	datagram;
};

/* up is another: LIVENESS_UP or LIVENESS_DOWN. May free any of the table, l too, but not
 * the table. */
typedef void liveness_fn(void *arg, struct liveness *l,
    enum liveness_verdict verdict);

struct liveness_table *liveness_table_new(struct loop *l);
/* All of it have been freed. Takes *pt; NULL is harmless. */
void liveness_table_free(struct liveness_table **pt);

/* What has come for no tunnel. */
struct liveness_strays {
	uint64_t malformed, unknown;
};

/* Since the birth of the table. */
struct liveness_strays liveness_strays(const struct liveness_table *t);

/* Of LIVENESS_NONE the verdict is LIVENESS_UP from the start, and nobody is called. NULL
 * with a sentence in e: BFD with that peer is there already, or somebody else has its
 * port. */
struct liveness *liveness_new(struct liveness_table *t,
    const struct liveness_config *c, liveness_fn *fn, void *arg,
    struct err *e);
/* Takes *pl; NULL is harmless. */
void liveness_free(struct liveness **pl);

/* Goes over to c without a flap where only its times and padding are others; true. False: it
 * asks for more than that, and nothing has changed; to be freed and made anew. */
bool liveness_set(struct liveness *l, const struct liveness_config *c);
/* By command down, of which BFD tells the other end; or as it was. */
void liveness_admin(struct liveness *l, bool down);

struct liveness_status {
	enum liveness_kind kind;
	enum liveness_verdict verdict;
	mono_ns		since;		/* it has that verdict; 0: it has none yet */
	uint64_t	flaps;		/* times it went down after being up */
	uint64_t	sent, received, unsent, refused;
	uint32_t	detect_ms;	/* of silence, then it is down; 0: never */
	uint32_t	rtt_us;		/* of LIVENESS_ICMP; 0: not known */
	char		reason[LIVENESS_TEXT_MAX]; /* a sentence without full stop */
};

/* cost: a sentence is made */
void liveness_status(const struct liveness *l, struct liveness_status *out);
enum liveness_verdict liveness_verdict(const struct liveness *l);

/* "none", "bfd", "icmp" */
const char *liveness_kind_name(enum liveness_kind k);
/* "unknown", "up", "down" */
const char *liveness_verdict_name(enum liveness_verdict v);

#endif
