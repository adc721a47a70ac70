/* etherip/types/selfip.h - net self: an address of this system on a VLAN or a VLAN group,
 * and which services it may be asked for there (port lockdown). Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_SELFIP_H
#define ETHERIP_TYPES_SELFIP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "etherip/types/netrows.h"

struct draft;
struct type;

#define SELFIP_SERVICES_MAX	256

struct selfip {
	struct object	 obj;
	char		*address;	/* settled: address/bits; selfip_place */
	struct strlist	 allow_service;	/* selfip_read_service; none = none */
	char		*description;
	char		*traffic_group;	/* full path; NULL = as local-only */
	char		*vlan;		/* full path: a VLAN or a VLAN group */
};

extern const struct type selfip_type;

/* The address, and the length of its network in bits. */
struct selfip_place {
	struct addr	addr;
	uint8_t		len;
};

/* Not an error: an address that is settled has the form. False when none was given. */
bool selfip_place(const struct selfip *s, struct selfip_place *p);

/* A word of allow-service. */
struct selfip_service {
	enum selfip_which {
		SELFIP_ALL, SELFIP_DEFAULT,	/* the words: everything; F5's list */
		SELFIP_ONE
	}		which;
	uint8_t		proto;	/* ONE: number of the IP protocol */
	uint16_t	port;	/* ONE: of TCP, UDP, SCTP; 0 = any */
};

/* "all", "default", "tcp:443", "udp:any", "ospf:0", "97:0". 0 or ERR_PARSE. */
int selfip_read_service(const char *text, struct selfip_service *s);

/* Is this one of the draft's self IP addresses; are there any? */
bool selfip_has(const struct draft *d, const struct addr *a);
bool selfip_any(const struct draft *d);

/* What counts on this being a self IP address is to have this key: it is looked at again
 * when that changes. */
void selfip_user_key(char key[NETROWS_KEY_MAX], const struct addr *a);

#endif
