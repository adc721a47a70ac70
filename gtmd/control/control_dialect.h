/* gtmd/control/control_dialect.h - where F5's REST differs from its own tables, for
 * the types of the gtm module. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_DIALECT_H
#define GTMD_CONTROL_CONTROL_DIALECT_H

#include "core/rest/restdialect.h"

/* Server addresses as one flat list, the addresses of version 11's fallback,
 * "::" for no translation. */
extern const struct restdialect control_dialect[];

#endif
