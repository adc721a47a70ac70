/* etherip/live/bfdpeer.h - BFD with the other ends of tunnels: which packet belongs to
 * which session, that it came from where it should, and when to send.
 *
 * The state of a session is bfdsession.h's, the sockets are bfdport.h's. A packet over one
 * hop counts only with TTL 255 (RFC 5881 section 5), over many with what is configured.
 * Where our address is not there at the moment packets are not sent, counted, and sent again
 * when it is. Control loop only. Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_LIVE_BFDPEER_H
#define ETHERIP_LIVE_BFDPEER_H

#include <stdbool.h>
#include <stdint.h>

#include "etherip/bfd/bfdsession.h"
#include "etherip/live/bfdport.h"

struct bfdpeer;
struct bfdpeer_table;
struct err;
struct loop;

struct bfdpeer_config {
	struct bfdport_ends ends;
	uint8_t		min_ttl;	/* of packets over many hops; 0: any */
	bool		passive;	/* by command down from the start */
	struct bfdsession_times times;
	/* Its state, or what it says about it, is another. May free any session, this
	 * one too, but not the table. */
	void		(*changed)(void *arg, struct bfdpeer *p);
	void		*arg;
};

/* What came for no session: of the whole table. */
struct bfdpeer_strays {
	uint64_t	malformed;	/* no BFD, or not for us to read */
	uint64_t	unknown;	/* from nobody that we know, or for a session
					 * that is not */
};

struct bfdpeer_counts {
	uint64_t	sent, received;
	uint64_t	unsent;		/* the system would not */
	uint64_t	wrong_ttl, wrong_device;
	int		sys_errno;	/* why the last was not sent; 0: it was */
};

struct bfdpeer_table *bfdpeer_table_new(struct loop *l);
/* Every session has been freed. Takes *pt; NULL is harmless. */
void bfdpeer_table_free(struct bfdpeer_table **pt);
/* Borrowed. */
const struct bfdpeer_strays *bfdpeer_strays(const struct bfdpeer_table *t);

/* Starts a session; one only for a pair of addresses and a number of hops: ERR_EXISTS.
 * NULL with a sentence in e, also when somebody else has the port. */
struct bfdpeer *bfdpeer_new(struct bfdpeer_table *t,
    const struct bfdpeer_config *c, struct err *e);
/* Ends it; the other end is not told, and finds out. Takes *pp; NULL is harmless. */
void bfdpeer_free(struct bfdpeer **pp);

/* Other times: by a poll, without a flap. */
void bfdpeer_retime(struct bfdpeer *p, const struct bfdsession_times *t);
/* Packets are padded otherwise from now on (bfdport.h), without a flap. */
void bfdpeer_pad(struct bfdpeer *p, bool padded, uint32_t datagram);
/* By command down, which the other end is told; or back. */
void bfdpeer_admin(struct bfdpeer *p, bool down);

/* As it is at the moment; borrowed. */
const struct bfdsession *bfdpeer_session(const struct bfdpeer *p);
/* Since its birth; borrowed. */
const struct bfdpeer_counts *bfdpeer_counts(const struct bfdpeer *p);

#endif
