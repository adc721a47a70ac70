/* tests/unit/wom/codec/test_dedupdomain.c - what is sent in one domain is not known in
 * another, and nothing in one depends on what is sent in another.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/rand.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/wom/codec/site.h"
#include "wom/codec/dedupdomain.h"
#include "wom/codec/nameset.h"

#define ROOM	((size_t)64 << 20)
#define STREAM	((size_t)2 << 20)
#define PIECE	((size_t)64 << 10)

static struct site a, b;
static uint8_t secrets[STREAM], others[STREAM];

static void
fill(uint8_t *out, uint64_t seed)
{
	struct rand r;

	rand_seed_from(&r, seed);
	for (size_t i = 0; i < STREAM; i += 8) {
		uint64_t v = rand_u64(&r);

		memcpy(out + i, &v, sizeof(v));
	}
}

static int
setup(void **state)
{
	(void)state;
	site_init(&a, ROOM);
	site_init(&b, ROOM);
	fill(secrets, 1);
	fill(others, 2);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	site_fini(&a);
	site_fini(&b);
	return 0;
}

static void
enter(const char *name)
{
	encoder_enter(a.encoder, encoder_domain(a.encoder, name));
	encoder_enter(b.encoder, encoder_domain(b.encoder, name));
}

/* Octets that cross for a stream in a domain, cut from an octet on. */
static size_t
carry(const char *domain, const uint8_t *stream, size_t from)
{
	size_t wire = 0;

	enter(domain);
	for (size_t at = from; at < STREAM; at += PIECE)
		wire += site_carry(&a, &b, stream + at, STREAM - at < PIECE ?
		    STREAM - at : PIECE);
	return wire;
}

static void
numbers_are_the_same_at_both_ends_and_nowhere_else(void **state)
{
	static const uint8_t secret[BLOCKID_SECRET] = "another";
	struct blockid_key *other = blockid_key_new(secret);
	uint64_t red = dedupdomain_of(a.key, "red");

	(void)state;
	assert_int_equal(dedupdomain_of(a.key, ""), 0);
	assert_true(red == dedupdomain_of(b.key, "red"));
	assert_true(red != dedupdomain_of(a.key, "blue"));
	assert_true(red != dedupdomain_of(other, "red"));
	/* Whichever it is at the moment. */
	enter("blue");
	assert_true(red == dedupdomain_of(a.key, "red"));
	blockid_key_free(&other);
}

static void
the_same_octets_cost_all_in_each_domain_once(void **state)
{
	static const char *const names[] = { "red", "blue", "" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_in_range(carry(names[i], secrets, 0), STREAM,
		    STREAM + STREAM / 50);
		/* As they were, and cut elsewhere. */
		assert_in_range(carry(names[i], secrets, 0), 1, STREAM / 500);
		assert_in_range(carry(names[i], secrets, 777), 1,
		    STREAM / 100);
	}
	for (size_t i = 0; i < 3; i++)
		assert_in_range(carry(names[i], secrets, 4321), 1,
		    STREAM / 100);
}

/* The wire octets of an attacker's stream, block by block, beside a victim's. */
static void
observe(const uint8_t *victims, size_t sizes[STREAM / PIECE], bool twice)
{
	for (size_t i = 0; i < STREAM / PIECE; i++) {
		enter("victim");
		(void)site_carry(&a, &b, victims + i * PIECE, PIECE);
		enter("attacker");
		/* His guess, and then he looks whether his own is there. */
		sizes[i] = site_carry(&a, &b, secrets + i * PIECE, PIECE);
		if (twice)
			sizes[i] = site_carry(&a, &b, secrets + i * PIECE,
			    PIECE - 1000);
	}
}

/* Not one octet tells whether the guess was right. */
static void
a_guess_costs_the_same_right_or_wrong(void **state)
{
	static size_t right[STREAM / PIECE], wrong[STREAM / PIECE];

	(void)state;
	for (int twice = 0; twice < 2; twice++) {
		site_forget(&a, ROOM);
		site_forget(&b, ROOM);
		observe(secrets, right, twice == 1);
		site_forget(&a, ROOM);
		site_forget(&b, ROOM);
		observe(others, wrong, twice == 1);
		assert_memory_equal(right, wrong, sizeof(right));
	}
}

/* What is the attacker's own is found again as if there were nobody else, though
 * more than an anchor's places in the index are asked for by others with the same. */
static size_t
crowd(const uint8_t *victims)
{
	char name[16];
	size_t wire = 0;

	site_forget(&a, ROOM);
	site_forget(&b, ROOM);
	enter("attacker");
	(void)site_carry(&a, &b, secrets, 4 * PIECE);
	for (unsigned i = 0; i < 2 * ANCHORINDEX_WAYS; i++) {
		(void)snprintf(name, sizeof(name), "victim %u", i);
		enter(name);
		(void)site_carry(&a, &b, victims, 4 * PIECE);
	}
	enter("attacker");
	for (size_t at = 5000; at < 3 * PIECE; at += 9000)
		wire += site_carry(&a, &b, secrets + at, 9000);
	return wire;
}

