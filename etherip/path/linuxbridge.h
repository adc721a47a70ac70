/* etherip/path/linuxbridge.h - the kernel's bridge of a VLAN group, by rtnetlink(7): it is made,
 * interfaces join and leave, and it is told what it should not believe.
 *
 * Ours carry a mark (their alias), so that nothing of others is taken over or removed.
 * The kernel answers within the call, so none of this waits. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_LINUXBRIDGE_H
#define ETHERIP_PATH_LINUXBRIDGE_H

#include <stdbool.h>
#include <stdint.h>

struct err;

#define LINUXBRIDGE_ALIAS	"etheripd"	/* of a bridge, of a TAP that is ours */

struct linuxbridge {
	int	 fd;		/* of rtnetlink; -1: closed */
	unsigned index;		/* of the interface */
	char	 name[16];
	uint64_t mac;		/* its address */
};

/* Makes it, or takes over one that a process before us left; it is up then. 0, or a code with
 * a sentence and b closed. */
int linuxbridge_open(struct linuxbridge *b, const char *name, struct err *e);
/* keep: the bridge stays without us. Harmless when closed. */
void linuxbridge_close(struct linuxbridge *b, bool keep);

/* The interface becomes a port, and is up; *index is its number. One that is one already
 * stays so; somebody else's port is refused. One that we have made ourselves (ours) gets no
 * address of IPv6's. */
int linuxbridge_add(struct linuxbridge *b, const char *device, bool ours,
    unsigned *index, struct err *e);
/* No port any more, if it is one of ours. */
void linuxbridge_remove(struct linuxbridge *b, unsigned index);
/* Ports that are isolated exchange nothing with each other. 0, or an errno. */
int linuxbridge_isolate(struct linuxbridge *b, unsigned index, bool on);
/* Its address is this from now on, whatever ports it has; 0, or an errno. */
int linuxbridge_address(struct linuxbridge *b, uint64_t mac);
/* The address of an interface; 0: it has none. */
uint64_t linuxbridge_mac_of(struct linuxbridge *b, unsigned index);
/* It does not know any more that a station is behind that port. */
void linuxbridge_forget(struct linuxbridge *b, unsigned index, uint64_t mac);

#endif
