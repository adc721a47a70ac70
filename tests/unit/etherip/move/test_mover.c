/* tests/unit/etherip/move/test_mover.c - a guest that moves between two sites is noticed, told,
 * found when it is silent, and held when it moves too often; whatever gets lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/etherip/move/twosites.h"

#include <string.h>

#include "core/base/err.h"
#include "etherip/bridge/snoop.h"

#define A	0u
#define B	1u

/* The guest runs at A, both gateways know it and its address, clients have talked to it. */
static void
settle_at_a(void)
{
	twosites_run(A, TWOSITES_GARP);
	twosites_pass(20 * CLOCK_MS);
	twosites_knock(A);
	twosites_knock(B);
	twosites_pass(5 * CLOCK_S);
	assert_int_equal(twosites.got[A], 1);
	assert_int_equal(twosites.got[B], 1);
}

static int
freeze(unsigned site, dur_ns for_ns, struct mover_frozen *out)
{
	const struct mover_freeze f = { .key = twosites_key(),
	    .for_ns = for_ns, .hold = true };
	struct err e = { 0 };

	return mover_freeze(twosites.site[site].mover, &f, twosites.now, out,
	    &e);
}

static void
both_clients_reach_it(void)
{
	twosites.got[A] = twosites.got[B] = 0;
	twosites_knock(A);
	twosites_knock(B);
	twosites_pass(twosites.delay_ns * 2 + CLOCK_MS);
	assert_int_equal(twosites.got[A], 1);
	assert_int_equal(twosites.got[B], 1);
}

static void
a_guest_that_speaks_is_noticed_at_once(void **state)
{
	struct mover_where w;
	struct fdb_key k = twosites_key();

	(void)state;
	settle_at_a();
	twosites_run(B, TWOSITES_RARP);
	twosites_pass(twosites.delay_ns + CLOCK_MS);
	assert_true(twosites_knows(A) && twosites_knows(B));
	both_clients_reach_it();
	assert_int_equal(twosites.site[A].last.what, MOVEEVENT_MOVED);
	assert_int_equal(twosites.site[A].last.how, MOVEEVENT_SEEN);
	assert_int_equal(twosites.site[A].last.from, MOVEPATH_LAN);
	assert_int_equal(twosites.site[A].last.to, 1);
	mover_where(twosites.site[B].mover, &k, &w);
	assert_int_equal(w.member, MOVEPATH_LAN);
	assert_int_equal(w.before, 1);
	assert_int_equal(w.moves, 1);
	assert_true(w.since_known && !w.frozen && !w.damped);
	assert_true(twosites.now - w.since < 20 * CLOCK_MS);
}

/* The switch of the new site believes the guest behind the gateway, so that only what is asked
 * of everybody comes to it. */
static void
a_silent_guest_is_found(void **state)
{
	struct mover_frozen f;

	(void)state;
	settle_at_a();
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(freeze(i, 10 * CLOCK_S, &f), 0);
		assert_int_equal(f.at, twosites_member(i, A));
		assert_int_equal(f.ip_count, 1);
		assert_true(f.held && twosites.site[i].holding);
	}
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(300 * CLOCK_MS);
	twosites_run(B, TWOSITES_SILENT);
	twosites_pass(150 * CLOCK_MS);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(twosites_knows(i));
		assert_false(twosites.site[i].holding);
		assert_int_equal(twosites.site[i].last.what, MOVEEVENT_MOVED);
		assert_int_equal(twosites.site[i].last.how, MOVEEVENT_FOUND);
		assert_true(twosites.site[i].last.frozen_ns >=
		    300 * CLOCK_MS);
		assert_true(twosites.site[i].last.frozen_ns <=
		    450 * CLOCK_MS);
	}
	both_clients_reach_it();
	twosites_pass(10 * CLOCK_S);
	assert_int_equal(twosites.site[A].events[MOVEEVENT_MOVED], 1);
}

static void
without_being_looked_for_it_is_not(void **state)
{
	(void)state;
	settle_at_a();
	twosites_run(B, TWOSITES_SILENT);
	twosites_pass(2 * CLOCK_S);
	assert_false(twosites_knows(A) || twosites_knows(B));
}

