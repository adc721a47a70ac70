/* monitors/dial.h - probes over a TCP connection of their own: connect, then
 * the talk that the monitor wants, then hang up.
 *
 * What types tcp and http do alike; they differ in the spec. A probe costs the
 * system calls of one connection on a socket that is there, and allocates nothing
 * once its like has been made before. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DIAL_H
#define MONITORS_DIAL_H

struct err;
struct loop;
struct probe;
struct probe_job;

/* Rows of struct probe_type, for types whose spec is a struct talk_spec. */
void *dial_engine_new(struct loop *l, struct err *e);
void dial_engine_free(void **pengine);
struct probe *dial_start(const struct probe_job *job);
void dial_stop(struct probe **pp);

#endif
