/* etherip/control/moveroutes.h - what the control socket takes and tells of stations that move:
 * /mgmt/tm/net/freeze, thaw, announce, move, where and moves, for all groups.
 *
 * A station is named by its MAC address or by an IP address that it is known to have. It is
 * sought in all groups, or in the one that is named ("vlanGroup", in full or its last part);
 * "vlan" is the tag of its frames, if they have one. The control loop's. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_MOVEROUTES_H
#define ETHERIP_CONTROL_MOVEROUTES_H

struct groupmover;
struct loop;
struct moveroutes;
struct restreply;
struct restrequest;

#define MOVEROUTES_GROUPS_MAX	64

struct moveroutes *moveroutes_new(struct loop *loop);
/* Takes *pm; NULL is harmless. The groups are their owner's. */
void moveroutes_free(struct moveroutes **pm);
/* A group that there is from now on (at most MOVEROUTES_GROUPS_MAX), and one that there is no
 * more. */
void moveroutes_add(struct moveroutes *m, struct groupmover *g);
void moveroutes_remove(struct moveroutes *m, struct groupmover *g);

/*
 * moveroutes_freeze - POST {"station": "02:01:d7:01:02:03", "addresses": ["10.133.63.50"],
 *	"timeout": 10000, "hold": true, "vlanGroup": …, "vlan": …}
 *
 * timeout in ms. addresses are those that it is asked for by beside the known ones; hold: frames
 * for it wait meanwhile. The answer is as of where, with "addresses" that it has, "held", and
 * "warnings" (no address, so that nothing can be asked). All but station may be left out, here
 * and below.
 */
void moveroutes_freeze(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);
/* POST {"station": …}: it is not looked for any more. */
void moveroutes_thaw(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);
/* POST {"station": …}: where it is, is told again, to all whom it concerns. */
void moveroutes_announce(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);
/* POST {"station": …, "to": "local" | "remote" | a tunnel}: it is there. */
void moveroutes_move(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);
/* GET ?station=…: {"items": [where it is, as movewords_where tells it]}, one for each group that
 * knows it, or one that says "unknown". */
void moveroutes_where(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);
/* GET ?limit=: {"items": [what happened, as movewords_event tells it]}, the latest first. */
void moveroutes_moves(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);

/* POST {"station": …, "timeout": 60000}: its frames are noted for so long (ms), in that group.
 * GET: {"items": [those that were, as tracewords_add tells them]}. */
void moveroutes_trace(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r);

/* A sentence on each of these paths ("net/freeze"), or NULL: for restman.help. */
const char *moveroutes_help(const char *path);

#endif