/* Its last move is still being told, in its name, when it leaves again. */
static void
what_is_told_in_its_name_is_not_its_word(void **state)
{
	struct mover_frozen f;

	(void)state;
	settle_at_a();
	twosites_run(B, TWOSITES_RARP);
	twosites_pass(200 * CLOCK_MS);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(freeze(i, 10 * CLOCK_S, &f), 0);
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(2 * CLOCK_S);
	twosites_run(A, TWOSITES_SILENT);
	twosites_pass(150 * CLOCK_MS);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(twosites.site[i].events[MOVEEVENT_THAWED], 0);
		assert_int_equal(twosites.site[i].last.how, MOVEEVENT_FOUND);
	}
	both_clients_reach_it();
}

/* What one end knows of its own LAN the other hears when the tunnel has come up, though nobody
 * there said a word since. */
static void
a_tunnel_that_comes_up_is_told_who_is_here(void **state)
{
	const struct fdb_key k = twosites_key();

	(void)state;
	settle_at_a();
	assert_true(fdb_remove(twosites.site[B].fdb, &k));
	mover_joined(twosites.site[A].mover, 1, twosites.now);
	mover_left(twosites.site[A].mover, 1);
	twosites_pass(2 * CLOCK_S);
	assert_false(twosites_knows(B));
	mover_joined(twosites.site[A].mover, 1, twosites.now);
	twosites_pass(2 * CLOCK_S);
	assert_true(twosites_knows(B));
}

static void
the_roll_is_called_once_more(void **state)
{
	const struct fdb_key k = twosites_key();

	(void)state;
	settle_at_a();
	mover_joined(twosites.site[A].mover, 1, twosites.now);
	twosites_pass(2 * CLOCK_S);
	assert_true(fdb_remove(twosites.site[B].fdb, &k));	/* it was lost */
	twosites_pass(2 * CLOCK_S);
	assert_false(twosites_knows(B));
	twosites_pass(3 * CLOCK_S);
	assert_true(twosites_knows(B));
	assert_true(fdb_remove(twosites.site[B].fdb, &k));
	twosites_pass(20 * CLOCK_S);
	assert_false(twosites_knows(B));
	mover_joined(twosites.site[A].mover, 1, twosites.now);
	twosites_pass(2 * CLOCK_S);
	assert_true(fdb_remove(twosites.site[B].fdb, &k));
	mover_left(twosites.site[A].mover, 1);
	twosites_pass(20 * CLOCK_S);
	assert_false(twosites_knows(B));
}

/* It goes on where it was until it is stopped, and that ends nothing. */
static void
freezing_may_come_before_it_is_stopped(void **state)
{
	struct mover_frozen f;

	(void)state;
	settle_at_a();
	assert_int_equal(freeze(A, 10 * CLOCK_S, &f), 0);
	twosites_pass(2 * CLOCK_S);
	assert_int_equal(twosites.site[A].events[MOVEEVENT_THAWED], 0);
	/* While it talks nothing waits for it. */
	assert_false(twosites.site[A].holding);
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(500 * CLOCK_MS);
	assert_true(twosites.site[A].holding);
	twosites_run(B, TWOSITES_SILENT);
	twosites_pass(150 * CLOCK_MS);
	assert_true(twosites_knows(A));
	assert_int_equal(twosites.site[A].last.how, MOVEEVENT_FOUND);
}

static void
one_that_comes_back_has_stayed(void **state)
{
	struct mover_frozen f;
	struct mover_counts c;

	(void)state;
	settle_at_a();
	assert_int_equal(freeze(A, 10 * CLOCK_S, &f), 0);
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(500 * CLOCK_MS);
	twosites_run(A, TWOSITES_SILENT);
	twosites_pass(150 * CLOCK_MS);
	assert_int_equal(twosites.site[A].last.what, MOVEEVENT_THAWED);
	assert_int_equal(twosites.site[A].last.how, MOVEEVENT_FOUND);
	assert_false(twosites.site[A].holding);
	mover_counts(twosites.site[A].mover, &c);
	assert_int_equal(c.stayed, 1);
	both_clients_reach_it();
}

