/* core/model/journalrecord.c - see journalrecord.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/journalrecord.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/checksum.h"

#define HEAD_MAX	96	/* octets of a header line with its end */
#define HEAD_START	"#commit "

static uint64_t
check_of(uint64_t number, const char *body, size_t len)
{
	uint64_t h = CHECKSUM_START;

	for (int shift = 0; shift < 64; shift += 8)
		h = checksum_add(h, &(uint8_t){ (uint8_t)(number >> shift) },
		    1);
	return checksum_add(h, body, len);
}

static size_t
format_head(char head[HEAD_MAX], uint64_t number, const char *body,
    size_t len)
{
	int n = snprintf(head, HEAD_MAX, HEAD_START "%" PRIu64
	    " length %zu check %016" PRIx64 "\n", number, len,
	    check_of(number, body, len));

	return (size_t)n;
}

/*
 * Is there a whole record at text? Then *number and the length of header and
 * body. The header must be what we would write for this body, to the octet.
 */
static bool
whole_record(const char *text, size_t len, struct journal_record *r,
    size_t *head_len)
{
	char head[HEAD_MAX];
	char *end;

	if (len < sizeof(HEAD_START) ||
	    memcmp(text, HEAD_START, sizeof(HEAD_START) - 1) != 0)
		return false;
	r->number = strtoull(text + sizeof(HEAD_START) - 1, &end, 10);
	if (strncmp(end, " length ", 8) != 0)
		return false;
	r->len = strtoull(end + 8, &end, 10);
	*head_len = (size_t)(end - text) + sizeof(" check 0123456789abcdef");
	if (*head_len > len || r->len > len - *head_len)
		return false;
	r->body = text + *head_len;
	return format_head(head, r->number, r->body, r->len) == *head_len &&
	    memcmp(head, text, *head_len) == 0;
}

bool
journalrecord_within(const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	struct journal_record r;
	size_t head;

	while ((p = memmem(p, (size_t)(end - p), HEAD_START,
	    sizeof(HEAD_START) - 1)) != NULL) {
		if (whole_record(p, (size_t)(end - p), &r, &head))
			return true;
		p++;
	}
	return false;
}

size_t
journalrecord_scan(const char *text, size_t len, uint64_t *next, journal_record_fn *fn,
    void *arg)
{
	struct journal_record r;
	unsigned line = 1;
	size_t off = 0, head;
	uint64_t want = 0;

	while (whole_record(text + off, len - off, &r, &head) &&
	    (want == 0 || r.number == want)) {
		r.line = line + 1;
		want = r.number + 1;
		if (fn != NULL)
			fn(arg, &r);
		for (size_t i = 0; i < head + r.len; i++)
			line += text[off + i] == '\n';
		off += head + r.len;
	}
	*next = want != 0 ? want : 1;
	return off;
}

char *
journalrecord_format(uint64_t number, const char *body, size_t len,
    size_t *whole)
{
	char head[HEAD_MAX], *text;
	size_t head_len = format_head(head, number, body, len);

	text = mem_zalloc(1, head_len + len);
	memcpy(text, head, head_len);
	memcpy(text + head_len, body, len);
	*whole = head_len + len;
	return text;
}
