/* etherip/types/netfdb.h - net fdb tunnel and net fdb vlan: stations that are behind a tunnel,
 * or on a VLAN, whatever is seen. The object has the tunnel's or the VLAN's name.
 * Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETFDB_H
#define ETHERIP_TYPES_NETFDB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct diag;
struct draft;
struct type;

#define NETFDB_RECORDS_MAX	16384

/* A station: the item's name is its MAC address, in the form of macaddr_format. */
struct netfdb_record {
	struct object	 obj;
	char		*description;
	struct addr	 endpoint;	/* of a tunnel: its remote-address, or none */
	char		*interface;	/* of a VLAN: one of its own, or NULL */
	uint32_t	 tag;		/* of the station's frames; 0 = they have none */
};

/* Of both types. */
struct netfdb {
	struct object	 obj;
	char		*description;
	struct objlist	 records;	/* struct netfdb_record */
};

extern const struct type netfdb_tunnel_type;
extern const struct type netfdb_vlan_type;

/* The station's address. */
uint64_t netfdb_mac(const struct netfdb_record *r);

/* Part of a group's check: stations of a member that stand in another member, too. Findings
 * are those of the member's object, which is told itself when the draft changes it. */
void netfdb_check_member(const char *member, const struct draft *d,
    struct diag *out);

#endif
