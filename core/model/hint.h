/* core/model/hint.h - "did you mean": the nearest of the words that would have
 * been right. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_HINT_H
#define CORE_MODEL_HINT_H

struct hint {
	const char	*wrong;
	const char	*best;		/* borrowed; NULL = none is near */
	unsigned	 distance;
};

void hint_init(struct hint *h, const char *wrong);
/* Keeps word (borrowed) if it is nearer to the wrong one than those before. */
void hint_offer(struct hint *h, const char *word);
/* Writes "; did you mean WORD" or nothing. Returns text. */
const char *hint_format(const struct hint *h, char text[128]);

#endif
