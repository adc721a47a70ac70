/* monitors/probeserve.h - the prober: a process that does nothing but probe for
 * the one at the other end of a socket pair, and ends with it.
 *
 * It has the scheduler, the debounce and the probes; no configuration, no
 * files, no questions from clients. What changes nothing is not told: a place
 * is reported when its state or the words for it are others. One thread.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBESERVE_H
#define MONITORS_PROBESERVE_H

struct err;
struct loop;
struct probe_type;
struct probeserve;
struct sightboard;
struct type;

struct probeserve_config {
	struct loop	*loop;
	int		 fd;		/* the caller's */
	struct sightboard *sights;	/* borrowed */
	const struct probe_type *const *probes;		/* probe_types */
	const struct type *const *monitors;		/* monitor_types */
};

/* Hears and tells from here on; when the other end goes, or says what cannot
 * be, it stops the loop. NULL with a sentence when it cannot begin. */
struct probeserve *probeserve_new(const struct probeserve_config *c,
    struct err *e);
/* Ends all probes. Takes *ps; NULL is harmless. */
void probeserve_free(struct probeserve **ps);

#endif
