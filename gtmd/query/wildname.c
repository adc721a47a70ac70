/* gtmd/query/wildname.c - cuts and matches domain patterns; see pattern.h.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/wildname.h"

#include <assert.h>

#define DOT_IN_LABEL	1

static bool
is_wild(uint8_t c)
{
	return c == '*' || c == '?';
}

static bool
label_is_wild(const uint8_t *label)
{
	for (unsigned i = 1; i <= *label; i++) {
		if (is_wild(label[i]))
			return true;
	}
	return false;
}

size_t
wildname_suffix(const uint8_t *name)
{
	size_t end = 0;

	for (const uint8_t *l = name; *l != 0; l += *l + 1) {
		if (label_is_wild(l))
			end = (size_t)(l - name) + *l + 1u;
	}
	return end;
}

bool
wildname_check(const uint8_t *name)
{
	return wildname_suffix(name) > 0;
}

void
wildname_head(const uint8_t *name, size_t at, uint8_t *head)
{
	size_t i = 0;

	/* Each label moves forward by its length octet; a dot ends it. */
	while (i < at) {
		size_t end = i + name[i];

		for (; i < end; i++)
			head[i] = name[i + 1] == '.' ? DOT_IN_LABEL :
			    name[i + 1];
		head[i++] = '.';
	}
}

void
wildname_init(struct wildname *p, const uint8_t *name)
{
	size_t len = dnsname_len(name), end = wildname_suffix(name);
	unsigned wild = 0;

	assert(end > 0);
	p->suffix_at = p->head_len = (uint8_t)end;
	wildname_head(name, end, p->head);
	for (size_t i = 0; i < end; i++)
		wild += is_wild(p->head[i]);
	p->literals = (uint8_t)(len - 1 - wild);
	p->prefix_len = p->tail_len = 0;
	while (!is_wild(p->head[p->prefix_len]))
		p->prefix_len++;
	while (!is_wild(p->head[end - 1 - p->tail_len]))
		p->tail_len++;
}

bool
wildname_match(const struct wildname *p, const uint8_t *head, size_t len)
{
	size_t i = 0, at = 0, star = SIZE_MAX, taken = 0;

	while (at < len) {
		if (i < p->head_len && p->head[i] == '*') {
			star = i++;
			taken = at;
		} else if (i < p->head_len &&
		    (p->head[i] == '?' || p->head[i] == head[at])) {
			i++;
			at++;
		} else if (star != SIZE_MAX) {
			/* The last '*' takes one octet more. */
			i = star + 1;
			at = ++taken;
		} else {
			return false;
		}
	}
	while (i < p->head_len && p->head[i] == '*')
		i++;
	return i == p->head_len;
}
