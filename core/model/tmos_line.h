/* core/model/tmos_line.h - the lines of a stanza into its object: the part of
 * tmos_bind that looks at property rows. Private to core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_LINE_H
#define CORE_MODEL_TMOS_LINE_H

struct object;
struct tmos_bind;
struct tmos_node;

/* Reads n's block into o, which has its defaults. */
void tmos_line_bind_all(const struct tmos_bind *b, struct object *o,
    const struct tmos_node *n);

#endif
