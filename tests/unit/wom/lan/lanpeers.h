/* tests/unit/wom/lan/lanpeers.h - clients and servers on loopback for tests of the LAN
 * side, driven by the same loop. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_LAN_LANPEERS_H
#define TESTS_UNIT_WOM_LAN_LANPEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"

struct loop;

/* A listening socket on 127.0.0.1, its place in *at. */
int lanpeers_listen(struct addrport *at);
/* A connection to it that stands. */
int lanpeers_connect(const struct addrport *to);
/* Runs the loop until fd can be read (an end or an error included), 5 s at most. */
bool lanpeers_readable(struct loop *l, int fd);
/* Accepts one, with the loop running meanwhile; -1: none came. */
int lanpeers_accept(struct loop *l, int listening);
/* Writes or reads len octets, a pattern that begins at seed, with the loop running;
 * reading checks. */
void lanpeers_say(struct loop *l, int fd, size_t len, unsigned seed);
void lanpeers_hear(struct loop *l, int fd, size_t len, unsigned seed);
/* The peer has finished; it was reset. */
bool lanpeers_ended(struct loop *l, int fd);
bool lanpeers_was_reset(struct loop *l, int fd);

#endif
