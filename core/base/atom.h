/* core/base/atom.h - one copy of each text, however many hold it: names of
 * objects, which the model, its references and the running graph all have.
 *
 * Any thread; a short lock. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ATOM_H
#define CORE_BASE_ATOM_H

#include <stddef.h>

/* The one copy of this text, held until it is dropped. Equal texts have the same
 * address. One look-up. */
const char *atom_get(const char *text) __attribute__((returns_nonnull));
/* Holds a text that atom_get gave once more, and returns it; no look-up. NULL
 * gives NULL. */
const char *atom_ref(const char *atom);
/* Lets go of *pa and sets it to NULL. NULL is harmless. */
void atom_drop(const char **pa);
/* How many different texts are held. */
size_t atom_count(void);

#endif
