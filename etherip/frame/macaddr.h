/* etherip/frame/macaddr.h - MAC addresses as numbers of 48 bits, the first octet highest.
 * Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_MACADDR_H
#define ETHERIP_FRAME_MACADDR_H

#include <stdbool.h>
#include <stdint.h>

#define MACADDR_TEXT_MAX	18	/* with its NUL */
#define MACADDR_BROADCAST	UINT64_C(0xffffffffffff)

#define MACADDR_GROUP	(UINT64_C(1) << 40)	/* IEEE 802-2014 section 8.2.2: I/G */
#define MACADDR_LOCAL	(UINT64_C(1) << 41)	/* U/L */

/* "02:01:d7:01:02:03": six pairs of hexadecimal digits with colons or hyphens between, of
 * one kind. 0, or ERR_PARSE with nothing written. */
int macaddr_parse(const char *text, uint64_t *mac);
/* In lower case with colons. Returns buf. */
const char *macaddr_format(uint64_t mac, char buf[MACADDR_TEXT_MAX]);

static inline uint64_t
macaddr_get(const uint8_t p[6])
{
	return (uint64_t)p[0] << 40 | (uint64_t)p[1] << 32 |
	    (uint64_t)p[2] << 24 | (uint64_t)p[3] << 16 |
	    (uint64_t)p[4] << 8 | p[5];
}

static inline void
macaddr_put(uint8_t p[6], uint64_t mac)
{
	for (int i = 0; i < 6; i++)
		p[i] = (uint8_t)(mac >> (40 - 8 * i));
}

/* Can a frame come from it? Not from a group, nor from nobody. */
static inline bool
macaddr_is_station(uint64_t mac)
{
	return mac != 0 && (mac & MACADDR_GROUP) == 0;
}

/* The one that the deployment guide makes of a burnt-in address for a pair to share: with
 * the local bit. ERR_RANGE: it is a group's, or nobody's. */
int macaddr_masquerade(uint64_t burnt_in, uint64_t *mac);

#endif
