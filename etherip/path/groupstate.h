/* etherip/path/groupstate.h - a VLAN group as its parts have it: vgroup.c (what others ask of
 * it), groupset.c (made as planned), groupnews.c (what it hears). Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPSTATE_H
#define ETHERIP_PATH_GROUPSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/obj.h"
#include "core/io/loop.h"
#include "etherip/path/devname.h"
#include "etherip/path/groupopaque.h"
#include "etherip/path/grouptier.h"
#include "etherip/path/holdqueue.h"
#include "etherip/path/lanport.h"
#include "etherip/path/linuxbridge.h"
#include "etherip/path/pathcount.h"
#include "etherip/path/vgroup.h"

struct pathtunnel;

/* An interface of a VLAN. */
struct groupport {
	struct vgroup	*group;
	struct lanport	 lan;
};

struct vgroup {
	unsigned	 magic;
#define VGROUP_MAGIC	0x96009a0bu
	struct vgroup_config config;
	char		 name[DEVNAME_MAX];
	struct vgroup_plan plan;	/* its lists are NULL */
	bool		 planned, silent;
	bool		 connected;	/* sockets were opened, as far as they can be */
	struct fdb	*fdb;
	struct linuxbridge bridge;
	struct groupport *port[VGROUP_DEVICES_MAX];
	size_t		 port_count;
	struct pathtunnel *tunnel[FDB_MEMBERS_MAX];
	/* The loop's own, each way (pathtunnel.h). */
	struct pathcount count[FDB_MEMBERS_MAX][2];
	struct holdqueue held;
	struct grouptier tier;
	struct groupopaque opaque;
	struct loop_timer tick;
};

#endif
