/* etherip/control/moveask.h - what a request about a station says: read, and refused in
 * sentences. Layer: etherip/control, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_MOVEASK_H
#define ETHERIP_CONTROL_MOVEASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "etherip/move/freezer.h"

struct err;
struct json;
struct restrequest;

/* Which words a request may have. */
enum {
	MOVEASK_FREEZE	= 0x1,	/* addresses, hold */
	MOVEASK_TO	= 0x2,	/* to, which has to be there */
	MOVEASK_TIME	= 0x4	/* timeout */
};

struct moveask {
	const char	*station;	/* as it was named; borrowed, as group and to are */
	uint64_t	 mac;		/* 0: it was named by */
	struct addr	 ip;
	uint16_t	 vlan;
	const char	*group;		/* NULL: any */
	const char	*to;
	struct addr	 addresses[FREEZER_ADDRESSES];
	size_t		 address_count;
	dur_ns		 for_ns;	/* 0: it was not said */
	bool		 hold;
};

/* words: those that it may have beside station, vlan and vlanGroup. Numbers and truth values
 * may be text. 0, or a code with a sentence. */
int moveask_body(struct moveask *a, const struct json *body, unsigned words,
    struct err *e);
/* The same of a request without body: ?station=, ?vlan=, ?vlanGroup=. */
int moveask_params(struct moveask *a, const struct restrequest *q,
    struct err *e);

#endif
