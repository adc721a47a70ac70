/* tests/unit/etherip/move/twosites.h - two sites in virtual time: at each a switch that learns,
 * with a client, a place for one guest, and a gateway whose mover is tried; between the gateways
 * a tunnel that delays and loses. The guest says nothing of its own, it only answers ARP.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_MOVE_TWOSITES_H
#define TESTS_UNIT_ETHERIP_MOVE_TWOSITES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>

#include "core/base/rand.h"
#include "etherip/move/mover.h"

#define TWOSITES_GUEST	UINT64_C(0x0201d7010203)
#define TWOSITES_IP	UINT32_C(0x0a853f32)	/* 10.133.63.50 */
#define TWOSITES_CLIENT(site)	(UINT64_C(0x0201d7990000) | (site))
#define TWOSITES_NOWHERE	2u

/* Ports of a switch. */
enum { TWOSITES_AT_GUEST, TWOSITES_AT_CLIENT, TWOSITES_AT_GATEWAY,
    TWOSITES_PORTS };

struct twosites_site {
	struct mover	*mover;
	struct fdb	*fdb;
	unsigned	 port[4];	/* of guest, clients 0 and 1, gateway: or PORTS */
	bool		 holding;
	unsigned	 sent;		/* frames of the mover's */
	struct moveevent last;
	unsigned	 events[5];	/* by what */
};

struct twosites {
	mono_ns		 now;
	unsigned	 guest;		/* the site where it runs; NOWHERE: stopped */
	dur_ns		 delay_ns;	/* of the tunnel */
	uint32_t	 loss;		/* frames of 100, everywhere */
	struct rand	 rand;
	unsigned	 got[2];	/* frames of client i that the guest got */
	struct twosites_site site[2];
};
extern struct twosites twosites;

int twosites_setup(void **state);
int twosites_teardown(void **state);

/* Lets so much time pass. */
void twosites_pass(dur_ns ns);
/* A client sends the guest one frame. */
void twosites_knock(unsigned client);
/* The guest runs there from now on, and says so, or its address, too. */
enum twosites_word { TWOSITES_SILENT, TWOSITES_RARP, TWOSITES_GARP };
void twosites_run(unsigned site, enum twosites_word word);
/* The guest's key; the member behind which it is, seen from there. */
struct fdb_key twosites_key(void);
unsigned twosites_member(unsigned from, unsigned site);
/* Is the guest, as that gateway sees it, where it is? */
bool twosites_knows(unsigned site);

#endif
