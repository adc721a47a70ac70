/* gtmd/decide/ledger.h - the resolver ledger: whom wide IPs were answered to, with
 * what, and until when that may be cached.
 *
 * One table in the process, for wide IPs with resolver-ledger. Of each pool that
 * was told it knows, whatever the number of clients, until when somebody may
 * have it in a cache: a proof, not a sample. Of clients it knows as many as
 * there is room for; who may have nothing in its cache any more makes room first,
 * then who has it for the shortest time. No allocation, no lock: rows have
 * sequences, which a writer holds for a few stores; whoever meets it there tries
 * again, a bounded number of times. Times are those of decision_keep_now.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_LEDGER_H
#define GTMD_DECIDE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/topology/clientnet.h"

#define LEDGER_ROWS	(1u << 16)	/* clients; 64 octets each, once touched */
#define LEDGER_POOLS	(1u << 12)	/* pools of wide IPs */

struct addr_prefix;
struct ledger;
struct sockaddr;

/* rows: a power of two, 8 at least. */
struct ledger *ledger_new(size_t rows, uint32_t now_s);
/* Nobody answers any more. Takes *pl; NULL is harmless. */
void ledger_free(struct ledger **pl);

/* Who was answered: a resolver by its address (IPv6: its /64), or a network that
 * it told of (RFC 7871). */
struct ledger_client {
	struct clientnet net;
	uint8_t		 bits;		/* of net, in its own family */
	bool		 subnet;	/* told of */
};

/* Who a query counts to: subnet when there is one (family not 0), else from. */
void ledger_client(const struct sockaddr *from, const struct addr_prefix *subnet,
    struct ledger_client *out);

/* The same as a network. */
void ledger_network(const struct ledger_client *c, struct addr_prefix *out);

/* ---- answering threads ---- */

struct ledger_answer {
	uint64_t	 wide;		/* decision_spec.key */
	struct ledger_client client;
	uint32_t	 slot;		/* of the pool's method */
	uint32_t	 ttl_s;
};

/* An answer goes out. Some 50 ns. */
void ledger_note(struct ledger *l, const struct ledger_answer *a,
    uint32_t now_s);

/* ---- control loop ---- */

struct ledger_row {
	uint64_t	 wide;
	struct ledger_client client;
	uint32_t	 slot, ttl_s;	/* of the last answer */
	uint32_t	 first_s, last_s, expires_s;
	uint32_t	 count;		/* answers; stays at its greatest value */
	uint32_t	 gap_s;		/* the longest between two answers */
};

typedef void ledger_fn(void *arg, const struct ledger_row *r);
/* Each client that is known of a wide IP; 0: of all of them. Walks the whole table. */
void ledger_each(const struct ledger *l, uint64_t wide, ledger_fn *fn,
    void *arg);

struct ledger_told {
	uint32_t	 expires_s;	/* from then on nobody has it; 0: never told
					 * since the start */
	uint32_t	 last_s;	/* when the answer was given that it is of */
};

/* What was told of one pool, by any of the count methods from slot on. */
void ledger_told(const struct ledger *l, uint64_t wide, uint32_t slot,
    uint32_t count, struct ledger_told *out);

/* Until when somebody may have the pool, whose TTL is ttl_s, in a cache: by the
 * ledger, and by what an earlier process may have told up to the end. */
uint32_t ledger_until(const struct ledger *l, const struct ledger_told *t,
    uint32_t ttl_s);

struct ledger_sums {
	uint32_t	 since_s;	/* when it began */
	uint64_t	 forgotten;	/* clients who made room while they might
					 * still have an answer */
	uint64_t	 missed;	/* answers without a row: it was being
					 * written all the time */
	bool		 whole;		/* all pools had room: proofs hold */
};

/* How well it knows. */
void ledger_sum(const struct ledger *l, struct ledger_sums *out);

#endif
