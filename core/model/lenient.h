/* core/model/lenient.h - lets a configuration in that refers to what we do not
 * have: takes such references out, and says so. Private to core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_LENIENT_H
#define CORE_MODEL_LENIENT_H

struct diag;
struct draft;

/* Each reference of a draft's objects whose target is missing is taken out with
 * a warning, unless the property must be given. */
void lenient_drop_broken(struct draft *d, struct diag *out);

#endif
