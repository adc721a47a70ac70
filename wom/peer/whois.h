/* wom/peer/whois.h - which remote endpoint has come to the door.
 *
 * Its certificate has been believed before; here it is asked whose it is: by the address
 * that it comes from; else, where peers may be behind NAT, by a certificate that
 * one peer alone is pinned to, or has been seen with. What is not certain is
 * refused. Layer: wom/peer, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_WHOIS_H
#define WOM_PEER_WHOIS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "wom/peer/peersetup.h"

/* A peer that it may be. */
struct whois_peer {
	const struct peersetup *setup;
	const struct tunneltls_print *seen;	/* what it showed last; NULL */
};

/* Which of count peers comes from that address with that certificate: its index, or -1
 * with why. */
int whois_find(const struct whois_peer *peers, size_t count,
    const struct addr *from, const struct tunneltls_print *print,
    bool allow_nat, enum tunneltls_refusal *why);

#endif
