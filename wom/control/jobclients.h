/* wom/control/jobclients.h - a job's streams by who is behind them: networks of clients,
 * connections and octets.
 *
 * IPv4 by /24, IPv6 by /56. As many networks as JOBCLIENTS_MAX; those that come after
 * them are one, "others". Pure. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_JOBCLIENTS_H
#define WOM_CONTROL_JOBCLIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

#define JOBCLIENTS_MAX	1024

struct jobclients_row {
	struct addr_prefix net;		/* family 0: the others, or nobody knows */
	uint64_t	 connections, octets;
};

struct jobclients {
	struct jobclients_row *rows;	/* the first is the others' */
	size_t		 count, room;
};

void jobclients_init(struct jobclients *c);
void jobclients_fini(struct jobclients *c);
/* A connection of client's; the place of its row, for jobclients_octets.
 * O(networks). */
size_t jobclients_connection(struct jobclients *c, const struct addr *client);
void jobclients_octets(struct jobclients *c, size_t row, uint64_t octets);
/* The max rows with the most connections, those of most octets first among
 * equals, into out; returns how many have any. */
size_t jobclients_top(const struct jobclients *c, struct jobclients_row *out,
    size_t max);

#endif
