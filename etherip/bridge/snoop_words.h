/* etherip/bridge/snoop_words.h - a fact of snoop's table as the words that it is kept in: the
 * address in two, then what is known of it, then its station. Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_SNOOP_WORDS_H
#define ETHERIP_BRIDGE_SNOOP_WORDS_H

#include <string.h>

#include "etherip/bridge/snoop.h"

#define SNOOP_WORDS	4

/* The third word: seen_s << 32 | member << 16 | what follows; never 0. */
#define SNOOP_WORDS_TAKEN	UINT64_C(0x8000)
#define SNOOP_WORDS_IPV6	UINT64_C(0x4000)
#define SNOOP_WORDS_ROUTER	UINT64_C(0x2000)
#define SNOOP_WORDS_VLAN	UINT64_C(0x0fff)
/* Of it what tells two addresses apart. */
#define SNOOP_WORDS_SAME	(SNOOP_WORDS_TAKEN | SNOOP_WORDS_IPV6 | \
				    SNOOP_WORDS_VLAN)

static inline uint32_t
snoop_words_seen(const uint64_t words[SNOOP_WORDS])
{
	return (uint32_t)(words[2] >> 32);
}

static inline void
snoop_words_write(uint64_t words[SNOOP_WORDS], const struct snoop_fact *f)
{
	memcpy(words, f->ip.octets, 16);
	words[2] = (uint64_t)f->seen_s << 32 | (uint64_t)f->member << 16 |
	    SNOOP_WORDS_TAKEN | (f->vlan & SNOOP_WORDS_VLAN);
	if (f->ip.family == AF_INET6)
		words[2] |= SNOOP_WORDS_IPV6;
	if (f->router)
		words[2] |= SNOOP_WORDS_ROUTER;
	words[3] = f->mac;
}

static inline void
snoop_words_read(struct snoop_fact *f, const uint64_t words[SNOOP_WORDS])
{
	*f = (struct snoop_fact){
		.ip.family = (words[2] & SNOOP_WORDS_IPV6) != 0 ? AF_INET6 :
		    AF_INET,
		.mac = words[3],
		.vlan = (uint16_t)(words[2] & SNOOP_WORDS_VLAN),
		.router = (words[2] & SNOOP_WORDS_ROUTER) != 0,
		.member = (uint8_t)(words[2] >> 16),
		.seen_s = snoop_words_seen(words),
	};
	memcpy(f->ip.octets, words, 16);
}

#endif
