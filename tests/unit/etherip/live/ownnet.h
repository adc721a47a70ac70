/* tests/unit/etherip/live/ownnet.h - a network of the test's own, with nothing but lo, for what
 * needs real sockets. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_LIVE_OWNNET_H
#define TESTS_UNIT_ETHERIP_LIVE_OWNNET_H

/* Of a group: leaves the host's network, where the system lets us. */
int ownnet_make(void **state);
/* Skips the test where it did not. */
void ownnet_need(void);
/* One command, its words apart at blanks; fails the test if it does. */
void ownnet_ip(const char *line);
/* Adds an address to lo, and returns when it is good; harmless when it is there. */
void ownnet_address(const char *address);

#endif
