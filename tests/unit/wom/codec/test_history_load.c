/* tests/unit/wom/codec/test_history_load.c - whatever happens to the process, the
 * power or the file: what a history gives out is right, and what was whole stays.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "tests/unit/core/base/tempdir.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/history.h"
#include "wom/codec/storecipher.h"

#define RING	(4 * (size_t)HISTORY_BLOCK_MAX)
#define BLOCKS	60u		/* go round the ring about once and a half */
#define MADE	400u		/* numbers of blocks are below it */
#define SECTOR	512u

/* Rules hold in a file in clear, and in one that is encrypted. */
static const uint8_t *disk_key;
static const uint8_t some_key[STORECIPHER_KEY] = "on another disk";
static size_t ring;		/* octets; RING of them are at hand */

static struct blockid_key *key;
static struct rand r;
static struct blockid ids[MADE];
static bool known[MADE];

/* ---- a process that dies while it writes, or a disk that is full ---- */

static size_t budget = SIZE_MAX;	/* octets that are written yet */
static bool full;			/* then: an error, else the end */
static jmp_buf died;
static size_t written, marks[256], marks_count;	/* octets at each call's end */

/* Instead of the library's: all writes of a store go through here. */
ssize_t
pwritev(int fd, const struct iovec *v, int count, off_t at)
{
	size_t n = 0;

	for (int i = 0; i < count; i++) {
		size_t part = v[i].iov_len < budget ? v[i].iov_len : budget;

		assert_int_equal(pwrite(fd, v[i].iov_base, part, at +
		    (off_t)n), part);
		n += part;
		if (budget != SIZE_MAX)
			budget -= part;
		if (part == v[i].iov_len)
			continue;
		if (!full)
			longjmp(died, 1);
		errno = ENOSPC;
		return -1;
	}
	written += n;
	if (marks_count < sizeof(marks) / sizeof(marks[0]))
		marks[marks_count++] = written;
	return (ssize_t)n;
}

/* ---- blocks by number ---- */

/* The same for the same number, always; every 20th is large. */
static const uint8_t *
make_block(uint32_t n, size_t *len)
{
	static uint8_t data[HISTORY_BLOCK_MAX];
	struct rand own;

	rand_seed_from(&own, n);
	*len = n % 20 == 19 ? 900000 : 4097 + rand_below(&own, 150000);
	for (size_t i = 0; i < *len; i += 8) {
		uint64_t v = rand_u64(&own);

		memcpy(data + i, &v, sizeof(v));
	}
	return data;
}

static uint32_t
add(struct history *h, uint32_t n)
{
	size_t len;
	const uint8_t *data = make_block(n, &len);

	assert_true(n < MADE);
	ids[n] = blockid_of(key, data, len);
	known[n] = true;
	return history_add(h, &ids[n], data, len);
}

/* Reads all that it has; what there is, is right. there[n] tells about n. */
static uint32_t
look(struct history *h, bool there[MADE])
{
	uint32_t count = 0;
	size_t octets = 0;

	for (uint32_t n = 0; n < MADE; n++) {
		uint32_t slot = known[n] ? history_find(h, &ids[n]) :
		    HISTORY_NONE;
		size_t len, want;
		const uint8_t *got, *right;

		history_rest(h);
		got = history_read(h, slot, &len);
		there[n] = got != NULL;
		if (got == NULL)
			continue;
		right = make_block(n, &want);
		assert_int_equal(len, want);
		assert_memory_equal(got, right, len);
		octets += len;
		count++;
	}
	/* And nothing else. */
	assert_int_equal(history_count(h), count);
	assert_int_equal(history_octets(h), octets);
	return count;
}

/* Each octet is looked at, and none believed. */
static void
touch(struct history *h)
{
	for (uint32_t n = 0; n < MADE; n++) {
		uint32_t slot = known[n] ? history_find(h, &ids[n]) :
		    HISTORY_NONE;
		size_t len;
		const volatile uint8_t *got;

		history_rest(h);
		got = history_read(h, slot, &len);
		for (size_t i = 0; i < len; i++)
			(void)got[i];
	}
}

