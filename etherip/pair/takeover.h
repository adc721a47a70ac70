/* etherip/pair/takeover.h - what a unit that has become active tells the networks around it, and
 * when: that its floating addresses are here (gratuitous ARP, unsolicited advertisements), at
 * once and twice more, as nobody confirms them; and then, for each station behind a tunnel, a
 * RARP onto the LAN, one a millisecond at most, so that the site's switches send its frames
 * here. Sending is the owner's. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_TAKEOVER_H
#define ETHERIP_PAIR_TAKEOVER_H

#include <net/if.h>

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

struct takeover_address {
	struct addr	addr;
	char		device[IF_NAMESIZE];
};

struct takeover_station {
	unsigned	group;		/* the owner's number of it */
	struct fdb_key	key;
};

struct takeover_config {
	void	(*announce)(void *arg, const struct takeover_address *a);
	void	(*reverse)(void *arg, const struct takeover_station *s);
	void	*arg;
};

struct takeover;

struct takeover *takeover_new(const struct takeover_config *c);
/* Takes *pt; NULL is harmless. */
void takeover_free(struct takeover **pt);

/* Both are copied; what was under way ends. */
void takeover_begin(struct takeover *t, const struct takeover_address *v,
    size_t count, mono_ns now);
/* One more station, told after those before it. */
void takeover_add(struct takeover *t, const struct takeover_station *s);
/* Active no longer: nothing more is told. */
void takeover_stop(struct takeover *t);

/* Time has come to takeover_due: tells what is due. */
void takeover_tick(struct takeover *t, mono_ns now);
/* UINT64_MAX: nothing is left. */
mono_ns takeover_due(const struct takeover *t);

#endif
