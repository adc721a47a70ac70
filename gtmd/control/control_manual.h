/* gtmd/control/control_manual.h - what gtmd's REST tree has to tell of itself: its
 * types, its routes, and a sentence on each route. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_MANUAL_H
#define GTMD_CONTROL_CONTROL_MANUAL_H

#include "core/rest/restman.h"

extern const struct restman control_manual;

#endif