static uint32_t
count_lost(const bool before[MADE], const bool after[MADE])
{
	uint32_t lost = 0;

	for (uint32_t n = 0; n < MADE; n++) {
		assert_true(before[n] || !after[n]);
		lost += before[n] && !after[n];
	}
	return lost;
}

/* ---- files ---- */

static const char *
path(void)
{
	return tempdir_file(&tempdir, "store");
}

static struct history *
open_it(void)
{
	const struct history_place place = { path(), ring, key, disk_key,
	    RING };
	struct err e = { 0 };
	struct history *h = history_open(&place, &e);

	if (h == NULL)
		fail_msg("%s", e.text);
	return h;
}

static uint8_t *
take_image(size_t *len)
{
	int fd = open(path(), O_RDONLY);
	uint8_t *image;

	*len = (size_t)lseek(fd, 0, SEEK_END);
	image = mem_zalloc(*len, 1);
	assert_int_equal(pread(fd, image, *len, 0), *len);
	assert_int_equal(close(fd), 0);
	return image;
}

static void
put_image(const uint8_t *image, size_t len)
{
	int fd = open(path(), O_RDWR | O_CREAT, 0600);

	assert_int_equal(pwrite(fd, image, len, 0), len);
	assert_int_equal(ftruncate(fd, (off_t)len), 0);
	assert_int_equal(close(fd), 0);
}

static int
setup(void **state)
{
	static const uint8_t secret[BLOCKID_SECRET] = "both know this";

	(void)state;
	key = blockid_key_new(secret);
	rand_seed_from(&r, 21);
	memset(known, 0, sizeof(known));
	ring = RING;
	return key == NULL;
}

static int
setup_sealed(void **state)
{
	disk_key = some_key;
	return setup(state);
}

static int
teardown(void **state)
{
	(void)state;
	blockid_key_free(&key);
	disk_key = NULL;
	(void)unlink(path());
	return 0;
}

/* A file that has been round, its image, and what is in it. */
static uint8_t *
fill(size_t *len, bool there[MADE])
{
	struct history *h = open_it();

	for (uint32_t n = 0; n < BLOCKS; n++)
		assert_int_not_equal(add(h, n), HISTORY_NONE);
	assert_in_range(look(h, there), 10, BLOCKS - 10);
	history_free(&h);
	return take_image(len);
}

/* ---- restarts ---- */

static void
what_was_there_is_there_again(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	struct history *h;

	(void)state;
	free(fill(&len, before));
	for (uint32_t again = 0; again < 5; again++) {
		h = open_it();
		assert_null(history_counts(h)->anew);
		assert_int_equal(history_counts(h)->kept, history_count(h));
		assert_int_equal(history_counts(h)->torn, 0);
		/* The peer may have lost it meanwhile. */
		assert_false(history_is_shared(h, history_newest(h)));
		(void)look(h, after);
		assert_int_equal(count_lost(before, after), 0);
		for (uint32_t n = 0; n < 17; n++)
			(void)add(h, BLOCKS + 17 * again + n);
		(void)look(h, before);
		assert_int_equal(history_counts(h)->damaged, 0);
		history_free(&h);
	}
}

static void
newer_and_older_ones_are_in_order_again(void **state)
{
	bool there[MADE];
	size_t len;
	struct history *h;
	uint32_t n = BLOCKS, slot;

	(void)state;
	free(fill(&len, there));
	h = open_it();
	for (slot = history_newest(h); slot != HISTORY_NONE;
	    slot = history_older(h, slot)) {
		n--;
		assert_true(blockid_equal(history_id(h, slot), &ids[n]));
		assert_true(there[n]);
	}
	assert_int_equal(BLOCKS - n, history_count(h));
	history_free(&h);
}

static void
under_another_secret_nothing_is_known(void **state)
{
	static const uint8_t other[BLOCKID_SECRET] = "who knows this";
	bool there[MADE];
	size_t len;
	struct history *h;

	(void)state;
	free(fill(&len, there));
	blockid_key_free(&key);
	key = blockid_key_new(other);
	h = open_it();
	assert_int_equal(history_count(h), 0);
	assert_string_equal(history_counts(h)->anew,
	    "its names were made with another secret");
	history_free(&h);
}

