/* etherip/control/movewords.h - stations that move, and where they are, as the control socket
 * says it. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_MOVEWORDS_H
#define ETHERIP_CONTROL_MOVEWORDS_H

struct fdb_key;
struct groupmover;
struct json;
struct loop;
struct moveevent;

/* "local", "unknown", or a tunnel's name. Borrowed. */
const char *movewords_place(const struct groupmover *g, unsigned member);

/*
 * movewords_event - what happened, for the caller to free
 *
 *	{"time": 1763809200, "age": 0.004, "vlanGroup": "/Common/vg-eip",
 *	"station": "02:01:d7:01:02:03", "vlan": 7, "event": "moved",
 *	"from": "local", "to": "/Common/eip", "how": "found", "frozen": 312.5}
 *
 * vlan only where frames have a tag; frozen in ms, only of one that was looked for.
 */
struct json *movewords_event(const struct groupmover *g,
    const struct moveevent *e, const struct loop *now);

/*
 * movewords_where - where a station is now, for the caller to free
 *
 *	{"vlanGroup": …, "station": …, "vlan": …, "where": "local", "tunnel": …,
 *	"since": 1763809200, "age": 12.5, "moves": 3, "before": "/Common/eip",
 *	"frozen": false, "damped": false, "addresses": ["10.133.63.50"]}
 *
 * where is local, remote (behind that tunnel) or unknown; since and age where it is known.
 */
struct json *movewords_where(struct groupmover *g, const struct fdb_key *k,
    const struct loop *now);

#endif
