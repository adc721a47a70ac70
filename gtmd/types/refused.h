/* gtmd/types/refused.h - rows and reasons that several tables share for what
 * has no effect yet: such a property is accepted at its default alone.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_REFUSED_H
#define GTMD_TYPES_REFUSED_H

#include "core/model/prop.h"

#define REFUSED_PROBERS	"this program is the only prober so far"
#define REFUSED_MONITORS "there is no probe of this type yet"
#define REFUSED_IQUERY	"iQuery is not spoken"

/* Name-value pairs that F5's tools keep beside an object. */
#define REFUSED_METADATA						\
	{ .name = "metadata", .kind = PROP_ITEMS,			\
	  .refused = "name-value pairs are not kept yet",		\
	  .help = "name-value pairs for tools" }

/* One row: name n, default d, unit u, why it has no effect, help. */
#define REFUSED_TEXT(n, d, why, text)					\
	{ .name = n, .kind = PROP_STRING, .dflt = d, .refused = why,	\
	  .help = text }
#define REFUSED_LIST(n, why, text)					\
	{ .name = n, .kind = PROP_STRINGS, .refused = why, .help = text }
#define REFUSED_ITEMS(n, why, text)					\
	{ .name = n, .kind = PROP_ITEMS, .refused = why, .help = text }
#define REFUSED_FLAG(n, pair, d, why, text)				\
	{ .name = n, .kind = PROP_BOOL, .names = pair, .dflt = d,	\
	  .refused = why, .help = text }
#define REFUSED_NUMBER(n, d, u, why, text)				\
	{ .name = n, .kind = PROP_U32, .max = UINT32_MAX, .dflt = d,	\
	  .unit = u, .refused = why, .help = text }
#define REFUSED_CHOICE(n, list, d, why, text)				\
	{ .name = n, .kind = PROP_ENUM, .names = list, .dflt = d,	\
	  .refused = why, .help = text }

#endif