static void
nobody_pushes_anothers_anchors_aside(void **state)
{
	size_t beside_the_same = crowd(secrets), beside_others = crowd(others);

	(void)state;
	assert_int_equal(beside_the_same, beside_others);
	assert_in_range(beside_others, 1, PIECE / 4);
}

/* Without domains it would: else the test above would prove nothing. */
static void
within_a_domain_a_guess_is_answered(void **state)
{
	(void)state;
	(void)carry("tenants", secrets, 0);
	assert_in_range(carry("tenants", secrets, 100), 1, STREAM / 100);
}

static void
a_copy_from_another_domain_is_missing(void **state)
{
	struct encoder_config with = { b.history, &b.index, b.key };
	static uint8_t wire[BLOCKHEAD_ENCODED_MAX(HISTORY_BLOCK_MAX)];
	const uint8_t *out;
	size_t n, got;

	(void)state;
	(void)carry("red", secrets, 0);
	n = encoder_block(a.encoder, secrets, PIECE, wire);
	assert_in_range(n, 1, 200);
	dedupdomain_enter(&with, 0);
	assert_int_equal(decoder_block(b.decoder, wire, n, &out, &got),
	    DECODER_MISSING);
	dedupdomain_enter(&with, dedupdomain_of(b.key, "red"));
	assert_int_equal(decoder_block(b.decoder, wire, n, &out, &got),
	    DECODER_OK);
}

static void
one_domain_too_many_has_nothing_kept(void **state)
{
	char name[16];

	(void)state;
	for (unsigned i = 0; i < HISTORY_DOMAINS_MAX + 10; i++) {
		(void)snprintf(name, sizeof(name), "d%u", i);
		enter(name);
		(void)site_carry(&a, &b, secrets, PIECE);
		/* The common one is there always. */
		assert_in_range(site_carry(&a, &b, secrets, PIECE),
		    i < HISTORY_DOMAINS_MAX - 1 ? 1 : PIECE,
		    i < HISTORY_DOMAINS_MAX - 1 ? 200 : 2 * PIECE);
	}
	assert_int_equal(history_count(a.history), HISTORY_DOMAINS_MAX - 1);
	(void)carry("", secrets, 0);
	assert_in_range(carry("", secrets, 0), 1, STREAM / 500);
}

static void
open_site(struct site *s, const char *file)
{
	const struct history_place at = { .path = tempdir_file(&tempdir, file),
	    .octets = ROOM };

	site_fini(s);
	site_open(s, &at);
}

static void
tell(const struct site *from, struct site *to)
{
	static uint8_t set[65536];
	uint32_t shared;
	size_t n = nameset_write(from->history, set, sizeof(set));

	assert_true(nameset_mark(to->history, set, n, &shared));
}

/* A restart keeps them apart, and anchors are learnt again for each. */
static void
a_file_knows_whose_its_blocks_are(void **state)
{
	(void)state;
	for (int life = 0; life < 2; life++) {
		open_site(&a, "a");
		open_site(&b, "b");
		if (life == 0) {
			(void)carry("red", secrets, 0);
			(void)carry("blue", others, 0);
		}
	}
	tell(&b, &a);
	while (history_check_step(a.history, &a.index, ROOM))
		continue;
	assert_int_equal(history_counts(a.history)->damaged, 0);
	assert_in_range(carry("", secrets, 99), STREAM - 99, STREAM +
	    STREAM / 50);
	assert_in_range(carry("blue", secrets, 99), STREAM - 99, STREAM +
	    STREAM / 50);
	assert_in_range(carry("red", secrets, 99), 1, STREAM / 50);
	assert_in_range(carry("blue", others, 99), 1, STREAM / 50);
	assert_int_equal(unlink(tempdir_file(&tempdir, "a")), 0);
	assert_int_equal(unlink(tempdir_file(&tempdir, "b")), 0);
}

#define TEST(rule)	cmocka_unit_test_setup_teardown(rule, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(numbers_are_the_same_at_both_ends_and_nowhere_else),
		TEST(the_same_octets_cost_all_in_each_domain_once),
		TEST(a_guess_costs_the_same_right_or_wrong),
		TEST(nobody_pushes_anothers_anchors_aside),
		TEST(within_a_domain_a_guess_is_answered),
		TEST(a_copy_from_another_domain_is_missing),
		TEST(one_domain_too_many_has_nothing_kept),
		TEST(a_file_knows_whose_its_blocks_are),
	};

	return cmocka_run_group_tests_name("dedupdomain", tests,
	    tempdir_set_up, tempdir_tear_down);
}
