/* wom/control/job.h - streams that belong together, such as those of one machine's
 * memory: how much of it has crossed, how fast, how long it still takes.
 *
 * A job is a name, a filter and a number of octets that are expected; it counts from
 * its making on, whatever streams match, until it is taken away or the process
 * ends. Streams are counted to their last octet, also those that come and go between
 * two views of a peer; how many were too many for that (FLOWENDED_MAX) is told. Pure;
 * the control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_JOB_H
#define WOM_CONTROL_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "wom/flow/flowset.h"

struct job;
struct jobclients;
struct peerview;

#define JOB_NAME_MAX	255
#define JOB_STREAMS_MAX	4096	/* open at a time; of more the oldest count */

/* Which streams: all that match all that is set. */
struct job_filter {
	char		 peer[JOB_NAME_MAX + 1];	/* full paths; "" = any */
	char		 application[JOB_NAME_MAX + 1];
	struct addr_prefix source;	/* family 0 = any */
	struct addr_prefix destination;
	uint16_t	 port;		/* of destination; 0 = any */
};

/* Is that stream, with that peer, one of them? */
bool job_matches(const struct job_filter *f, const char *peer,
    const struct linkopen *o);

/* expected: octets, 0 = not known. */
struct job *job_new(const char *name, const struct job_filter *f,
    uint64_t expected, mono_ns now);
/* Takes *pj; NULL is harmless. */
void job_free(struct job **pj);

/* There is a newer view of a peer: each view once. What streams had crossed when the job was
 * made does not count. O(streams of the peer). */
void job_look(struct job *j, const char *peer, const struct peerview *v,
    mono_ns now);

struct job_state {
	const char	*name;		/* borrowed */
	const struct job_filter *filter;
	uint64_t	 expected;
	uint64_t	 octets;	/* that have crossed, of the LAN's: the way
					 * on which there were more */
	uint64_t	 rate_bps;	/* bits/s of them, over the last seconds */
	unsigned	 streams;	/* open now */
	uint64_t	 ended;		/* streams that have */
	uint64_t	 missed;	/* the same, of any kind, that are not counted */
	dur_ns		 age_ns;
	bool		 ends;		/* it is known when: */
	dur_ns		 left_ns;	/* at that rate */
	struct flow_counts counts;
	const struct jobclients *clients;	/* those of the streams; borrowed */
};

/* How far it is. */
void job_state(const struct job *j, mono_ns now, struct job_state *out);

#endif
