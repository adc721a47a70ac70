/* etherip/frame/arpframe.h - ARP for IPv4 over Ethernet (RFC 826) and RARP (RFC 903): read for
 * who is where, and made to announce and to ask. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_ARPFRAME_H
#define ETHERIP_FRAME_ARPFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;

#define ARPFRAME_MAX	64	/* octets of one that is made, with a tag */

enum {
	ARPFRAME_REQUEST = 1, ARPFRAME_REPLY = 2,
	ARPFRAME_REVERSE = 3	/* RARP: a station tells its address to switches */
};

struct arpframe {
	uint16_t op;
	uint64_t sender_mac, target_mac;
	uint32_t sender, target;	/* IPv4, 192.0.2.1 = 0xc0000201; 0: not known */
};

/* False: it is none, or cut short, or its sender is not a station that could be. */
bool arpframe_read(struct arpframe *a, const struct ethframe *f,
    const uint8_t *octets, size_t len);

/* Each writes a frame of at least 60 octets, the tag included, with a tag if vlan is not 0,
 * and returns its length. */

/* mac has this address: to everybody, in the form that most take up (RFC 5227 section 3). */
size_t arpframe_announce(uint8_t out[ARPFRAME_MAX], uint64_t mac, uint32_t ip,
    uint16_t vlan);
/* mac is here, whatever its addresses. */
size_t arpframe_rarp(uint8_t out[ARPFRAME_MAX], uint64_t mac, uint16_t vlan);
/* Who has target? To one station or to MACADDR_BROADCAST; ip 0 (RFC 5227's probe): nobody
 * learns from it. */
size_t arpframe_ask(uint8_t out[ARPFRAME_MAX], const struct arpframe *a,
    uint64_t to, uint16_t vlan);
/* The answer to a question: mac has its target. */
size_t arpframe_answer(uint8_t out[ARPFRAME_MAX], const struct arpframe *q,
    uint64_t mac, uint16_t vlan);

#endif
