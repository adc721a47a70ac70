/* etherip/pair/leaselink.h - this unit's end of the failover link: the lease (lease.h) over a
 * UDP socket, and other datagrams of the pair (leasewire.h) beside it.
 *
 * Only what comes from the peer's address and port under the right key is heard. An address
 * of ours that is not there at the moment is waited for. Control loop only. Layer:
 * etherip/pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_LEASELINK_H
#define ETHERIP_PAIR_LEASELINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "etherip/pair/lease.h"
#include "etherip/pair/leasewire.h"

struct err;
struct leaselink;
struct loop;

struct leaselink_config {
	struct addr	local, peer;	/* of one family, and not the same */
	uint16_t	port;		/* of both */
	uint8_t		key[LEASEWIRE_KEY];
	enum lease_level level;		/* RATHER_NOT, WILLING or PREFERRED */
	uint32_t	term_ms;	/* LEASE_TERM_MIN..MAX */
	/* Active or no longer; when it returns that is so: the other end hears of it only
	 * then. Neither of these two may free the link. */
	void		(*role)(void *arg, bool active);
	/* A mirror's body has come; NULL: nobody wants them. */
	void		(*body)(void *arg, const uint8_t *octets, size_t len);
	void		*arg;
};

struct leaselink_counts {
	uint64_t	sent, received;
	uint64_t	unsent;		/* the system would not */
	uint64_t	forged;		/* not under the key */
	uint64_t	malformed, old, strangers;
	int		sys_errno;	/* why the last was not sent; 0: it was */
};

/* Standby, and listens; never active before that has taken two terms, or the other end
 * lets it. */
struct leaselink *leaselink_new(struct loop *l,
    const struct leaselink_config *c);
/* What it is active for ends (role is called), the other end is told, and may begin at once.
 * Takes *pk, wipes the key; NULL is harmless. */
void leaselink_free(struct leaselink **pk);

/* Goes over to c where only key, level and term are others; true. False: it asks for more,
 * and nothing has changed. */
bool leaselink_set(struct leaselink *k, const struct leaselink_config *c);
/* By an operator. */
void leaselink_command(struct leaselink *k, enum lease_command c);

/* Sends a mirror's body of len octets, which stands at datagram + LEASEWIRE_HEAD. False: it
 * did not go. */
bool leaselink_send(struct leaselink *k, uint8_t datagram[LEASEWIRE_MAX],
    size_t len);

/* As it is at the moment; borrowed. */
const struct lease *leaselink_lease(const struct leaselink *k);
/* Since its birth. */
struct leaselink_counts leaselink_counts(const struct leaselink *k);

#endif
