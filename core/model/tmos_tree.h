/* core/model/tmos_tree.h - configuration text as a generic tree: stanzas, their
 * lines, the blocks of those. What the words mean is tmos_bind's business.
 *
 * A line is words and at most one block in braces, which ends it; a line end
 * ends it too, unless the next line starts with the block's brace. So a block
 * written on one line and one written over many give the same tree, as far as
 * each line in it ends with a block. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_TREE_H
#define CORE_MODEL_TMOS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/model/tmos_lex.h"

#define TMOS_DEPTH_MAX	32	/* blocks in blocks; the tables need 6 */

struct tmos_room;

struct tmos_word {
	char		*text;
	bool		 quoted;
	struct diag_pos	 pos;
};

struct tmos_node {
	struct diag_pos	 pos;		/* of the first word */
	struct tmos_word *words;
	size_t		 count, room;
	bool		 block;		/* has one, perhaps an empty one */
	bool		 damaged;	/* findings inside */
	struct tmos_node **lines;	/* of the block */
	size_t		 line_count;
	char		*raw;		/* body of a rule, or NULL */
	struct tmos_room *memory;	/* of a stanza: all that hangs on it */
};

struct tmos_tree {
	struct tmos_lex	 lex;
};

/* file is borrowed by the places in the tree. */
void tmos_tree_init(struct tmos_tree *t, const char *text, size_t len,
    const struct diag_pos *pos, struct diag *out);
void tmos_tree_fini(struct tmos_tree *t);

/*
 * tmos_tree_next - the next stanza, or NULL at the end; the caller frees it.
 *
 * Findings of form go to out; then reading goes on where the next stanza seems
 * to start: a line at column 1 whose first word opened this stanza too. A line
 * at top level without a block is a node as well.
 */
struct tmos_node *tmos_tree_next(struct tmos_tree *t);
void tmos_tree_free(struct tmos_node **pn);

/* Hash of the words and blocks alone: blanks, comments and line ends do not
 * count, nor the way a word was quoted. Stable for ever, it is stored. */
uint64_t tmos_tree_hash(const struct tmos_node *n);

#endif
