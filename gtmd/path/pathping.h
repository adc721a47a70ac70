/* gtmd/path/pathping.h - echoes of ICMP and ICMPv6 on one socket each.
 *
 * A raw socket where the process may have one: it hears of routers that give an
 * echo up, too. Else a ping socket (net.ipv4.ping_group_range), which hears of
 * answers. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHPING_H
#define GTMD_PATH_PATHPING_H

struct pathattempt_engine;
struct pathping;

struct pathping *pathping_new(struct pathattempt_engine *e);
/* By now no attempt waits. NULL is harmless. */
void pathping_free(struct pathping **pp);

#endif
