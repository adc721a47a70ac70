/* wom/types/wom.h - the schema of the wom module: which object types there are,
 * which are refused and why, and the built-in profiles. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_WOM_H
#define WOM_TYPES_WOM_H

struct schema;

extern const struct schema wom_schema;

#endif
