/* etherip/bfd/bfdsession.h - one end of a BFD session in asynchronous mode: is the other end
 * there, and does it hear us? (RFC 5880 section 6.)
 *
 * Without sockets and clock: packets and times come in, and it says when one is to be sent.
 * Both ends take the active role. Echo is not offered; demand mode not asked for, but
 * heeded where the other end asks. Which packet belongs to which session, and that it came
 * from where it should (TTL 255, the right address), is the caller's to see.
 * Layer: etherip/bfd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BFD_BFDSESSION_H
#define ETHERIP_BFD_BFDSESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/rand.h"
#include "etherip/bfd/bfdpacket.h"

#define BFDSESSION_SLOW_US	1000000u /* between packets, as long as it is not up */

/* As configured. */
struct bfdsession_times {
	uint32_t min_tx_us;	/* we would send as often as that, > 0 */
	uint32_t min_rx_us;	/* and can take packets as often as that, > 0 */
	uint8_t	 multiplier;	/* packets that may be missing, 1.. */
};

struct bfdsession {
	struct bfdsession_times times;
	struct rand	 rand;		/* for jitter */
	uint32_t	 mine, yours;	/* discriminators; 0: not known */
	enum bfdpacket_state state, theirs;
	uint8_t		 diag, their_diag;
	bool		 polling;	/* until a packet with F comes */
	bool		 demanded;	/* the other end wants silence */
	uint32_t	 tx_us;		/* what we said last of min_tx_us, */
	uint32_t	 tx_used_us;	/* and what counts until the poll has ended */
	uint32_t	 rx_used_us;	/* likewise */
	uint32_t	 their_tx_us, their_rx_us;
	uint8_t		 their_multiplier;
	mono_ns		 send_at;	/* UINT64_MAX: not */
	mono_ns		 expires_at;	/* likewise */
};

/* What follows from a call; or'ed. */
enum {
	BFDSESSION_SEND	 = 0x1,	/* bfdsession_fill now */
	BFDSESSION_FINAL = 0x2,	/* the same, as a reply */
	BFDSESSION_STATE = 0x4	/* state, and mostly diag, are others */
};

/* mine: not 0, and no other session's. It is down, and sends at once. */
void bfdsession_init(struct bfdsession *s, const struct bfdsession_times *t,
    uint32_t mine, mono_ns now);
/* Other times from now on; a session that is up goes over to them by a poll. */
void bfdsession_retime(struct bfdsession *s,
    const struct bfdsession_times *t, mono_ns now);
/* By command: down, which the other end is told; or back. */
unsigned bfdsession_admin(struct bfdsession *s, bool down, mono_ns now);

/* A packet that bfdpacket_read found good has come. */
unsigned bfdsession_take(struct bfdsession *s, const struct bfdpacket *p,
    mono_ns now);
/* Time has come to bfdsession_due. */
unsigned bfdsession_tick(struct bfdsession *s, mono_ns now);
/* When next to tick; UINT64_MAX: a packet is waited for. */
mono_ns bfdsession_due(const struct bfdsession *s);
/* What to send: the regular packet, or (final) the answer to a poll. */
void bfdsession_fill(const struct bfdsession *s, bool final,
    struct bfdpacket *p);

/* After so much silence it is down; 0: not known before the first packet. */
dur_ns bfdsession_patience(const struct bfdsession *s);

#endif
