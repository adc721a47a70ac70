/* tests/unit/wom/codec/test_history_sites.c - two sites that remember in files, in clear
 * and encrypted: a restart costs nothing, and damage is made good.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/rand.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/wom/codec/site.h"
#include "wom/codec/nameset.h"
#include "wom/codec/storecipher.h"

static const uint8_t *disk_key;
static struct rand r;

static int
setup_sealed(void **state)
{
	static const uint8_t some_key[STORECIPHER_KEY] = "on another disk";

	(void)state;
	disk_key = some_key;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	disk_key = NULL;
	return 0;
}

#define STREAM	((size_t)6 << 20)
#define PIECE	((size_t)96 << 10)

static uint8_t stream[STREAM];
static struct site a, b;

static void
open_sites(void)
{
	const struct history_place at_a = { tempdir_file(&tempdir, "a"),
	    2 * STREAM, NULL, disk_key,
	    4 * (size_t)HISTORY_BLOCK_MAX };
	struct history_place at_b = at_a;

	at_b.path = tempdir_file(&tempdir, "b");
	site_open(&a, &at_a);
	site_open(&b, &at_b);
}

static void
close_sites(void)
{
	site_fini(&a);
	site_fini(&b);
}

static void
forget_sites(void)
{
	close_sites();
	assert_int_equal(unlink(tempdir_file(&tempdir, "a")), 0);
	assert_int_equal(unlink(tempdir_file(&tempdir, "b")), 0);
}

static size_t
carry(size_t from)
{
	size_t wire = 0;

	for (size_t at = from; at < STREAM; at += PIECE)
		wire += site_carry(&a, &b, stream + at, STREAM - at < PIECE ?
		    STREAM - at : PIECE);
	return wire;
}

static void
tell(const struct site *from, struct site *to)
{
	static uint8_t set[65536];
	uint32_t shared;
	size_t n = nameset_write(from->history, set, sizeof(set));

	assert_true(nameset_mark(to->history, set, n, &shared));
}

static void
fill_stream(void)
{
	rand_seed_from(&r, 31);
	for (size_t i = 0; i < STREAM; i += 8) {
		uint64_t v = rand_u64(&r);

		memcpy(stream + i, &v, sizeof(v));
	}
}

static void
after_both_restart_the_same_costs_next_to_nothing(void **state)
{
	(void)state;
	fill_stream();
	open_sites();
	assert_in_range(carry(0), STREAM, STREAM + STREAM / 100);
	close_sites();
	open_sites();
	tell(&b, &a);
	tell(&a, &b);
	assert_in_range(carry(0), 1, STREAM / 1000);
	forget_sites();
}

/* Cut elsewhere, so that it is by anchors that it is known. */
static void
anchors_are_learnt_again_in_steps(void **state)
{
	uint32_t steps = 1;

	(void)state;
	fill_stream();
	open_sites();
	(void)carry(0);
	close_sites();
	open_sites();
	tell(&b, &a);
	while (history_check_step(a.history, &a.index, 4 * PIECE))
		steps++;
	assert_in_range(steps, STREAM / PIECE / 4, STREAM / PIECE / 4 + 2);
	assert_int_equal(history_counts(a.history)->damaged, 0);
	assert_in_range(carry(12345), 1, STREAM / 300);
	forget_sites();
}

/* Either side's file is damaged here and there: all arrives, and what was lost is
 * sent again. */
static void
damage_on_either_side_is_made_good(void **state)
{
	(void)state;
	fill_stream();
	open_sites();
	(void)carry(0);
	close_sites();
	for (uint32_t i = 0; i < 8; i++) {
		int fd = open(tempdir_file(&tempdir, i % 2 == 0 ? "a" : "b"),
		    O_RDWR);
		off_t at = 262144 + (off_t)(i * (STREAM / 8));
		uint8_t octet;

		/* In its ring, from its beginning. */
		assert_int_equal(pread(fd, &octet, 1, at), 1);
		octet ^= 1;
		assert_int_equal(pwrite(fd, &octet, 1, at), 1);
		assert_int_equal(close(fd), 0);
	}
	open_sites();
	tell(&b, &a);
	assert_in_range(carry(0), 4 * PIECE, 5 * PIECE);
	while (history_check_step(a.history, &a.index, STREAM))
		continue;
	assert_in_range(carry(4321), 1, 12 * PIECE);
	assert_in_range(carry(4321), 1, PIECE);
	assert_int_equal(history_counts(b.history)->damaged, 4);
	assert_int_equal(history_counts(a.history)->damaged, 4);
	forget_sites();
}

#define IN_BOTH(rule)							\
	{ #rule, rule, NULL, NULL, NULL },				\
	{ #rule "_sealed", rule, setup_sealed, teardown, NULL }

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_BOTH(after_both_restart_the_same_costs_next_to_nothing),
		IN_BOTH(anchors_are_learnt_again_in_steps),
		IN_BOTH(damage_on_either_side_is_made_good),
	};

	return cmocka_run_group_tests_name("history_sites", tests,
	    tempdir_set_up, tempdir_tear_down);
}
