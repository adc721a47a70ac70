/* gtmd/types/hypervisor.h - gtm hypervisor: one place that machines move from or
 * to, how it is asked, and the companions of its site.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_HYPERVISOR_H
#define GTMD_TYPES_HYPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"

struct type;

#define HYPERVISOR_WORDS	"gtm hypervisor"

/* Who asks it; in the order of gtmd/drive's enum driver_kind. */
enum hypervisor_driver { HYPERVISOR_EXEC, HYPERVISOR_QMP };

struct hypervisor {
	struct object	 obj;
	char		*datacenter;	/* full path */
	char		*description;
	uint32_t	 driver;	/* enum hypervisor_driver */
	bool		 enabled;
	char		*eip_control, *wom_control;	/* paths, NULL = none */
	char		*program;	/* exec: words, the first is the program */
	char		*qmp_socket;	/* qmp: %h is the machine, %% a % */
	char		*user;		/* exec: who the program is; NULL = nobody */
	char		*vlan_group;	/* name at the site's etheripd, or NULL */
	/* qmp: where it takes memory and disks, as the other site reaches it, and
	 * what it listens on itself (port 0: the same). */
	struct addrport	 migrate, migrate_listen, storage, storage_listen;
};

extern const struct type hypervisor_type;

#endif
