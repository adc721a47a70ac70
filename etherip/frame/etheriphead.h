/* etherip/frame/etheriphead.h - the two octets before the frame (RFC 3378 section 3): version
 * 3 in the upper four bits, twelve reserved ones that are 0.
 *
 * Not everybody has it so: the other way round are FreeBSD's before 7.3, NetBSD and a Linux
 * module; with an identifier in the reserved bits is a vendor's for IPv6. Each is counted by
 * its kind, and none of them is taken unasked. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_ETHERIPHEAD_H
#define ETHERIP_FRAME_ETHERIPHEAD_H

#include <stddef.h>
#include <stdint.h>

#define ETHERIPHEAD_OCTETS	2
#define ETHERIPHEAD_PROTOCOL	97	/* of IP */

enum etheriphead {
	ETHERIPHEAD_GOOD,
	ETHERIPHEAD_REVERSED,	/* 03 00 */
	ETHERIPHEAD_VERSION,	/* another one */
	ETHERIPHEAD_RESERVED,	/* of the right version, with bits that are to be 0 */
	ETHERIPHEAD_SHORT	/* no room for the head and a frame's */
};

#define ETHERIPHEAD_KINDS	5

static inline enum etheriphead
etheriphead_read(const uint8_t *octets, size_t len)
{
	if (len < ETHERIPHEAD_OCTETS + 14)
		return ETHERIPHEAD_SHORT;
	if (octets[0] == 0x30 && octets[1] == 0)
		return ETHERIPHEAD_GOOD;
	if (octets[0] == 0x03 && octets[1] == 0)
		return ETHERIPHEAD_REVERSED;
	return octets[0] >> 4 == 3 ? ETHERIPHEAD_RESERVED :
	    ETHERIPHEAD_VERSION;
}

static inline void
etheriphead_write(uint8_t octets[ETHERIPHEAD_OCTETS])
{
	octets[0] = 0x30;
	octets[1] = 0;
}

#endif
