/* tests/unit/core/rest/serverkit.h - a server of requests in a loop whose clock
 * the test moves, and a peer that writes octets to it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_REST_SERVERKIT_H
#define TESTS_UNIT_CORE_REST_SERVERKIT_H

#include <stddef.h>

#include "core/base/clock.h"
#include "core/rest/restserver.h"

/* Valid between setup and teardown; the server is for the test to start. */
extern struct loop *serverkit_loop;
extern struct restserver *serverkit_server;
extern const char *serverkit_path;

/* With /roomy as a path of 3 MiB, and this handler. */
void serverkit_start(restserver_fn *handle, int listening);
int serverkit_setup(void **state);
int serverkit_teardown(void **state);

/* A connection; not blocking. */
int serverkit_connect(void);
void serverkit_send(int fd, const char *text, size_t len);
/* Lets the server work, and time go by. */
void serverkit_turn(dur_ns by);

/* What came until the server had nothing left to say; valid until the next
 * call. *closed: it has hung up; may be NULL. */
const char *serverkit_hear(int fd, int *closed);
/* Sends, and hears. */
const char *serverkit_ask(int fd, const char *text);
/* "HTTP/1.1 200 " starts it? */
void serverkit_expect(const char *answer, int status);

#endif
