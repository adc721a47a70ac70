/* wom/control/womstreams.h - GET /mgmt/tm/wom/stream: streams that are open now.
 * The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMSTREAMS_H
#define WOM_CONTROL_WOMSTREAMS_H

struct hub;
struct restreply;
struct restrequest;

/* ?application=, ?remoteEndpoint= and ?limit= (1000) choose. {streams: of all,
 * items: [{remoteEndpoint, application, source, destination, state, age (s),
 * rtt (us of the LAN), …what streams count}]}. hub may be NULL. */
void womstreams_get(const struct hub *h, const struct restrequest *q,
    struct restreply *r);

#endif