static void
nobody_waits_for_ever(void **state)
{
	struct mover_frozen f;
	struct mover_where w;
	struct fdb_key k = twosites_key();
	unsigned sent;

	(void)state;
	settle_at_a();
	assert_int_equal(freeze(A, CLOCK_S, &f), 0);
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(999 * CLOCK_MS);
	mover_where(twosites.site[A].mover, &k, &w);
	assert_true(w.frozen);
	sent = twosites.site[A].sent;
	twosites_pass(2 * CLOCK_MS);
	assert_int_equal(twosites.site[A].last.what, MOVEEVENT_THAWED);
	assert_int_equal(twosites.site[A].last.how, MOVEEVENT_TIME);
	assert_false(twosites.site[A].holding);
	mover_where(twosites.site[A].mover, &k, &w);
	assert_false(w.frozen);
	assert_int_equal(w.member, MOVEPATH_LAN);
	twosites_pass(CLOCK_S);
	assert_int_equal(twosites.site[A].sent, sent);
}

static void
late_frames_do_not_bring_it_back(void **state)
{
	struct mover_counts c;
	struct mover_frozen f;
	struct fdb_key k = twosites_key();

	(void)state;
	settle_at_a();
	assert_int_equal(freeze(B, 10 * CLOCK_S, &f), 0);
	twosites.guest = TWOSITES_NOWHERE;
	twosites_pass(200 * CLOCK_MS);
	twosites_run(B, TWOSITES_RARP);
	assert_true(twosites_knows(B));
	/* What the guest said at A before it was stopped was still under way. */
	assert_int_equal(fdb_learn(twosites.site[B].fdb, &k, 1, 1, NULL),
	    FDB_PINNED);
	mover_snooped(twosites.site[B].mover, &(struct snoop_fact){
	    .mac = k.mac, .member = 1 }, twosites.now);
	assert_true(twosites_knows(B));
	mover_counts(twosites.site[B].mover, &c);
	assert_int_equal(c.strays, 1);
	twosites_pass(300 * CLOCK_MS);
	/* After that moment it may be anywhere again. */
	assert_int_equal(fdb_learn(twosites.site[B].fdb, &k, 1, 1, NULL),
	    FDB_MOVED);
}

static void
one_that_somebody_places_is_there(void **state)
{
	struct fdb_key k = twosites_key();
	struct mover_where w;
	struct err e = { 0 };

	(void)state;
	settle_at_a();
	twosites_run(B, TWOSITES_SILENT);
	assert_int_equal(mover_move(twosites.site[B].mover, &k, MOVEPATH_LAN,
	    twosites.now, &e), 0);
	twosites_pass(20 * CLOCK_MS);
	assert_true(twosites_knows(A) && twosites_knows(B));
	assert_int_equal(twosites.site[B].last.how, MOVEEVENT_TOLD);
	assert_int_equal(twosites.site[A].last.how, MOVEEVENT_SEEN);
	/* Its own switch learns with the first question that it answers. */
	twosites_pass(CLOCK_S);
	both_clients_reach_it();
	mover_where(twosites.site[B].mover, &k, &w);
	assert_int_equal(w.moves, 1);
	assert_int_equal(mover_move(twosites.site[B].mover, &k, 9,
	    twosites.now, &e), ERR_REF);
}

