/* core/model/propword.c - properties whose values are words of a fixed list:
 * STATE, BOOL, ENUM, BITS. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/propkind.h"

/* Index of word in the row's names, or -1. */
static int
find_word(const struct prop *p, const char *word)
{
	for (int i = 0; p->names[i] != NULL; i++)
		if (strcmp(p->names[i], word) == 0)
			return i;
	return -1;
}

static int
set_unknown(const struct prop *p, const char *word, struct err *e)
{
	struct strbuf b = { 0 };
	int code;

	for (int i = 0; p->names[i] != NULL; i++) {
		if (i > 0)
			strbuf_add(&b, ", ");
		strbuf_add(&b, p->names[i]);
	}
	code = err_set(e, ERR_UNKNOWN, "%s: \"%.80s\" is none of %s", p->name,
	    word, b.text != NULL ? b.text : "nothing");
	strbuf_fini(&b);
	return code;
}

static int
parse_flag(const struct prop *p, const char *text, void *v, struct err *e)
{
	int i = find_word(p, text);

	if (i < 0)
		return set_unknown(p, text, e);
	*(bool *)v = i != 0;
	return 0;
}

static void
format_flag(const struct prop *p, const void *v, struct strbuf *b)
{
	strbuf_add(b, p->names[*(const bool *)v ? 1 : 0]);
}

static int
parse_enum(const struct prop *p, const char *text, void *v, struct err *e)
{
	int i = find_word(p, text);

	if (i < 0)
		return set_unknown(p, text, e);
	*(uint32_t *)v = (uint32_t)i;
	return 0;
}

static void
format_enum(const struct prop *p, const void *v, struct strbuf *b)
{
	strbuf_add(b, p->names[*(const uint32_t *)v]);
}

static int
add_bit(const struct prop *p, const char *word, void *v, struct err *e)
{
	int i = find_word(p, word);

	if (i < 0 || i > 31)
		return set_unknown(p, word, e);
	*(uint32_t *)v |= UINT32_C(1) << i;
	return 0;
}

static void
format_bits(const struct prop *p, const void *v, struct strbuf *b)
{
	uint32_t bits = *(const uint32_t *)v;
	const char *gap = "";

	for (int i = 0; p->names[i] != NULL && i < 32; i++) {
		if ((bits & UINT32_C(1) << i) == 0)
			continue;
		strbuf_add(b, gap);
		strbuf_add(b, p->names[i]);
		gap = " ";
	}
}

static bool
no_bits(const void *v)
{
	return *(const uint32_t *)v == 0;
}

/* A word of a fixed list is never "none". */
static bool
never_empty(const void *v)
{
	(void)v;
	return false;
}

const struct propkind propword_state = {
	.title = "flag", .size = sizeof(bool), .parse = parse_flag,
	.format = format_flag, .empty = never_empty,
};

const struct propkind propword_bool = {
	.title = "switch", .size = sizeof(bool), .parse = parse_flag,
	.format = format_flag, .empty = never_empty,
};

const struct propkind propword_enum = {
	.title = "word", .size = sizeof(uint32_t), .parse = parse_enum,
	.format = format_enum, .empty = never_empty,
};

const struct propkind propword_bits = {
	.title = "words", .size = sizeof(uint32_t), .add = add_bit,
	.format = format_bits, .empty = no_bits,
};
