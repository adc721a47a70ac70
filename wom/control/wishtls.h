/* wom/control/wishtls.h - a profile of TLS, as tunnels use it: files read, values
 * inherited. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WISHTLS_H
#define WOM_CONTROL_WISHTLS_H

#include <stdbool.h>

struct diag;
struct draft;
struct object;
struct tunneltls;
struct wish_place;

/*
 * wishtls_read - what a profile says, ready to be used.
 *
 * o    a client-ssl profile (peers call us) or a server-ssl one
 * ret  for tunneltls_free, or NULL with an error about o in out. That our own
 *      certificate has run out is a warning: peers will refuse it.
 */
struct tunneltls *wishtls_read(const struct object *o, const struct draft *d,
    const struct wish_place *p, struct diag *out);

#endif
