/* tests/unit/core/wire/test_dnsname.c - names keep the limits of RFC 1035,
 * the order of RFC 4034 and the bounds of their octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rand.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"

#define LIT(s)	(const uint8_t *)(s), sizeof(s) - 1

/* A copy of exactly len octets on the heap: the address sanitizer sees the
 * first octet read behind the message. */
static uint8_t *
exact(const void *octets, size_t len)
{
	uint8_t *p = malloc(len != 0 ? len : 1);

	assert_non_null(p);
	memcpy(p, octets, len);
	return p;
}

/* Reads the name at off of a message; off_after may be NULL. */
static size_t
read_at(const uint8_t *msg, size_t len, size_t off, uint8_t *name,
    size_t *off_after)
{
	uint8_t *copy = exact(msg, len);
	struct rbuf r;
	size_t n;

	rbuf_init(&r, copy, len);
	r.off = off;
	n = dnsname_read(&r, name);
	assert_int_equal(n == 0, r.bad);
	if (off_after != NULL)
		*off_after = r.off;
	free(copy);
	return n;
}

static const struct {
	const uint8_t	*msg;
	size_t		 len, off;
	const char	*want;		/* NULL: refused */
	size_t		 after;
} readings[] = {
	{ LIT("\0"), 0, ".", 1 },
	{ LIT("\3www\7eXaMple\3COM\0"), 0, "www.example.com", 17 },
	{ LIT("xx\1a\0yy"), 2, "a", 5 },
	{ LIT("\1a\0\1b\xc0\0zz"), 3, "b.a", 7 },
	{ LIT("\1a\0\xc0\0"), 3, "a", 5 },
	{ LIT("\0\xc0\0"), 1, ".", 3 },
	{ LIT("\1a\0\1b\xc0\0\1c\xc0\3"), 7, "c.b.a", 11 },
	/* a pointer to a pointer */
	{ LIT("\1a\0\xc0\0\xc0\3"), 5, "a", 7 },
	/* into the middle of an earlier name */
	{ LIT("\1a\1b\0\1c\xc0\2"), 5, "c.b", 9 },
	/* cut short: nowhere, in a label, behind one, in a pointer */
	{ LIT(""), 0, NULL, 0 },
	{ LIT("\3ww"), 0, NULL, 0 },
	{ LIT("\3www"), 0, NULL, 0 },
	{ LIT("\1"), 0, NULL, 0 },
	{ LIT("\1a\0\xc0"), 3, NULL, 0 },
	{ LIT("\1a\0\1b\xc0"), 3, NULL, 0 },
	/* to itself, forward, in circles, past the end */
	{ LIT("\xc0\0"), 0, NULL, 0 },
	{ LIT("\xc0\2\0"), 0, NULL, 0 },
	{ LIT("\1a\xc0\0"), 0, NULL, 0 },
	{ LIT("\1a\xc0\4\1b\xc0\0"), 4, NULL, 0 },
	{ LIT("\xc0\2\xc0\0"), 2, NULL, 0 },
	{ LIT("\1a\0\xff\xff"), 3, NULL, 0 },
	/* to where this very name began: would never end */
	{ LIT("\0\1a\xc0\1"), 1, NULL, 0 },
	/* back to a name whose own pointer comes forward again */
	{ LIT("\1a\xc0\5\0\1b\xc0\0"), 5, NULL, 0 },
	/* label types 01 and 10, the first over 63 */
	{ LIT("\x40\0"), 0, NULL, 0 },
	{ LIT("\x41\0\0"), 0, NULL, 0 },
	{ LIT("\x80\0"), 0, NULL, 0 },
	{ LIT("\1a\xbf\0"), 0, NULL, 0 },
};

static void
names_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		uint8_t name[DNSNAME_MAX];
		char text[DNSNAME_TEXT_MAX] = "refused";
		size_t after, n = read_at(readings[i].msg, readings[i].len,
		    readings[i].off, name, &after);

		if (n > 0)
			(void)dnsname_format(name, text);
		if (readings[i].want == NULL ? n != 0 :
		    n == 0 || strcmp(text, readings[i].want) != 0 ||
		    n != dnsname_len(name) || after != readings[i].after)
			fail_msg("row %zu: %zu octets, %s, then %zu", i, n,
			    text, after);
	}
}

static void
bad_reader_stays_bad(void **state)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf r;

	(void)state;
	rbuf_init(&r, "\1a\0", 4);
	r.bad = true;
	assert_int_equal(dnsname_read(&r, name), 0);
	assert_true(r.bad);
}

/* Appends a label of len octets 'x'; returns the new length. */
static size_t
put_label(uint8_t *to, size_t off, size_t len)
{
	to[off] = (uint8_t)len;
	memset(to + off + 1, 'x', len);
	return off + 1 + len;
}

