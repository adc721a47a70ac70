/* core/model/blank.h - a type's object with all properties at their defaults,
 * parsed once in the life of the process: what object_new copies.
 *
 * Any thread. Private to core/model (object.c). Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_BLANK_H
#define CORE_MODEL_BLANK_H

#include <stdint.h>

struct object;
struct type;

struct blank {
	const struct type *type;
	struct object	*object;	/* type->size octets, without a name */
	uint64_t	 owning;	/* bit i: the value of row i owns memory,
					 * and is no other object's */
};

/* Types live as long as the process. Never NULL, never freed. */
const struct blank *blank_get(const struct type *t);

#endif