/* ---- an end at any octet ---- */

/* The process ends when so many octets of what adding block BLOCKS + 19 takes have
 * been written. */
static void
die_at(const uint8_t *image, size_t len, size_t octets)
{
	static struct history *h;

	put_image(image, len);
	h = open_it();
	full = false;
	budget = octets;
	if (setjmp(died) == 0)
		(void)add(h, BLOCKS + 19);
	budget = SIZE_MAX;
	history_free(&h);
}

static void
check_death(size_t octets, size_t all, const bool before[MADE],
    const bool after[MADE])
{
	bool there[MADE];
	struct history *h = open_it();

	(void)look(h, there);
	assert_int_equal(history_counts(h)->damaged, 0);
	for (uint32_t n = 0; n < BLOCKS; n++) {
		if (after[n] && !there[n])
			fail_msg("block %u has gone at %zu", n, octets);
		assert_true(before[n] || !there[n]);
	}
	assert_int_equal(there[BLOCKS + 19], octets == all);
	/* It goes on. */
	for (uint32_t n = 0; n < 8; n++)
		assert_int_not_equal(add(h, BLOCKS + 30 + n), HISTORY_NONE);
	(void)look(h, there);
	for (uint32_t n = 0; n < 8; n++)
		assert_true(there[BLOCKS + 30 + n]);
	history_free(&h);
}

static void
a_process_may_die_at_any_octet(void **state)
{
	bool before[MADE], after[MADE];
	size_t len, all, calls;
	uint8_t *image = fill(&len, before);
	struct history *h = open_it();

	(void)state;
	written = marks_count = 0;
	(void)add(h, BLOCKS + 19);
	all = written;
	calls = marks_count;
	(void)look(h, after);
	history_free(&h);
	/* Some heads erased, the octets, the head. */
	assert_in_range(calls, 4, 40);
	for (size_t i = 0; i < calls; i++) {
		for (size_t at = marks[i] - 1; at <= marks[i] + 1 && at <= all;
		    at++) {
			die_at(image, len, at);
			check_death(at, all, before, after);
		}
	}
	for (size_t i = 0; i < 40; i++) {
		size_t at = i < 20 ? all - i : rand_below(&r, (uint32_t)all);

		die_at(image, len, at);
		check_death(at, all, before, after);
	}
	free(image);
}

/* ---- the power goes ---- */

/* A file at three times. */
static void
fill_thrice(uint8_t *images[3], size_t *len)
{
	bool there[MADE];

	images[0] = fill(len, there);
	for (uint32_t i = 1; i < 3; i++) {
		struct history *h = open_it();
		size_t now;

		for (uint32_t n = 0; n < 6 * i; n++)
			(void)add(h, BLOCKS + 20 * i + n * 3);
		history_free(&h);
		images[i] = take_image(&now);
		assert_int_equal(now, *len);
	}
}

/* Each sector as it was at one of these times, mostly at one and the same. */
static void
mix(uint8_t *out, uint8_t *const images[3], size_t len, uint32_t round)
{
	uint32_t rare = 1 + rand_below(&r, 1u << round % 16);

	for (size_t at = 0; at < len; at += SECTOR) {
		uint32_t from = rand_below(&r, rare) == 0 ?
		    rand_below(&r, 3) : round % 3;

		memcpy(out + at, images[from] + at, SECTOR);
	}
}

/* What it has is right, and it takes more and keeps that. Returns how many blocks
 * it had. */
static uint32_t
is_a_store(void)
{
	bool there[MADE];
	struct history *h = open_it();
	uint32_t had;

	assert_null(history_counts(h)->anew);
	had = look(h, there);
	for (uint32_t again = 0; again < 2; again++) {
		for (uint32_t n = 0; n < 8; n++)
			(void)add(h, 200 + n * 7);
		(void)look(h, there);
		for (uint32_t n = 0; n < 8; n++)
			assert_true(there[200 + n * 7]);
		history_free(&h);
		h = open_it();
	}
	(void)look(h, there);
	assert_true(there[200]);
	history_free(&h);
	return had;
}