/* Three labels of 63 and one of the given length; 61 makes 255 octets. */
static size_t
put_long(uint8_t *to, size_t last)
{
	size_t off = 0;

	for (int i = 0; i < 3; i++)
		off = put_label(to, off, 63);
	off = put_label(to, off, last);
	to[off] = 0;
	return off + 1;
}

/* 64 is no longer a length but the label type 01 (RFC 1035 4.1.4). */
static void
label_may_have_63_octets(void **state)
{
	uint8_t msg[130], name[DNSNAME_MAX];

	(void)state;
	for (size_t len = 62; len <= 65; len++) {
		size_t end = put_label(msg, 0, len), want;

		msg[end++] = 0;
		want = len <= 63 ? end : 0;
		assert_int_equal(read_at(msg, end, 0, name, NULL), want);
	}
}

static void
name_may_have_255_octets(void **state)
{
	uint8_t msg[300], *name = malloc(DNSNAME_MAX);

	(void)state;
	assert_non_null(name);
	assert_int_equal(put_long(msg, 61), 255);
	assert_int_equal(read_at(msg, 255, 0, name, NULL), 255);
	assert_memory_equal(name, msg, 255);
	assert_int_equal(put_long(msg, 62), 256);
	assert_int_equal(read_at(msg, 256, 0, name, NULL), 0);
	free(name);
}

/* The limit counts what pointers bring in, too. */
static void
pointed_parts_count_as_well(void **state)
{
	uint8_t msg[600], *name = malloc(DNSNAME_MAX);

	(void)state;
	assert_non_null(name);
	for (size_t extra = 0; extra < 4; extra++) {
		/* 250 octets, then a label in front of them */
		size_t at = put_long(msg, 56);
		size_t end = put_label(msg, at, 2 + extra), n;

		msg[end++] = 0xc0;
		msg[end++] = 0;
		n = read_at(msg, end, at, name, NULL);
		if (n != (extra < 3 ? 253 + extra : 0))
			fail_msg("%zu: %zu octets", 253 + extra, n);
	}
	free(name);
}

/* The longest chain that a pointer's 14 bits allow ends, and gives its name. */
static void
long_pointer_chain_ends(void **state)
{
	static uint8_t msg[0x4000];
	uint8_t name[DNSNAME_MAX];
	size_t after, last = sizeof(msg) - 2;

	(void)state;
	msg[0] = msg[1] = 0;
	for (size_t i = 2; i <= last; i += 2) {
		msg[i] = (uint8_t)(0xc0 | (i - 2) >> 8);
		msg[i + 1] = (uint8_t)(i - 2);
	}
	assert_int_equal(read_at(msg, sizeof(msg), last, name, &after), 1);
	assert_int_equal(after, sizeof(msg));
}

static uint8_t
plain_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Every octet value at every place of a label of every length: only A-Z may
 * change, and no neighbour with them. */
static void
only_ascii_letters_are_lowered(void **state)
{
	uint8_t msg[70], name[DNSNAME_MAX];

	(void)state;
	for (size_t len = 1; len <= 63; len++)
		for (unsigned first = 0; first < 256; first += 5) {
			(void)put_label(msg, 0, len);
			for (size_t i = 0; i < len; i++)
				msg[1 + i] = (uint8_t)(first + i * 37);
			msg[len + 1] = 0;
			assert_int_equal(read_at(msg, len + 2, 0, name, NULL),
			    len + 2);
			assert_int_equal(name[0], len);
			for (size_t i = 1; i <= len; i++)
				if (name[i] != plain_lower(msg[i]))
					fail_msg("%u became %u", msg[i], name[i]);
		}
}

static const struct { const char *in, *want; } texts[] = {
	{ ".", "." },
	{ "com", "com" }, { "com.", "com" },
	{ "VMhttp.SiteRequest.COM.", "vmhttp.siterequest.com" },
	{ "_sip._tcp.a-b", "_sip._tcp.a-b" }, { "*.a", "*.a" },
	{ "0/25.2.0.192", "0/25.2.0.192" },
	{ "a\\.b.c", "a\\.b.c" }, { "a\\\\.c", "a\\\\.c" },
	{ "\\097\\066", "ab" }, { "\\a\\B", "ab" },
	{ "\\000\\255\\032", "\\000\\255\\032" },
	{ "a b", "a\\032b" }, { "a\\ b", "a\\032b" },
	{ "\\@\\$\\;", "\\@\\$\\;" }, { "@", "\\@" }, { "\xc3\xa9", "\\195\\169" },
	{ "", NULL }, { "..", NULL }, { ".a", NULL }, { "a..b", NULL },
	{ "a..", NULL }, { "\\", NULL }, { "a\\", NULL }, { "\\1", NULL },
	{ "\\12", NULL }, { "\\12a", NULL }, { "\\256", NULL },
	{ "\\999", NULL }, { "\\1.2", NULL },
};

