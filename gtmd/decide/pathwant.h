/* gtmd/decide/pathwant.h - resolvers that were asked for and whose path from here is
 * not known: answering threads note them, the control loop takes them.
 *
 * A fixed table of slots, one for each resolver by its hash. Whoever asks often
 * finds itself noted and writes nothing. It loses on purpose: a slot that is
 * taken stays so until the control loop comes by, unless it is somebody unproven
 * and who comes is proven, so that a flood of made-up sources cannot keep real
 * ones out. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_PATHWANT_H
#define GTMD_DECIDE_PATHWANT_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/topology/clientnet.h"

#define PATHWANT_SLOTS	4096	/* 2^n */

struct pathwant;

struct pathwant *pathwant_new(void);
void pathwant_free(struct pathwant **pw);

/* Any thread; one cache line. */
void pathwant_note(struct pathwant *w, const struct clientnet *resolver,
    uint32_t needs, bool proven);

/* Calls fn for each that is noted and forgets it. Control loop; costs one load
 * when there is none. */
typedef void pathwant_fn(void *arg, const struct clientnet *resolver,
    uint32_t needs, bool proven);
void pathwant_take(struct pathwant *w, pathwant_fn *fn, void *arg);

#endif
