/* core/base/obj.h - magic numbers: a heap object that crosses a callback
 * proves what it is. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_OBJ_H
#define CORE_BASE_OBJ_H

#include <assert.h>

/* Asserts that p is a live object of the kind that carries magic m. */
#define OBJ_CHECK(p, m)	assert((p) != NULL && (p)->magic == (m))

/* The object of type t whose member m is at p. */
#define OBJ_OF(p, t, m)	((t *)(void *)((char *)(p) - offsetof(t, m)))

#define OBJ_COUNT(a)	(sizeof(a) / sizeof((a)[0]))

#endif
