/* etherip/path/lanport.h - an interface of a VLAN beside its bridge: who says there where it is
 * (ARP, RARP, neighbour discovery) is heard, though it may say so to one other alone; and
 * frames of ours go out by it without the bridge. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_LANPORT_H
#define ETHERIP_PATH_LANPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct loop;
struct loop_io;

#define LANPORT_FRAME_MAX	256	/* octets of what is heard that are told */

/* With its tag, if it has one. */
typedef void (*lanport_fn)(void *arg, const uint8_t *octets, size_t len);

struct lanport {
	char		 device[16];
	unsigned	 index;
	int		 fd;		/* -1: closed */
	struct loop_io	*io;
	lanport_fn	 fn;
	void		*arg;
};

/* device and index are set. 0, or a code with a sentence and p closed. */
int lanport_open(struct lanport *p, struct loop *l, struct err *e);
/* Harmless when closed. */
void lanport_close(struct lanport *p);
/* One whole frame. False: the interface did not take it. */
bool lanport_send(const struct lanport *p, const uint8_t *octets, size_t len);

#endif