/* Of what was written since the first image any sectors may have got there. */
static void
what_a_loss_of_power_leaves_is_right(void **state)
{
	uint8_t *images[3], *mixed;
	uint32_t had = 0;
	size_t len;

	(void)state;
	fill_thrice(images, &len);
	mixed = mem_zalloc(len, 1);
	for (uint32_t round = 0; round < 40; round++) {
		mix(mixed, images, len, round);
		put_image(mixed, len);
		had += is_a_store();
	}
	assert_true(had > 40 * 8);
	for (size_t i = 0; i < 3; i++)
		free(images[i]);
	free(mixed);
}

/* The file of now with heads that have been erased since then. */
static void
put_erased_heads(const uint8_t *then, uint8_t *now, size_t len)
{
	static const uint8_t zero[64];

	for (size_t at = 4096; at < len - RING; at += sizeof(zero))
		if (memcmp(now + at, zero, sizeof(zero)) == 0)
			memcpy(now + at, then + at, sizeof(zero));
	put_image(now, len);
}

/* They are known without a look at their octets: newer blocks stand there. */
static void
erased_heads_that_come_back_are_known(void **state)
{
	bool there[MADE], before[MADE];
	size_t len;
	uint8_t *then = fill(&len, before), *now;
	struct history *h = open_it();
	size_t count;

	(void)state;
	for (uint32_t n = 0; n < 9; n++)
		(void)add(h, BLOCKS + n);
	count = look(h, there);
	history_free(&h);
	now = take_image(&len);
	put_erased_heads(then, now, len);
	h = open_it();
	assert_in_range(history_counts(h)->torn, 5, 60);
	assert_int_equal(history_counts(h)->kept, count);
	(void)look(h, there);
	assert_int_equal(history_counts(h)->damaged, 0);
	history_free(&h);
	free(then);
	free(now);
}

/* A block was damaged, and has come again: both its heads are whole. */
static void
of_two_heads_of_one_name_the_newer_counts(void **state)
{
	bool there[MADE];
	size_t len;
	uint8_t *then = fill(&len, there), *now = mem_zalloc(len, 1);
	uint32_t slot, old;
	struct history *h;

	(void)state;
	memcpy(now, then, len);
	memset(now + len - RING, 0, RING);
	put_image(now, len);
	h = open_it();
	old = history_find(h, &ids[BLOCKS - 2]);
	assert_int_equal(look(h, there), 0);
	slot = add(h, BLOCKS - 2);
	assert_int_not_equal(slot, old);
	history_free(&h);
	free(now);
	now = take_image(&len);
	put_erased_heads(then, now, len);
	h = open_it();
	assert_int_equal(history_find(h, &ids[BLOCKS - 2]), slot);
	assert_int_equal(look(h, there), 1);
	assert_true(there[BLOCKS - 2]);
	history_free(&h);
	free(then);
	free(now);
}

/* Small blocks, so that slots are used again; and the head of one is as it was a
 * round before. */
static void
a_head_of_the_round_before_is_known(void **state)
{
	enum { SLOTS = RING / 4096, COUNT = SLOTS + 400, BACK = SLOTS + 300 };
	const size_t at = 4096 + 64 * (BACK % SLOTS);
	struct history *h = open_it();
	uint8_t *then = NULL, *now;
	size_t len;

	(void)state;
	for (uint32_t n = 1; n <= COUNT; n++) {
		struct blockid id = blockid_of(key, &n, sizeof(n));

		(void)history_add(h, &id, (const uint8_t *)&n, sizeof(n));
		if (n == SLOTS)
			then = take_image(&len);
	}
	assert_int_equal(history_count(h), SLOTS);
	history_free(&h);
	now = take_image(&len);
	assert_memory_not_equal(now + at, then + at, 64);
	memcpy(now + at, then + at, 64);
	put_image(now, len);
	h = open_it();
	assert_int_equal(history_counts(h)->kept, SLOTS - 1);
	assert_int_equal(history_counts(h)->torn, 1);
	history_free(&h);
	free(then);
	free(now);
}

