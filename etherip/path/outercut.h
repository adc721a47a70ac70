/* etherip/path/outercut.h - one datagram of a tunnel in fragments that are shorter than the way
 * takes: the kernel cuts at the way's MTU alone. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_OUTERCUT_H
#define ETHERIP_PATH_OUTERCUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "core/base/addr.h"

struct outercut {
	struct addr	local, remote;	/* of one family */
	struct iovec	part[2];	/* EtherIP's head and what follows it */
	uint32_t	id;		/* of the datagram; over IPv4 16 bits, not all 0 */
	uint16_t	limit;		/* octets of a fragment, IP's head included */
	uint8_t		tos;
};

#define OUTERCUT_MIN	68u	/* no limit may be lower (RFC 791 section 3.2) */

/* Sends it by a wansock_open_heads; 0, or the errno of the first fragment that was refused. */
int outercut_send(int fd, const struct outercut *c);

#endif
