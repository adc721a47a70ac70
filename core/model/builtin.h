/* core/model/builtin.h - puts a schema's built-in objects into a new model.
 * Private to core/model. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_BUILTIN_H
#define CORE_MODEL_BUILTIN_H

struct model;

/* Their text is our own: findings in it end the program. */
void builtin_load(struct model *m);

#endif
