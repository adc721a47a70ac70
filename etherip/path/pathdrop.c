/* etherip/path/pathdrop.c - see pathdrop.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/path/pathdrop.h"

#include <stddef.h>

#define WORD(symbol, word, sentence)		word,
#define SENTENCE(symbol, word, sentence)	sentence,

const char *const pathdrop_words[] = { PATHDROP_TABLE(WORD) NULL };
const char *const pathdrop_sentences[] = { PATHDROP_TABLE(SENTENCE) NULL };
