/* monitors/gaugeserve.h - the prober's end for pages of numbers: has the pages
 * and readers that it is told of, and tells what they find.
 *
 * Every look is told, in order; while what was told is not read, nothing is looked
 * at. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGESERVE_H
#define MONITORS_GAUGESERVE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct gaugeserve;
struct loop;
struct object;
struct strbuf;

struct gaugeserve_config {
	struct loop	*loop;
	struct strbuf	*out;		/* where frames are put */
	/* The monitor of a number, borrowed; NULL = none. */
	struct object	*(*monitor)(void *arg, unsigned number);
	void		(*flush)(void *arg);	/* there are frames */
	void		*arg;
};

/* NULL with a sentence when it cannot begin. */
struct gaugeserve *gaugeserve_new(const struct gaugeserve_config *c,
    struct err *e);
/* All looks end, untold. Takes *ps; NULL is harmless. */
void gaugeserve_free(struct gaugeserve **ps);

/* The body of a PROBEWIRE_GAUGE frame; false when it makes no sense. */
bool gaugeserve_hear(struct gaugeserve *s, const void *body, size_t len);

#endif