static void
text_goes_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint8_t name[DNSNAME_MAX], again[DNSNAME_MAX];
		char text[DNSNAME_TEXT_MAX] = "refused";
		size_t n = dnsname_parse(texts[i].in, name);

		if (n > 0)
			(void)dnsname_format(name, text);
		if (texts[i].want == NULL ? n != 0 :
		    strcmp(text, texts[i].want) != 0 || dnsname_len(name) != n)
			fail_msg("\"%s\": %zu, %s", texts[i].in, n, text);
		if (n > 0 && (dnsname_parse(text, again) != n ||
		    memcmp(name, again, n) != 0))
			fail_msg("\"%s\" does not come back", text);
	}
}

static void
text_keeps_the_limits(void **state)
{
	uint8_t name[DNSNAME_MAX], wire[300];
	char text[600], x[65];

	(void)state;
	memset(x, 'x', 64);
	x[64] = '\0';
	assert_int_equal(dnsname_parse(x + 1, name), 65);
	assert_int_equal(dnsname_parse(x, name), 0);
	(void)snprintf(text, sizeof(text), "%s.%s.%s.%.61s", x + 1, x + 1,
	    x + 1, x);
	assert_int_equal(dnsname_parse(text, name), 255);
	(void)put_long(wire, 61);
	assert_memory_equal(name, wire, 255);
	(void)snprintf(text, sizeof(text), "%s.%s.%s.%.62s.", x + 1, x + 1,
	    x + 1, x);
	assert_int_equal(dnsname_parse(text, name), 0);
	/* an escape is one octet */
	(void)snprintf(text, sizeof(text), "\\120%.62s", x);
	assert_int_equal(dnsname_parse(text, name), 65);
}

/* 127 labels of one octet, and 255 octets that all need four characters. */
static void
longest_names_fit_as_text(void **state)
{
	char *text = malloc(DNSNAME_TEXT_MAX);
	uint8_t name[DNSNAME_MAX], back[DNSNAME_MAX];

	(void)state;
	assert_non_null(text);
	(void)put_long(name, 61);
	for (size_t i = 0; i < 254; i++)
		if (i % 64 != 0)
			name[i] = 0xff;
	(void)dnsname_format(name, text);
	assert_int_equal(strlen(text), (3 * 63 + 61) * 4 + 3);
	assert_int_equal(dnsname_parse(text, back), 255);
	assert_memory_equal(name, back, 255);
	for (size_t i = 0; i < 254; i += 2)
		(void)put_label(name, i, 1);
	name[254] = 0;
	assert_int_equal(dnsname_len(name), 255);
	assert_int_equal(dnsname_labels(name), DNSNAME_LABELS_MAX - 1);
	assert_int_equal(strlen(dnsname_format(name, text)), 253);
	assert_int_equal(dnsname_compare(name, name), 0);
	free(text);
}

/* Parses into static storage: two names may be alive at once. */
static const uint8_t *
wire(const char *text)
{
	static uint8_t room[2][DNSNAME_MAX];
	static unsigned turn;
	uint8_t *name = room[turn++ % 2];

	assert_int_not_equal(dnsname_parse(text, name), 0);
	return name;
}

/* The list of RFC 4034 6.1, and what it leaves to the reader. */
static void
order_is_canonical(void **state)
{
	static const char *const sorted[] = {
		".", "example", "a.example", "yljkjljk.a.example",
		"Z.a.example", "zABC.a.EXAMPLE", "z.example",
		"\\001.z.example", "*.z.example", "\\200.z.example",
		"examplea", "a.examplea", "exampleb",
	};
	const size_t count = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			const uint8_t *a = wire(sorted[i]), *b = wire(sorted[k]);
			int rc = dnsname_compare(a, b);

			if ((rc > 0) - (rc < 0) != (i > k) - (i < k))
				fail_msg("%s, %s: %d", sorted[i], sorted[k], rc);
			if (dnsname_equal(a, b) != (i == k))
				fail_msg("%s, %s equal?", sorted[i], sorted[k]);
		}
}

