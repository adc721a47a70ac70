/* tests/unit/gtmd/types/modeltext.h - drafts from text, for what is asked before a
 * change counts. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_TYPES_MODELTEXT_H
#define TESTS_UNIT_GTMD_TYPES_MODELTEXT_H

struct draft;
struct model;

/* A draft over m, or over nothing when m is NULL, with the objects of a tmsh
 * text, checked. */
struct draft *modeltext_draft(struct model *m, const char *text);
/* What a commit does to the model. Takes *pd. */
void modeltext_apply(struct model *m, struct draft **pd);

#endif
