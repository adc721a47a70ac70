/* wom/control/joblist.h - the jobs there are, and /mgmt/tm/wom/job. They live as
 * long as the process. The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_JOBLIST_H
#define WOM_CONTROL_JOBLIST_H

#include "core/base/clock.h"

struct hub;
struct joblist;
struct peerview;
struct restreply;
struct restrequest;

#define JOBLIST_MAX	256

struct joblist *joblist_new(void);
/* Takes *pl; NULL is harmless. */
void joblist_free(struct joblist **pl);

/* There is a newer view of a peer. */
void joblist_look(struct joblist *l, const char *peer,
    const struct peerview *v, mono_ns now);

/*
 * joblist_serve - GET, POST and DELETE of /mgmt/tm/wom/job
 *
 *	POST {"name": "vm7-memory", "application": "vmware-vmotion",
 *	    "remoteEndpoint": "site-b", "source": "10.0.0.0/24",
 *	    "destination": "10.1.0.9", "port": 8000, "expected": 4294967296}
 *
 * All but name may be left out; one job of a name (409). GET tells all, with
 * ?name= one; DELETE ?name= takes one away. Answers have octets, progress (0..1),
 * rate (bit/s), remaining (s), streams, streamsEnded, and what streams count;
 * streamsMissed is not 0 when streams ended faster than they could be counted.
 */
void joblist_serve(struct joblist *l, const struct hub *h, mono_ns now,
    const struct restrequest *q, struct restreply *r);

#endif