static void
under_respects_labels(void **state)
{
	static const struct { const char *name, *parent; bool want; } row[] = {
		{ "example.com", "example.com", true },
		{ "www.example.com", "example.com", true },
		{ "a.b.example.com", "example.com", true },
		{ "example.com", ".", true }, { ".", ".", true },
		{ "notexample.com", "example.com", false },
		{ "com", "example.com", false }, { ".", "com", false },
		{ "www.example.org", "example.com", false },
		/* octets that look like the parent inside a label */
		{ "x\\007example\\003com", "com", false },
		{ "a\\003com.net", "com", false },
		{ "a\\003com", "com", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (dnsname_is_under(wire(row[i].name), wire(row[i].parent)) !=
		    row[i].want)
			fail_msg("%s under %s", row[i].name, row[i].parent);
}

/* Comparing a long name with a short one must not read behind the short. */
static void
comparing_stays_inside_both(void **state)
{
	uint8_t *a = exact("\3www\7example\3com", 17), *b = exact("\3www", 5);
	uint8_t *root = exact("", 1);

	(void)state;
	assert_false(dnsname_equal(a, b));
	assert_false(dnsname_equal(b, a));
	assert_true(dnsname_compare(a, b) != 0);
	assert_false(dnsname_is_under(a, b));
	assert_false(dnsname_is_under(b, a));
	assert_true(dnsname_is_under(b, root));
	assert_true(dnsname_compare(root, b) < 0);
	free(a);
	free(b);
	free(root);
}

static void
labels_and_parents(void **state)
{
	const uint8_t *name = wire("www.example.com");

	(void)state;
	assert_int_equal(dnsname_labels(name), 3);
	name = dnsname_parent(name);
	assert_true(dnsname_equal(name, wire("example.com")));
	name = dnsname_parent(dnsname_parent(name));
	assert_int_equal(dnsname_len(name), 1);
	assert_int_equal(dnsname_labels(name), 0);
	assert_ptr_equal(dnsname_parent(name), name);
}

/* Names of each length, each alone on the heap. */
static void
hash_reads_only_the_name(void **state)
{
	uint8_t msg[300], room[300];

	(void)state;
	for (size_t len = 1; len <= DNSNAME_MAX; len++) {
		uint8_t *p;

		memset(msg, 'x', len);
		msg[len - 1] = 0;
		p = exact(msg, len);
		memset(room, (int)len, sizeof(room));
		memcpy(room + 3, msg, len);
		if (dnsname_hash(p, len) != dnsname_hash(room + 3, len))
			fail_msg("%zu octets", len);
		free(p);
	}
}

static void
hash_depends_on_the_seed(void **state)
{
	const uint8_t *name = wire("vmhttp.siterequest.com");
	size_t len = dnsname_len(name);
	uint64_t before = dnsname_hash(name, len), other;

	(void)state;
	dnsname_hash_seed(0);
	assert_true(dnsname_hash(name, len) == before);
	dnsname_hash_seed(1);
	other = dnsname_hash(name, len);
	dnsname_hash_seed(0);
	assert_true(other != before);
	assert_true(dnsname_hash(name, len) == before);
}

/* Whatever is read formats, parses back and compares equal to itself. */
static void
random_messages_are_safe(void **state)
{
	struct rand r;
	unsigned good = 0;

	(void)state;
	rand_seed_from(&r, 1035);
	for (int i = 0; i < 100000; i++) {
		uint8_t msg[64], name[DNSNAME_MAX], back[DNSNAME_MAX];
		size_t len = 1 + rand_below(&r, sizeof(msg)), n;
		char text[DNSNAME_TEXT_MAX];

		for (size_t k = 0; k < len; k++)
			msg[k] = rand_below(&r, 3) != 0 ?
			    (uint8_t)rand_below(&r, 5) :
			    (uint8_t)rand_u64(&r);
		n = read_at(msg, len, rand_below(&r, (uint32_t)len), name, NULL);
		if (n == 0)
			continue;
		good++;
		assert_int_equal(dnsname_len(name), n);
		assert_int_equal(dnsname_parse(dnsname_format(name, text), back),
		    n);
		assert_true(dnsname_equal(name, back));
	}
	assert_true(good > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_or_refused),
		cmocka_unit_test(bad_reader_stays_bad),
		cmocka_unit_test(label_may_have_63_octets),
		cmocka_unit_test(name_may_have_255_octets),
		cmocka_unit_test(pointed_parts_count_as_well),
		cmocka_unit_test(long_pointer_chain_ends),
		cmocka_unit_test(only_ascii_letters_are_lowered),
		cmocka_unit_test(text_goes_both_ways),
		cmocka_unit_test(text_keeps_the_limits),
		cmocka_unit_test(longest_names_fit_as_text),
		cmocka_unit_test(order_is_canonical),
		cmocka_unit_test(under_respects_labels),
		cmocka_unit_test(comparing_stays_inside_both),
		cmocka_unit_test(labels_and_parents),
		cmocka_unit_test(hash_reads_only_the_name),
		cmocka_unit_test(hash_depends_on_the_seed),
		cmocka_unit_test(random_messages_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
