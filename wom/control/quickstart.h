/* wom/control/quickstart.h - F5's quick start as one request: this end, its
 * certificate, networks, peers and applications are made in one change, or nothing
 * is. The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_QUICKSTART_H
#define WOM_CONTROL_QUICKSTART_H

struct err;
struct json;
struct restreply;
struct restrequest;
struct resttree;
struct store;
struct strbuf;

/*
 * quickstart_post - POST /mgmt/tm/wom/quick-start
 *
 *	{"wanSelfIp": ["192.0.2.1"], "cert": "/c.pem", "key": "/k.pem",
 *	    "caFile": "/ca.pem", "lanVlans": ["eth1"], "wanVlans": ["eth0"],
 *	    "advertisedRoutes": ["10.1.0.0/24"], "remoteEndpoints": ["192.0.2.2"],
 *	    "applications": ["vmware-vmotion"], "discovery": "disabled",
 *	    "deduplication": "enabled"}
 *
 * Lists may be one text. What is there already is changed as a merge changes it.
 * The answer has what was made as configuration text; what is missing or wrong is
 * told in sentences, all of it (400), and what the machine cannot do as with any
 * change.
 */
void quickstart_post(struct store *s, struct resttree *t,
    const struct restrequest *q, struct restreply *r);

/* The configuration text that a request stands for. 0, or a code with what is
 * missing or no word in e. */
int quickstart_write(struct strbuf *b, const struct json *body,
    struct err *e);

#endif