static void
what_cannot_be_is_refused_in_a_sentence(void **state)
{
	struct fdb_key k = { .mac = 0x0201d7aaaaaa };
	struct mover_freeze f = { .for_ns = CLOCK_S };
	struct mover_frozen out;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(mover_announce(twosites.site[A].mover, &k,
	    twosites.now, &e), ERR_NOTFOUND);
	assert_non_null(strstr(e.text, "02:01:d7:aa:aa:aa"));
	assert_int_equal(mover_thaw(twosites.site[A].mover, &k, twosites.now,
	    &e), ERR_NOTFOUND);
	for (unsigned i = 0; i < FREEZER_MAX; i++) {
		f.key.mac = k.mac + i;
		assert_int_equal(mover_freeze(twosites.site[A].mover, &f,
		    twosites.now, &out, &e), 0);
		assert_int_equal(out.at, FDB_NONE);
		assert_int_equal(out.ip_count, 0);
	}
	f.key.mac = k.mac + FREEZER_MAX;
	assert_int_equal(mover_freeze(twosites.site[A].mover, &f,
	    twosites.now, &out, &e), ERR_BUSY);
	assert_int_equal(mover_thaw(twosites.site[A].mover, &k, twosites.now,
	    &e), 0);
	assert_int_equal(mover_freeze(twosites.site[A].mover, &f,
	    twosites.now, &out, &e), 0);
}

static void
who_moves_too_often_stays_for_a_while(void **state)
{
	struct fdb_key k = twosites_key();
	struct mover_where w;

	(void)state;
	settle_at_a();
	for (unsigned i = 0; i < 5; i++) {
		twosites_run(1 - i % 2, TWOSITES_RARP);
		twosites_pass(CLOCK_S);
	}
	assert_int_equal(twosites.site[B].last.what, MOVEEVENT_DAMPED);
	mover_where(twosites.site[B].mover, &k, &w);
	assert_true(w.damped);
	assert_int_equal(w.member, MOVEPATH_LAN);
	twosites_run(A, TWOSITES_RARP);
	twosites_pass(CLOCK_S);
	assert_false(twosites_knows(B));
	twosites_pass(30 * CLOCK_S);
	assert_int_equal(twosites.site[B].last.what, MOVEEVENT_RELEASED);
	twosites_run(A, TWOSITES_RARP);
	twosites_pass(CLOCK_S);
	assert_true(twosites_knows(A) && twosites_knows(B));
}

static void
a_standby_says_nothing(void **state)
{
	struct movepath_settings s = { .silent = true,
	    .snoop_ageing_s = 1200, .voice = { TWOSITES_GUEST + 9, 0 } };
	struct mover_frozen f;
	unsigned sent;

	(void)state;
	settle_at_a();
	mover_set(twosites.site[A].mover, &s);
	sent = twosites.site[A].sent;
	assert_int_equal(freeze(A, CLOCK_S, &f), 0);
	twosites_run(B, TWOSITES_RARP);
	twosites_pass(5 * CLOCK_S);
	assert_int_equal(twosites.site[A].sent, sent);
	assert_true(twosites_knows(A));
}

/* An address that the other unit of a pair knew is known, unless it was heard here later. */
static void
what_the_other_unit_knew_counts(void **state)
{
	struct mover *m = twosites.site[A].mover;
	const uint32_t now_s = 100000;
	const mono_ns now = now_s * CLOCK_S;
	struct snoop_fact f = { .ip = { AF_INET, { 10, 133, 63, 77 } },
	    .mac = TWOSITES_GUEST + 7, .seen_s = now_s - 30 };
	const struct addr ip = f.ip;
	struct fdb_key k;

	(void)state;
	assert_false(mover_resolve(m, &ip, 0, now, &k));
	assert_true(mover_mirrored(m, &f, now));
	assert_true(mover_resolve(m, &ip, 0, now, &k));
	assert_int_equal(k.mac, TWOSITES_GUEST + 7);
	f.mac++;
	f.seen_s--;
	assert_false(mover_mirrored(m, &f, now));
	assert_true(mover_resolve(m, &ip, 0, now, &k));
	assert_int_equal(k.mac, TWOSITES_GUEST + 7);
	f.seen_s += 2;
	assert_true(mover_mirrored(m, &f, now));
	assert_true(mover_resolve(m, &ip, 0, now, &k));
	assert_int_equal(k.mac, TWOSITES_GUEST + 8);
	/* It grows as old as it is. */
	assert_false(mover_resolve(m, &ip, 0, now + 1200 * CLOCK_S, &k));
	f.ip = (struct addr){ AF_INET, { 0 } };
	assert_false(mover_mirrored(m, &f, now));
}

