/* tests/unit/core/model/tablecheck.h - what must hold of every property table:
 * bounds, words, names, storage, help. Any schema's tests may ask.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_MODEL_TABLECHECK_H
#define TESTS_UNIT_CORE_MODEL_TABLECHECK_H

struct schema;
struct strbuf;

/*
 * tablecheck_schema - adds a line to found for each rule that a row breaks.
 *
 * Numbers take min and max, and refuse min - 1 and max + 1; fixed words are
 * taken and read back, a wrong one is refused; texts refuse an octet too many;
 * references name a type or family that is there; rows have names of their
 * own, a line of help, fit their struct and share no storage; refused ones
 * take their default alone and say why; positions are always written; types
 * have title and help.
 */
void tablecheck_schema(const struct schema *s, struct strbuf *found);

#endif
