/* admin/rest/relay.h - a request that was let in, asked anew of the daemon.
 *
 * It is made of checked parts: no header of the asker's is ever copied. Who he
 * is, what he may and whence he comes are told in headers of ours, which the
 * daemon believes us. From any thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_RELAY_H
#define ADMIN_REST_RELAY_H

#include <stdbool.h>
#include <stddef.h>

struct ask;
struct response;
struct upstream;

/* Where an answer without an end goes; as client_request's take and still. */
struct relay_sink {
	bool		(*take)(void *arg, const char *octets, size_t len);
	bool		(*still)(void *arg);
	void		*arg;
};

/* Asks, and puts the whole answer into r: the daemon's, or 503 when there was
 * none to be had. body NULL = none. */
void relay_call(struct upstream *u, const struct ask *q, const char *body,
    struct response *r);

/* Asks, and gives what comes to the sink until one of the three ends it. r is a
 * refusal or 503 as above; it means something only when nothing was taken. */
void relay_stream(const struct upstream *u, const struct ask *q,
    const struct relay_sink *sink, struct response *r);

#endif
