/* gtmd/types/refused.h - reasons that several tables share for what has no effect
 * yet; the rows are refusedrow.h's.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_REFUSED_H
#define GTMD_TYPES_REFUSED_H

#include "core/model/refusedrow.h"

#define REFUSED_PROBERS	"this program is the only prober so far"
#define REFUSED_MONITORS "there is no probe of this type yet"
#define REFUSED_IQUERY	"iQuery is not spoken"

/* Name-value pairs that F5's tools keep beside an object. */
#define REFUSED_METADATA						\
	{ .name = "metadata", .kind = PROP_ITEMS,			\
	  .refused = "name-value pairs are not kept yet",		\
	  .help = "name-value pairs for tools" }

#endif
