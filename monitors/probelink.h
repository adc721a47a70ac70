/* monitors/probelink.h - the prober seen from the process that answers: a
 * sched_afar whose probes are made by a child, which is started again when it
 * ends.
 *
 * States and words live in the instances here. While there is no child they
 * stay as they were; a new one is told what is known and goes on from there.
 * Control loop. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBELINK_H
#define MONITORS_PROBELINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct loop;
struct object;
struct probelink;
struct sched;
struct sched_afar;
struct sightboard;
struct strbuf;

/* How a prober is started and ended: probechild.h, or a test's. */
struct probelink_child {
	/* ret our end of a socket pair, not blocking, or ERR_IO. */
	int	(*start)(void *arg, struct err *e);
	/* Ends it and closes our end; words for the log. */
	const char *(*end)(void *arg, char *text, size_t cap);
	void	*arg;
};

/* Starts the child, which writes sights. NULL with a sentence when that cannot be. */
struct probelink *probelink_new(struct loop *loop,
    const struct probelink_child *child, const struct sightboard *sights,
    struct err *e);
/* The scheduler made with probelink_afar and l as its argument: before the
 * loop's next turn. */
void probelink_serve(struct probelink *l, struct sched *s);
/* Ends the child for good; instances may still leave. */
void probelink_stop(struct probelink *l);
/* After sched_free. Takes *pl; NULL is harmless. */
void probelink_free(struct probelink **pl);

extern const struct sched_afar probelink_afar;

/* Who else speaks to the prober: gtmd/gauge, of pages of numbers. */
struct probelink_guest {
	void	(*begin)(void *arg);	/* there is one, which knows nothing */
	/* The body of a PROBEWIRE_GAUGE frame; false when it makes no sense. */
	bool	(*hear)(void *arg, const void *body, size_t len);
	void	*arg;
};

/* Before the loop's next turn; g is copied, NULL: nobody any more. */
void probelink_host(struct probelink *l, const struct probelink_guest *g);
/* Where a guest puts frames, which go out this turn of the loop. NULL while
 * there is no prober. */
struct strbuf *probelink_say(struct probelink *l);
/* Says a monitor, by the number that is returned, while there is a prober. */
uint32_t probelink_say_monitor(struct probelink *l, const struct object *m);

#endif