/* ---- damage ---- */

static void
a_flipped_bit_costs_one_block_at_most(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	uint8_t *image = fill(&len, before);
	struct anchorindex ix;
	uint32_t lost = 0;

	(void)state;
	anchorindex_init(&ix, RING);
	for (uint32_t round = 0; round < 100; round++) {
		/* Every other one in the heads. */
		size_t at = rand_below(&r, round % 2 == 0 ? (uint32_t)len :
		    4096 + 64 * (BLOCKS + 1));
		struct history *h;
		const struct history_counts *c;
		uint32_t now;

		image[at] ^= (uint8_t)(1u << round % 8);
		put_image(image, len);
		image[at] ^= (uint8_t)(1u << round % 8);
		h = open_it();
		c = history_counts(h);
		assert_null(c->anew);
		while (history_check_step(h, &ix, HISTORY_BLOCK_MAX))
			continue;
		(void)look(h, after);
		now = count_lost(before, after);
		assert_in_range(now, c->damaged, 1);
		assert_in_range(now, 0, c->damaged + c->torn);
		lost += now;
		history_free(&h);
		/* It is not found again. */
		h = open_it();
		(void)look(h, after);
		assert_int_equal(history_counts(h)->damaged, 0);
		assert_int_equal(count_lost(before, after), now);
		history_free(&h);
	}
	/* The ring was nearly full. */
	assert_in_range(lost, 30, 99);
	anchorindex_fini(&ix);
	free(image);
}

static void
what_was_not_cut_off_stays(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	uint8_t *image = fill(&len, before);
	uint32_t kept_before = 0, shorter = 0;

	(void)state;
	for (size_t cut = 0; cut <= len; cut += cut < RING / 4 ? len / 50 :
	    len / 9) {
		struct history *h;
		uint32_t kept;

		put_image(image, cut);
		h = open_it();
		kept = look(h, after);
		assert_int_equal(history_counts(h)->damaged, 0);
		assert_true(kept >= kept_before);
		shorter += kept > kept_before;
		kept_before = kept;
		(void)add(h, BLOCKS);
		(void)look(h, after);
		assert_true(after[BLOCKS]);
		history_free(&h);
	}
	assert_true(shorter > 5);
	free(image);
}

static void
a_file_cut_while_it_is_used_ends_nothing(void **state)
{
	bool before[MADE], after[MADE], later[MADE];
	size_t len;
	struct history *h;
	uint32_t lost;

	(void)state;
	free(fill(&len, before));
	h = open_it();
	(void)look(h, after);
	assert_int_equal(history_counts(h)->faults, 0);
	assert_int_equal(truncate(path(), (off_t)(len - RING / 2)), 0);
	touch(h);
	(void)look(h, after);
	lost = count_lost(before, after);
	assert_in_range(lost, 2, history_count(h) + lost - 1);
	assert_int_equal(history_counts(h)->damaged, lost);
	assert_true(history_counts(h)->faults > 0);
	/* Where the file was cut nothing is kept; but nothing is wrong. */
	for (uint32_t n = 0; n < 60; n++) {
		(void)add(h, BLOCKS + n);
		(void)look(h, later);
	}
	history_free(&h);
	h = open_it();
	(void)look(h, later);
	for (uint32_t n = 0; n < 60; n++)
		(void)add(h, BLOCKS + 80 + n);
	(void)look(h, later);
	assert_true(later[BLOCKS + 80 + 59]);
	assert_int_equal(history_counts(h)->faults, 0);
	history_free(&h);
}

static void
what_cannot_be_written_is_not_kept(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	struct history *h;

	(void)state;
	free(fill(&len, before));
	h = open_it();
	for (size_t octets = 0; octets < 100000; octets += 30000) {
		full = true;
		budget = octets;
		assert_int_equal(add(h, BLOCKS + 19), HISTORY_NONE);
		budget = SIZE_MAX;
		(void)look(h, after);
		assert_false(after[BLOCKS + 19]);
		assert_true(after[BLOCKS - 1]);
	}
	assert_int_equal(history_counts(h)->unwritten, 4);
	assert_int_not_equal(add(h, BLOCKS + 19), HISTORY_NONE);
	(void)look(h, after);
	assert_true(after[BLOCKS + 19]);
	history_free(&h);
}

