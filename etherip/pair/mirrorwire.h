/* etherip/pair/mirrorwire.h - bodies of the mirror (mirror.h) as octets, in datagrams of the pair
 * (leasewire.h). Numbers have their highest octet first:
 *
 *	stations	1, pass (32 bits), number in it (32), flags (8; 0x01: the last of
 *			these), octets of the place (16), place, how many (16), and for each
 *			its MAC (48) and tag (16)
 *	ack		2, pass, number, version (8): 2
 *	addresses	3, pass, number, flags, octets of the place, place, how many, and for
 *			each 4 or 6 (8), flags (8; 0x01: of a router), the station's MAC and
 *			tag, seconds since it said so (32), the address (32 or 128)
 *
 * An ack of version 1 ends before that octet; its sender takes no addresses.
 * Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_MIRRORWIRE_H
#define ETHERIP_PAIR_MIRRORWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/snoop.h"

#define MIRRORWIRE_PLACE_MAX	512u	/* octets, with the NUL */
#define MIRRORWIRE_ROOM		560u	/* for a batch of one, at least */
#define MIRRORWIRE_VERSION	2	/* of who takes addresses, too */

enum mirrorwire_kind {
	MIRRORWIRE_STATIONS = 1,
	MIRRORWIRE_ACK = 2,
	MIRRORWIRE_ADDRESSES = 3
};

/* ---- reading ---- */

struct mirrorwire_body {
	enum mirrorwire_kind kind;
	uint32_t	pass, number;
	uint8_t		version;	/* of an ack */
	bool		last;		/* of a batch, as what follows */
	char		place[MIRRORWIRE_PLACE_MAX];
	size_t		count;
	struct rbuf	rest;
};

/* False: it is none. Then, of a batch, as often as it counts: */
bool mirrorwire_read(struct mirrorwire_body *b, const uint8_t *octets,
    size_t len);
struct fdb_key mirrorwire_read_station(struct mirrorwire_body *b);
/* f's member stays 0; its seconds are those of now_s. */
void mirrorwire_read_address(struct mirrorwire_body *b, uint32_t now_s,
    struct snoop_fact *f);

/* ---- writing ---- */

struct mirrorwire_batch {
	struct wbuf	w;
	size_t		flags_at, count_at;
	uint16_t	count;
};

/* cap: MIRRORWIRE_ROOM at least; the place is shorter than MIRRORWIRE_PLACE_MAX. */
void mirrorwire_begin(struct mirrorwire_batch *b, uint8_t *out, size_t cap,
    const struct mirrorwire_body *head);
/* False: there is no room for it. */
bool mirrorwire_add_station(struct mirrorwire_batch *b,
    const struct fdb_key *k);
bool mirrorwire_add_address(struct mirrorwire_batch *b,
    const struct snoop_fact *f, uint32_t now_s);
/* Returns its octets. */
size_t mirrorwire_end(struct mirrorwire_batch *b, bool last);

/* Returns its octets; 0: cap is too small. */
size_t mirrorwire_ack(uint8_t *out, size_t cap, uint32_t pass,
    uint32_t number);

#endif