/* Who takes over tells the LAN of those that are behind tunnels, and once. */
static void
the_lan_is_told_who_carries_them(void **state)
{
	struct fdb_key k = twosites_key();
	unsigned sent;

	(void)state;
	settle_at_a();
	sent = twosites.site[A].sent;
	mover_claim(twosites.site[A].mover, &k, twosites.now);
	assert_int_equal(twosites.site[A].sent, sent);
	sent = twosites.site[B].sent;
	mover_claim(twosites.site[B].mover, &k, twosites.now);
	assert_int_equal(twosites.site[B].sent, sent + 2);	/* its address, too */
	twosites_pass(5 * CLOCK_S);
	assert_int_equal(twosites.site[B].sent, sent + 2);
	assert_true(twosites_knows(A) && twosites_knows(B));
}

static void
what_happened_is_kept(void **state)
{
	(void)state;
	settle_at_a();
	twosites_run(B, TWOSITES_RARP);
	twosites_pass(CLOCK_S);
	assert_int_equal(mover_recent(twosites.site[A].mover, 0)->key.mac,
	    TWOSITES_GUEST);
	assert_null(mover_recent(twosites.site[A].mover, 100));
}

/* Frames get lost everywhere; the guest moves now with a word, now silent and frozen, now
 * stays where it was. In the end both gateways know, and nothing is held or frozen. */
static void
play(uint64_t seed)
{
	struct fdb_key k = twosites_key();
	struct mover_frozen f;
	struct mover_where w;
	unsigned to;

	assert_int_equal(twosites_setup(NULL), 0);
	settle_at_a();
	rand_seed_from(&twosites.rand, seed);
	for (unsigned i = 0; i < 20; i++) {
		enum twosites_word word = (enum twosites_word)
		    rand_below(&twosites.rand, 3);

		twosites.loss = rand_below(&twosites.rand, 20);
		twosites.delay_ns = rand_below(&twosites.rand, 40) * CLOCK_MS;
		to = rand_below(&twosites.rand, 4) == 0 ? twosites.guest :
		    1 - twosites.guest;
		assert_int_equal(freeze(A, 5 * CLOCK_S, &f), 0);
		assert_int_equal(freeze(B, 5 * CLOCK_S, &f), 0);
		twosites_pass(rand_below(&twosites.rand, 200) * CLOCK_MS);
		twosites.guest = TWOSITES_NOWHERE;
		twosites_pass((300 + rand_below(&twosites.rand, 400)) *
		    CLOCK_MS);
		twosites_run(to, word);
		twosites_pass(8 * CLOCK_S);
		for (unsigned s = 0; s < 2; s++) {
			mover_where(twosites.site[s].mover, &k, &w);
			if (!twosites_knows(s) || w.frozen ||
			    twosites.site[s].holding)
				fail_msg("seed %llu, move %u, site %u",
				    (unsigned long long)seed, i, s);
		}
	}
	twosites.loss = 0;
	both_clients_reach_it();
	assert_int_equal(twosites_teardown(NULL), 0);
}

static void
whatever_gets_lost_it_is_found(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++)
		play(seed);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, twosites_setup, \
    twosites_teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_guest_that_speaks_is_noticed_at_once),
		RULE(a_silent_guest_is_found),
		RULE(without_being_looked_for_it_is_not),
		RULE(what_is_told_in_its_name_is_not_its_word),
		RULE(a_tunnel_that_comes_up_is_told_who_is_here),
		RULE(the_roll_is_called_once_more),
		RULE(freezing_may_come_before_it_is_stopped),
		RULE(one_that_comes_back_has_stayed),
		RULE(nobody_waits_for_ever),
		RULE(late_frames_do_not_bring_it_back),
		RULE(one_that_somebody_places_is_there),
		RULE(what_cannot_be_is_refused_in_a_sentence),
		RULE(who_moves_too_often_stays_for_a_while),
		RULE(a_standby_says_nothing),
		RULE(what_the_other_unit_knew_counts),
		RULE(the_lan_is_told_who_carries_them),
		RULE(what_happened_is_kept),
		cmocka_unit_test(whatever_gets_lost_it_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
