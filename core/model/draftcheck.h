/* core/model/draftcheck.h - settles and checks what a draft changes; the work
 * behind draft_check. Private to core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_DRAFTCHECK_H
#define CORE_MODEL_DRAFTCHECK_H

#include <stddef.h>

struct diag;
struct draft;

/* Adds findings to out. Returns how many objects were looked at. */
size_t draftcheck_run(struct draft *d, struct diag *out);

#endif
