/* etherip/move/mover.h - the stations of a VLAN group that move between its members: noticed,
 * told to those who have to know, looked for when they are silent, and on record.
 *
 * It is given what the path sees (new, moved, snooped) and what operators ask for, and says what
 * is to be done by callbacks: frames to send, stations to put, pin and hold, events to tell. It
 * knows no socket and no clock, so that whole sites can be played in a test.
 *
 * A move is told on the sides where the station is not: of one behind the LAN into all
 * tunnels, of one behind a tunnel on the LAN alone, since the other tunnels' ends have their own
 * way to it. The control loop's. Layer: etherip/move, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_MOVE_MOVER_H
#define ETHERIP_MOVE_MOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/move/freezer.h"
#include "etherip/move/movepath.h"

struct err;
struct mover;
struct snoop;
struct snoop_fact;

struct mover *mover_new(const struct movepath *path, void *arg,
    const struct movepath_settings *s);
/* Takes *pm; NULL is harmless. Nothing is called any more. */
void mover_free(struct mover **pm);
/* From now on. */
void mover_set(struct mover *m, const struct movepath_settings *s);

/* ---- what the path saw ---- */

/* A station that was not known. */
void mover_came(struct mover *m, const struct fdb_key *k, unsigned member,
    mono_ns now);
/* A station that was learned behind another member; from FDB_NONE: the path has forgotten. */
void mover_moved(struct mover *m, const struct fdb_key *k, unsigned from,
    unsigned to, mono_ns now);
/* What a frame told (snoop_read), with the member it came by. */
void mover_snooped(struct mover *m, const struct snoop_fact *f, mono_ns now);
/* The same as another unit of a pair knew it; seen_s is of now's clock. False: what was heard
 * here is newer. */
bool mover_mirrored(struct mover *m, const struct snoop_fact *f, mono_ns now);

/* A tunnel has come up, or gone down: the other end is told who is behind the LAN, or no more of
 * it. */
void mover_joined(struct mover *m, unsigned member, mono_ns now);
void mover_left(struct mover *m, unsigned member);

/* ---- time ---- */

/* Does what is due. */
void mover_tick(struct mover *m, mono_ns now);
/* When there will be something; UINT64_MAX: never. After each other call it may be sooner. */
mono_ns mover_next(const struct mover *m);

/* ---- what operators ask for ---- */

#define MOVER_FREEZE_NS		(10 * CLOCK_S)	/* if they do not say */
#define MOVER_FREEZE_MAX_NS	(600 * CLOCK_S)

struct mover_freeze {
	struct fdb_key	key;
	dur_ns		for_ns;		/* 1..MOVER_FREEZE_MAX_NS */
	bool		hold;		/* frames for it are to wait */
	struct addr	ips[FREEZER_ADDRESSES];	/* that it has, beside those known */
	size_t		ip_count;
};

struct mover_frozen {
	unsigned at;		/* where it was; FDB_NONE: not known */
	size_t	 ip_count;	/* addresses that it is asked for by; 0: only what it says
				 * unasked is heard */
	bool	 held;
};

/* It is going to appear somewhere: on all sides it is asked for, every 50 ms, until it is heard
 * where it was not, or where it was after a silence. 0, or ERR_BUSY with a sentence. */
int mover_freeze(struct mover *m, const struct mover_freeze *f, mono_ns now,
    struct mover_frozen *out, struct err *e);
/* No more. 0, or ERR_NOTFOUND with a sentence. */
int mover_thaw(struct mover *m, const struct fdb_key *k, mono_ns now,
    struct err *e);
/* Tells where it is, again. 0, or ERR_NOTFOUND with a sentence: nobody knows. */
int mover_announce(struct mover *m, const struct fdb_key *k, mono_ns now,
    struct err *e);
/* Of one behind a tunnel the LAN is told, once: this unit of a pair carries its frames now. */
void mover_claim(struct mover *m, const struct fdb_key *k, mono_ns now);
/* It is there: learned, told, and for a moment not doubted. 0, or a code with a sentence:
 * ERR_REF, that member is not up; ERR_BUSY, the table is full. */
int mover_move(struct mover *m, const struct fdb_key *k, unsigned member,
    mono_ns now, struct err *e);

/* ---- what is on record ---- */

struct mover_where {
	struct fdb_key	key;
	unsigned	member;		/* FDB_NONE: not known */
	unsigned	before;		/* FDB_NONE: nowhere else, as far as known */
	bool		since_known;
	mono_ns		since;		/* it is there */
	uint32_t	moves;
	bool		frozen, damped;
};

/* Where is it? */
void mover_where(const struct mover *m, const struct fdb_key *k,
    struct mover_where *out);
/* Which station has this address? False: not known. */
bool mover_resolve(const struct mover *m, const struct addr *ip,
    uint16_t vlan, mono_ns now, struct fdb_key *out);
/* Borrowed; its facts' seconds are those of now / CLOCK_S. */
struct snoop *mover_snoop(struct mover *m);
/* What happened, so many before the last (0: the last); NULL: not kept. */
const struct moveevent *mover_recent(const struct mover *m, size_t back);

struct mover_counts {
	uint64_t moves, frozen, found, stayed, unfound, damped;
	uint64_t asked, told;		/* frames */
	uint64_t strays;	/* from elsewhere, of stations that had just been found */
};

/* Since it is there. */
void mover_counts(const struct mover *m, struct mover_counts *out);

#endif
