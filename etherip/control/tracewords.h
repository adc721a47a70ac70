/* etherip/control/tracewords.h - frames that were traced, as the control socket says them.
 * Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_TRACEWORDS_H
#define ETHERIP_CONTROL_TRACEWORDS_H

struct groupmover;
struct json;
struct loop;

/*
 * tracewords_add - the frames that a group's path has noted, the oldest first, as items
 *
 *	{"age": 0.004, "vlanGroup": "/Common/vg-eip", "source": "02:…", "destination": "02:…",
 *	"vlan": 7, "type": "0x0800", "octets": 60, "from": "local", "to": ["/Common/eip"],
 *	"verdict": "crosses"}
 *
 * verdict: that, or the word of what dropped it (etherip/path/pathdrop.h); to is empty then.
 */
void tracewords_add(struct json *items, const struct groupmover *g,
    const struct loop *now);

#endif
