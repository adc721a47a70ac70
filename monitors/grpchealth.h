/* monitors/grpchealth.h - the octets of a call of grpc.health.v1.Health/Check: the
 * request with the name of a service, and the reply with its health; both a
 * protobuf message of one field in the frame of gRPC. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GRPCHEALTH_H
#define MONITORS_GRPCHEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wbuf;

#define GRPCHEALTH_SERVICE_MAX	255u	/* octets of a name */
#define GRPCHEALTH_REQUEST_MAX	(5 + 3 + GRPCHEALTH_SERVICE_MAX)
#define GRPCHEALTH_REPLY_MAX	1024u	/* octets that we read */
#define GRPCHEALTH_PATH		"/grpc.health.v1.Health/Check"

enum { GRPCHEALTH_UNKNOWN, GRPCHEALTH_SERVING, GRPCHEALTH_NOT_SERVING,
	GRPCHEALTH_SERVICE_UNKNOWN };

/* NULL: the server as a whole. */
void grpchealth_ask(struct wbuf *w, const char *service);

/* The health in a whole reply; false when it is no such message. */
bool grpchealth_read(const uint8_t *in, size_t len, int *health);

/* The number behind "grpc-status:" in a line of headers or trailers; false when
 * it is another line. *status is -1 where the number does not read. */
bool grpchealth_status(const char *line, size_t len, int *status);

/* "NOT_SERVING"; a number that the protocol has not is "none that is
 * known". */
const char *grpchealth_name(int health);
/* "UNIMPLEMENTED"; NULL = none that is known. */
const char *grpchealth_code_name(int status);

#endif
