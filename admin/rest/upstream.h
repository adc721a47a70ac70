/* admin/rest/upstream.h - the few connections to the daemon that all visitors
 * share.
 *
 * The daemon takes 64 in all, its shell's among them: however many visitors
 * there are, they take UPSTREAM_MAX, and those who watch SEATS_MAX more. From
 * any thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_UPSTREAM_H
#define ADMIN_REST_UPSTREAM_H

struct client;
struct upstream;

#define UPSTREAM_MAX	32
#define UPSTREAM_WAIT_S	5

/* socket_path is borrowed; nothing is opened yet. */
struct upstream *upstream_new(const char *socket_path);
/* All that was taken is back. */
void upstream_free(struct upstream **pu);

/* One for this thread alone, to be given back. NULL: for UPSTREAM_WAIT_S all
 * were in use. */
struct client *upstream_take(struct upstream *u);
/* One that is none of these, for an answer without an end; the caller frees
 * it. How many there are is the caller's to bound (seats.h). */
struct client *upstream_open(const struct upstream *u);
/* *pc becomes NULL. */
void upstream_give(struct upstream *u, struct client **pc);

#endif
