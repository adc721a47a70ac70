/* etherip/live/echopeer.h - is a plain peer there? It is asked by ICMP echo, from our end of
 * the tunnel, once an interval (RFC 792, RFC 4443).
 *
 * An echo that has not come back when the next is due is missed, though it still counts as
 * a sign of life when it comes within three. So many missed in a row: down. Two that came back
 * in a row: up again; at first one is enough. What our own system would not send is missed as
 * well: nobody is reached that way. Control loop only. Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_LIVE_ECHOPEER_H
#define ETHERIP_LIVE_ECHOPEER_H

#include <net/if.h>

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct echopeer;
struct echopeer_table;
struct loop;

struct echopeer_config {
	struct addr	local, remote;		/* of one family */
	char		device[IF_NAMESIZE];	/* "": whatever the routes say */
	uint32_t	interval_ms;		/* > 0 */
	uint8_t		multiplier;		/* missed in a row, > 0 */
	/* up is another, or known for the first time. May free any of the table, this one
	 * too, but not the table. */
	void		(*changed)(void *arg, struct echopeer *p);
	void		*arg;
};

struct echopeer_counts {
	uint64_t	sent, received;
	uint64_t	unsent;		/* the system would not */
	int		sys_errno;	/* why the last was not sent; 0: it was */
	uint32_t	rtt_us;		/* of the last that came back; 0: none did */
};

struct echopeer_table *echopeer_table_new(struct loop *l);
/* Every peer has been freed. Takes *pt; NULL is harmless. */
void echopeer_table_free(struct echopeer_table **pt);

/* The first echo goes out at once. */
struct echopeer *echopeer_new(struct echopeer_table *t,
    const struct echopeer_config *c);
/* Takes *pp; NULL is harmless. */
void echopeer_free(struct echopeer **pp);
/* Another pace, from now on. */
void echopeer_retime(struct echopeer *p, uint32_t interval_ms,
    uint8_t multiplier);

enum echopeer_verdict { ECHOPEER_UNKNOWN, ECHOPEER_UP, ECHOPEER_DOWN };

/* UNKNOWN until the first comes back, or so many were missed. */
enum echopeer_verdict echopeer_verdict(const struct echopeer *p);
/* Since its birth; borrowed. */
const struct echopeer_counts *echopeer_counts(const struct echopeer *p);

#endif
