/* core/io/loop.h - one thread's event loop: timers, descriptors, signals and
 * calls from other threads.
 *
 * Everything but loop_post and loop_stop belongs to the thread that runs the
 * loop. Time comes from the clock given at birth. With clock_system, timers
 * fire in loop_run. With a fake clock they fire only in loop_advance, which
 * moves that clock from deadline to deadline: a test of thirty seconds takes
 * microseconds. A thread that is registered with rcu is offline while the loop
 * waits and online in every callback. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_LOOP_H
#define CORE_IO_LOOP_H

#include "core/base/clock.h"
#include "core/io/timeq.h"

struct err;
struct loop;
struct loop_io;

/* NULL with a sentence in e when the system refuses (descriptors). clk is
 * borrowed for the loop's life. */
struct loop *loop_new(const struct clock *clk, struct err *e);
/* By now the owner has stopped its timers and descriptors (asserted); calls
 * that were posted and not yet made are dropped. Takes *lp; NULL is harmless. */
void loop_free(struct loop **lp);

/* Runs callbacks until loop_stop. */
void loop_run(struct loop *l);
/* From any thread: loop_run returns soon; if it does not run, its next call
 * returns at once. */
void loop_stop(struct loop *l);
/* Handles what is ready at this moment, waits for nothing. */
void loop_poll(struct loop *l);
/* Fake clock only (fake must be the one given to loop_new): polls, moves time
 * on by that much and fires, in order and at its own time, all that is due. */
void loop_advance(struct loop *l, struct clock *fake, dur_ns by);

/* The clock this loop was made with, and its time at this moment. */
mono_ns loop_now_ns(const struct loop *l);
const struct clock *loop_clock(const struct loop *l);

/* From any thread: fn(arg) is called once in the loop's thread, in the order
 * of posting. Also the way to do a thing after the current callback. */
void loop_post(struct loop *l, void (*fn)(void *), void *arg);

/* ---- timers: embedded in the owner, no limit to their number ---- */

/* Of many that are due at once descriptors are looked at after each few. */

struct loop_timer;
typedef void (*loop_timer_fn)(struct loop_timer *t, void *arg);

struct loop_timer {
	struct timeq_node  node;
	struct loop	  *loop;
	dur_ns		   repeat_ns;
	loop_timer_fn	   fn;
	void		  *arg;
};

void loop_timer_init(struct loop_timer *t, struct loop *l, loop_timer_fn fn,
    void *arg);
/* (Re)starts: first call after after_ms, then every repeat_ms (0 = once). A
 * repeating timer keeps its phase; calls that came too late are skipped. */
void loop_timer_start(struct loop_timer *t, uint64_t after_ms,
    uint64_t repeat_ms);
/* (Re)starts: one call at that time. */
void loop_timer_start_at(struct loop_timer *t, mono_ns at);
/* After this no call comes. Harmless when it is not running. */
void loop_timer_stop(struct loop_timer *t);

static inline bool
loop_timer_running(const struct loop_timer *t)
{
	return timeq_has(&t->node);
}

/* When a running timer calls next. */
static inline mono_ns
loop_timer_due(const struct loop_timer *t)
{
	return t->node.at;
}

/* ---- descriptors ---- */

enum {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	/* With these: what is ready is told once, when it becomes so, and the
	 * owner goes on until it would block. Spares the system calls that ask
	 * for one and then the other. */
	LOOP_EDGE = 4
};

/* events: what is ready of what was asked for. Error and hang-up are told as
 * all that was asked for; the reason comes from the owner's system call. */
typedef void (*loop_io_fn)(struct loop_io *io, int fd, unsigned events,
    void *arg);

/* Watches fd (which stays the caller's, non-blocking from here on; by edges it
 * is so already) until loop_io_stop; level-triggered unless edges are asked for.
 * One watch per descriptor. NULL with errno set when the kernel refuses. */
struct loop_io *loop_io_start(struct loop *l, int fd, unsigned events,
    loop_io_fn fn, void *arg);
/* Another owner, and what it asks for. */
void loop_io_turn(struct loop_io *io, unsigned events, loop_io_fn fn,
    void *arg);
/* Asks for other events; 0 pauses. */
void loop_io_change(struct loop_io *io, unsigned events);
/* After this no call comes and fd may be closed. Takes *iop; NULL is
 * harmless. */
void loop_io_stop(struct loop_io **iop);

/* ---- signals ---- */

typedef void (*loop_signal_fn)(struct loop *l, int signo, void *arg);

/* Calls fn in the loop for each signo (several close together may become one)
 * until loop_free. 0, or ERR_IO with a sentence. */
int loop_signal(struct loop *l, int signo, loop_signal_fn fn, void *arg,
    struct err *e);

#endif
