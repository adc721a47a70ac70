/* etherip/move/movepath.h - what the mover of a group asks of those who carry its frames, and
 * what it is told of the group. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVEPATH_H
#define ETHERIP_MOVE_MOVEPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bridge/dampening.h"
#include "etherip/move/moveevent.h"
#include "etherip/move/moveframe.h"

#define MOVEPATH_LAN	0u	/* the member; the others are tunnels */

/* What it asks for, each with the arg; none may be NULL. Stations as in vgroup.h. */
struct movepath {
	/* FDB_NONE: not known. */
	unsigned (*find)(void *arg, const struct fdb_key *k);
	bool	 (*put)(void *arg, const struct fdb_key *k, unsigned member,
		    unsigned pins);
	bool	 (*pin)(void *arg, const struct fdb_key *k, unsigned add,
		    unsigned take);
	/* Frames for it wait until it is released; false: too many do. */
	bool	 (*hold)(void *arg, const struct fdb_key *k);
	void	 (*release)(void *arg, const struct fdb_key *k);
	bool	 (*send)(void *arg, unsigned member, const uint8_t *octets,
		    size_t len);
	uint64_t (*members)(void *arg);		/* bits of those that are up */
	/* Calls fn for each station and the member behind which it is. */
	void	 (*each)(void *arg, void (*fn)(void *fn_arg,
		    const struct fdb_key *k, unsigned member), void *fn_arg);
	/* Something has happened; with an arg of its own. */
	void	 (*event)(void *event_arg, const struct moveevent *e);
	void	 *event_arg;
};

struct movepath_settings {
	struct moveframe_voice voice;	/* who asks: the group's own station */
	/* Opaque groups: stations behind member i are known elsewhere by this address, or'ed
	 * with i, alone; 0: by their own, */
	uint64_t stand_in;
	uint64_t turned;	/* with these bits of it turned (translucent ones) */
	bool	 keepalive;	/* a station that has moved is asked to say something */
	bool	 tunnel_to_tunnel;	/* there is no split horizon */
	bool	 silent;	/* a pair's standby says nothing */
	struct dampening_config dampening;
	uint32_t snoop_ageing_s;
};

#endif
