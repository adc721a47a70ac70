/* admin/rest/source.h - which addresses count as one when something is counted.
 *
 * Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_SOURCE_H
#define ADMIN_REST_SOURCE_H

#include "core/base/addr.h"

/* An IPv4 address for itself; whoever holds an IPv6 address holds its whole
 * /64 (RFC 4291 2.5.4), so that stands for all of it. */
struct addr source_of(const struct addr *a);

#endif