/* ---- a file that is encrypted ---- */

/* Whether what follows each other in `what` stands in the file. */
static bool
file_has(const uint8_t *image, size_t len, const void *what, size_t what_len)
{
	return memmem(image, len, what, what_len) != NULL;
}

static void
nothing_in_it_can_be_read(void **state)
{
	bool there[MADE];
	size_t len, block_len;
	uint8_t *image = fill(&len, there);
	uint32_t seen = 0;

	(void)state;
	for (uint32_t n = 0; n < BLOCKS; n++) {
		const uint8_t *block = make_block(n, &block_len);

		seen += file_has(image, len, block + 4096, 16);
		seen += file_has(image, len, ids[n].octets, 8);
	}
	assert_int_equal(seen, disk_key != NULL ? 0 : seen);
	assert_true(disk_key != NULL || seen > BLOCKS);
	assert_int_equal(file_has(image, len, "womB", 4), disk_key == NULL);
	free(image);
}

static void
check_anew(const uint8_t *with, const char *why)
{
	struct history *h;

	disk_key = with;
	h = open_it();
	assert_int_equal(history_count(h), 0);
	assert_string_equal(history_counts(h)->anew, why);
	assert_int_not_equal(add(h, 5), HISTORY_NONE);
	history_free(&h);
	h = open_it();
	assert_null(history_counts(h)->anew);
	assert_int_equal(history_count(h), 1);
	history_free(&h);
}

/* Never as if it were the same, and never garbage. */
static void
under_another_key_or_none_it_begins_anew(void **state)
{
	uint8_t other[STORECIPHER_KEY];
	bool there[MADE];
	size_t len;

	(void)state;
	memcpy(other, some_key, sizeof(other));
	other[STORECIPHER_KEY - 1] ^= 1;
	free(fill(&len, there));
	check_anew(other, "it was encrypted under another key");
	check_anew(NULL, "it was encrypted");
	check_anew(some_key, "it was not encrypted");
	assert_int_equal(unlink(path()), 0);
	memset(known, 0, sizeof(known));
	free(fill(&len, there));
	blockid_key_free(&key);
	key = blockid_key_new(other);
	check_anew(some_key, "its names were made with another secret");
}

/* Two files of the same contents have nothing in common, nor has one that began
 * anew with what it was. */
static void
each_life_of_a_file_has_its_own_keys(void **state)
{
	bool there[MADE];
	size_t len, len2, same = 0;
	uint8_t *one = fill(&len, there), *two;

	(void)state;
	assert_int_equal(unlink(path()), 0);
	two = fill(&len2, there);
	assert_int_equal(len, len2);
	for (size_t at = 4096; at < len; at += 16)
		same += memcmp(one + at, two + at, 16) == 0 &&
		    one[at] != 0;
	assert_int_equal(same, 0);
	free(one);
	free(two);
}

static void
what_is_not_at_hand_is_fetched(void **state)
{
	bool there[MADE];
	struct history *h;
	uint64_t fetched;

	(void)state;
	ring = 4 * RING;
	h = open_it();
	for (uint32_t n = 0; n < BLOCKS; n++)
		(void)add(h, n);
	assert_int_equal(history_counts(h)->fetched, 0);
	assert_int_equal(look(h, there), BLOCKS);
	fetched = history_counts(h)->fetched;
	assert_in_range(fetched, BLOCKS / 3, BLOCKS);
	/* The last that were read are here still. */
	for (uint32_t n = BLOCKS - 5; n < BLOCKS; n++) {
		size_t len;

		assert_non_null(history_read(h, history_find(h, &ids[n]),
		    &len));
	}
	assert_int_equal(history_counts(h)->fetched, fetched);
	assert_int_equal(history_counts(h)->damaged, 0);
	history_free(&h);
}

/* What was given out stays as it is until nobody looks; what finds no room then is
 * not lost. */
