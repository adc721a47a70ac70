/* core/model/refusedrow.h - rows of property tables for what a program knows and
 * does not do: such a property is accepted at its default alone, and anything
 * else is refused with the row's reason. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_REFUSEDROW_H
#define CORE_MODEL_REFUSEDROW_H

#include "core/model/prop.h"

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
