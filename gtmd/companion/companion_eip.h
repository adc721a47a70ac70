/* gtmd/companion/companion_eip.h - what etheripd is asked when a machine changes
 * its site, and what it answers (docs/rest-eip.md).
 *
 * Questions are values, for companion_call; answers are read by the functions
 * below them. Layer: gtmd/companion, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COMPANION_COMPANION_EIP_H
#define GTMD_COMPANION_COMPANION_EIP_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "gtmd/companion/companion.h"

struct err;
struct json;

/* A machine in a group, as the operator wrote both. */
struct companion_eip_station {
	const char	*mac;		/* "02:01:d7:01:02:03" */
	const char	*group;		/* vlan-group; NULL = any that knows it */
	const char *const *addresses;	/* that are asked for, where it is silent */
	size_t		 address_count;
};

/* Is there a tunnel to the other site? 0; ERR_REF: no tunnel, or none of that
 * group (NULL = of any); ERR_IO: there is none that is not offline, with its
 * reason. Where nobody watches the other end a tunnel is taken to be well. */
void companion_eip_ready(struct companion_ask *out);
int companion_eip_read_ready(const struct json *body, const char *group,
    struct err *e);

/* It is about to appear somewhere: it is looked for, and its frames are held,
 * for that long at most. */
void companion_eip_freeze(struct companion_ask *out,
    const struct companion_eip_station *s, dur_ns within);
/* It is not looked for any more. */
void companion_eip_thaw(struct companion_ask *out,
    const struct companion_eip_station *s);
/* It is here now: this site's own side is told to all. */
void companion_eip_move(struct companion_ask *out,
    const struct companion_eip_station *s);

enum companion_eip_place {
	COMPANION_EIP_UNKNOWN, COMPANION_EIP_LOCAL, COMPANION_EIP_REMOTE
};

struct companion_eip_where {
	enum companion_eip_place place;
	uint64_t	 moves;
};

/* Which side is it on? */
void companion_eip_where(struct companion_ask *out,
    const struct companion_eip_station *s);
/* 0, or ERR_PARSE: that is no such answer. */
int companion_eip_read_where(const struct json *body,
    struct companion_eip_where *out, struct err *e);

#endif
