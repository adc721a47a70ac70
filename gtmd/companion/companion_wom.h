/* gtmd/companion/companion_wom.h - what womd is asked when a machine changes its
 * site, and what it answers (docs/rest-wom.md).
 *
 * Questions are values, for companion_call; answers are read by the functions
 * below them. Layer: gtmd/companion, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COMPANION_COMPANION_WOM_H
#define GTMD_COMPANION_COMPANION_WOM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "gtmd/companion/companion.h"

struct err;
struct json;

/* Is there another site to go to? 0; ERR_REF: no remote endpoint; ERR_IO: none is
 * available, with the reason of one of them. */
void companion_wom_ready(struct companion_ask *out);
int companion_wom_read_ready(const struct json *body, struct err *e);

/* Streams that are counted together. */
struct companion_wom_job {
	const char	*name;
	const char	*application;	/* NULL = any */
	struct addr	 destination;	/* family 0 = any */
	uint16_t	 port;		/* of destination; 0 = any */
	uint64_t	 expected;	/* octets; 0 = not known */
};

/* Counts from now on; 409 when there is one of that name. */
void companion_wom_open(struct companion_ask *out,
    const struct companion_wom_job *j);
/* How far it is; 404: there is none of that name, womd was started anew. */
void companion_wom_look(struct companion_ask *out, const char *name);
void companion_wom_close(struct companion_ask *out, const char *name);

struct companion_wom_state {
	uint64_t	 octets;	/* of the LAN that have crossed */
	uint64_t	 wire_octets;	/* what went over the WAN for them, both ways */
	uint64_t	 rate_bps;	/* bits/s of octets, of late */
	uint64_t	 streams;	/* open */
	uint64_t	 ended;		/* that were */
};

/* 0, or ERR_PARSE: that is no job. */
int companion_wom_read_state(const struct json *body,
    struct companion_wom_state *out, struct err *e);

/* An application's row, by its full path; and whether it takes connections. */
void companion_wom_application(struct companion_ask *out, const char *name);
void companion_wom_switch(struct companion_ask *out, const char *name,
    bool enabled);
/* 0, or ERR_PARSE: that is none. */
int companion_wom_read_application(const struct json *body, bool *enabled,
    struct err *e);

#endif
