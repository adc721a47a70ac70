/* wom/tunnel/tunneldial.h - calls one peer until there are as many connections as are
 * wanted.
 *
 * A call that fails makes the next one wait, twice as long each time, with some chance
 * in it, so that two ends, or a thousand, do not go on in step. The first call goes
 * alone: what is wrong with it is wrong with all. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELDIAL_H
#define WOM_TUNNEL_TUNNELDIAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "wom/tunnel/tunneltls.h"

struct loop;
struct tunneldial;
struct tunnelwire;

#define TUNNELDIAL_WAIT_MIN	(100 * CLOCK_MS)
#define TUNNELDIAL_WAIT_MAX	(30 * CLOCK_S)
#define TUNNELDIAL_MAX		16	/* calls at a time */

struct tunneldial_config {
	struct loop	*loop;
	struct tunneltls *tls;		/* shared */
	struct addrport	 to;
	struct addr	 from;		/* family 0: whatever the system takes */
	uint32_t	 mark;
	const char	*congestion;	/* copied; NULL */
	/* A call has been answered by whom the certificate proves: takes wire. Or it
	 * has not, and why; refusal is TUNNELTLS_CLOSED where that is the network's
	 * doing. Neither frees the dial. */
	void	(*answered)(void *arg, struct tunnelwire *wire);
	void	(*failed)(void *arg, enum tunneltls_refusal refusal,
		    const char *why);
	void	*arg;
};

struct tunneldial *tunneldial_new(const struct tunneldial_config *c);
/* Hangs up. Takes *pd; NULL is harmless. */
void tunneldial_free(struct tunneldial **pd);

/* So many connections are lacking now, those that are being made among them. Neither
 * callback is called within this. */
void tunneldial_want(struct tunneldial *d, size_t lacking);
/* A connection has proved good: the next failure is the first. Or it has not: as
 * one that failed. */
void tunneldial_good(struct tunneldial *d);
void tunneldial_bad(struct tunneldial *d);

/* Calls that have been made, that are being made. */
uint64_t tunneldial_count(const struct tunneldial *d);
size_t tunneldial_under_way(const struct tunneldial *d);

#endif
