/* gtmd/types/gtm.h - the schema of the gtm module: which object types there
 * are, which are refused and why, and the built-in objects.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_GTM_H
#define GTMD_TYPES_GTM_H

struct schema;

extern const struct schema gtm_schema;

#endif
