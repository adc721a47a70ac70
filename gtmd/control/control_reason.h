/* gtmd/control/control_reason.h - one sentence for or against each pool and member of
 * a wide IP: why it is chosen as often as it is. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_REASON_H
#define GTMD_CONTROL_CONTROL_REASON_H

#include <stddef.h>

#include "gtmd/control/control_outcome.h"

/* Each writes the sentence for what the decision does with it (sum) and returns
 * text. A member's pool must have its object. */
const char *control_reason_pool(const struct control_outcome *c,
    const struct plan_edge *e, char *text, size_t cap);
const char *control_reason_member(const struct control_outcome *c,
    const struct plan_edge *e, const struct plan_member *m, char *text,
    size_t cap);

#endif
