/* gtmd/control/statusfile.h - all that is known of states, decisions and counters, as
 * one JSON document for people and scripts. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_STATUSFILE_H
#define GTMD_CONTROL_STATUSFILE_H

#include "core/base/clock.h"

struct err;
struct json;
struct plan;

/*
 * statusfile_write - DIR/status.json, replaced as a whole.
 *
 * Control loop; takes some microseconds per object and waits for the disk.
 * ret 0, ERR_NOSPACE or ERR_IO
 */
int statusfile_write(const char *dir, const struct plan *p, real_s now,
    struct err *e);

/*
 * statusfile_document - what is written, for the caller to free.
 *
 *	datacenters, servers (with virtual-servers), pools (with members) and
 *	wideips by name, each with availability, enabled-state and reason;
 *	pools and members with how often they were chosen, wide IPs with the
 *	decision of the moment: candidates in order, method, exact shares;
 *	server: counters of this process
 */
struct json *statusfile_document(const struct plan *p, real_s now);

#endif
