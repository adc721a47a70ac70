/* etherip/pair/leasewire.h - what the two units of a pair send each other, as datagrams: words of
 * the lease, and of the mirror (mirrorwire.h). All of them carry an HMAC-SHA256 (RFC 2104) under
 * the pair's key; nothing of one that has a wrong one is looked at.
 *
 *	octets	what
 *	4	"EIPP"
 *	1	version, 1
 *	1	kind: 1 lease, 2 mirror
 *	2	octets of the body
 *	...	body
 *	32	HMAC of all before it
 *
 * A lease word's body: state, level, flags (0x01: granting), 0, then seq, ack, boot, echo and
 * id of 64 bits, term and quiet of 32. Numbers have their highest octet first. That one is
 * not old is the lease's to see (seq, boot, echo). Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_LEASEWIRE_H
#define ETHERIP_PAIR_LEASEWIRE_H

#include <stddef.h>
#include <stdint.h>

struct lease_word;

#define LEASEWIRE_KEY	32	/* octets */
#define LEASEWIRE_MAX	1400	/* octets of a datagram */
#define LEASEWIRE_HEAD	8
#define LEASEWIRE_MAC	32
#define LEASEWIRE_BODY_MAX (LEASEWIRE_MAX - LEASEWIRE_HEAD - LEASEWIRE_MAC)

enum leasewire_kind { LEASEWIRE_LEASE = 1, LEASEWIRE_MIRROR = 2 };

/* Puts head and HMAC around a body that stands at out + LEASEWIRE_HEAD, at most
 * LEASEWIRE_BODY_MAX octets. Returns the datagram's length. */
size_t leasewire_seal(uint8_t out[LEASEWIRE_MAX], enum leasewire_kind kind,
    size_t body_len, const uint8_t key[LEASEWIRE_KEY]);

enum leasewire_fault {
	LEASEWIRE_GOOD,
	LEASEWIRE_FORM,		/* none of ours, cut short, or another version */
	LEASEWIRE_FORGED	/* the HMAC is not that of the key */
};

/* Of a datagram; *body is borrowed from it. */
enum leasewire_fault leasewire_open(const uint8_t *octets, size_t len,
    const uint8_t key[LEASEWIRE_KEY], enum leasewire_kind *kind,
    const uint8_t **body, size_t *body_len);

/* The body of a lease word at out + LEASEWIRE_HEAD, sealed; returns the datagram's
 * length. */
size_t leasewire_write(uint8_t out[LEASEWIRE_MAX],
    const struct lease_word *w, const uint8_t key[LEASEWIRE_KEY]);
/* From a body. 0, or ERR_PARSE or ERR_RANGE with nothing written: its length, a state, level
 * or term that there is not, a seq or boot of 0, a seq from 2^63 or an ack from 2^62
 * on. */
int leasewire_read(struct lease_word *w, const uint8_t *body, size_t len);

#endif