static void
what_was_read_stays_until_the_rest(void **state)
{
	static const uint8_t *got[BLOCKS];
	struct history *h;
	uint32_t given = 0;
	bool there[MADE];
	size_t len;

	(void)state;
	ring = 4 * RING;
	h = open_it();
	for (uint32_t n = 0; n < BLOCKS; n++)
		(void)add(h, n);
	history_rest(h);
	for (uint32_t n = 0; n < BLOCKS; n++) {
		got[n] = history_read(h, history_find(h, &ids[n]), &len);
		given += got[n] != NULL;
	}
	assert_in_range(given, BLOCKS / 4, BLOCKS - 5);
	for (uint32_t n = 0; n < BLOCKS; n++) {
		const uint8_t *right = make_block(n, &len);

		if (got[n] != NULL)
			assert_memory_equal(got[n], right, len);
	}
	assert_int_equal(look(h, there), BLOCKS);
	assert_int_equal(history_counts(h)->damaged, 0);
	history_free(&h);
}

static void
what_changed_on_the_disk_is_found_when_it_is_fetched(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	uint8_t *image = fill(&len, before);
	struct history *h;

	(void)state;
	h = open_it();
	(void)look(h, after);
	memset(image + len - RING, 0x5a, RING / 2);
	put_image(image, len);
	/* It is at hand: as it was. */
	(void)look(h, after);
	assert_int_equal(count_lost(before, after), 0);
	history_free(&h);
	h = open_it();
	(void)look(h, after);
	assert_in_range(count_lost(before, after), 2, BLOCKS);
	assert_int_equal(history_counts(h)->damaged, count_lost(before,
	    after));
	assert_int_equal(history_counts(h)->faults, 0);
	history_free(&h);
	free(image);
}

static void
what_cannot_be_read_is_counted_and_dropped(void **state)
{
	bool before[MADE], after[MADE];
	size_t len;
	struct history *h;

	(void)state;
	free(fill(&len, before));
	h = open_it();
	assert_int_equal(truncate(path(), (off_t)(len - RING / 2)), 0);
	(void)look(h, after);
	assert_in_range(count_lost(before, after), 2, history_count(h) +
	    count_lost(before, after) - 1);
	assert_int_equal(history_counts(h)->faults, count_lost(before, after));
	assert_int_equal(history_counts(h)->damaged, count_lost(before,
	    after));
	history_free(&h);
}

#define IN_CLEAR(rule)	{ #rule, rule, setup, teardown, NULL }
#define SEALED(rule)	{ #rule "_sealed", rule, setup_sealed, teardown, NULL }
#define IN_BOTH(rule)	IN_CLEAR(rule), SEALED(rule)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_BOTH(what_was_there_is_there_again),
		IN_BOTH(newer_and_older_ones_are_in_order_again),
		IN_BOTH(under_another_secret_nothing_is_known),
		IN_BOTH(a_process_may_die_at_any_octet),
		IN_BOTH(what_a_loss_of_power_leaves_is_right),
		IN_BOTH(erased_heads_that_come_back_are_known),
		IN_BOTH(of_two_heads_of_one_name_the_newer_counts),
		IN_BOTH(a_head_of_the_round_before_is_known),
		IN_BOTH(a_flipped_bit_costs_one_block_at_most),
		IN_BOTH(what_was_not_cut_off_stays),
		IN_BOTH(what_cannot_be_written_is_not_kept),
		IN_BOTH(nothing_in_it_can_be_read),
		IN_CLEAR(a_file_cut_while_it_is_used_ends_nothing),
		SEALED(under_another_key_or_none_it_begins_anew),
		SEALED(each_life_of_a_file_has_its_own_keys),
		SEALED(what_is_not_at_hand_is_fetched),
		SEALED(what_was_read_stays_until_the_rest),
		SEALED(what_changed_on_the_disk_is_found_when_it_is_fetched),
		SEALED(what_cannot_be_read_is_counted_and_dropped),
	};

	return cmocka_run_group_tests_name("history_load", tests,
	    tempdir_set_up, tempdir_tear_down);
}
