/* gtmd/mover/moverspec.h - a migration as it is started: the object and what it
 * names, as plain values for the record. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERSPEC_H
#define GTMD_MOVER_MOVERSPEC_H

#include <stdint.h>

struct err;
struct migration;
struct migspec;
struct model;

/*
 * moverspec_new - what a run of m goes by, and what it finds and puts back.
 *
 * in     model  the configuration that counts; m is of it
 *        run    number of the run, from 1
 * ret    for the caller to free; NULL with ERR_CONFLICT or ERR_REF: there are no
 *        hosts, a hypervisor or data center that machines go to is disabled, or
 *        something that it names is gone
 */
struct migspec *moverspec_new(const struct migration *m,
    const struct model *model, uint32_t run, struct err *e);

/* Is that what a record of this name and number has? 0; ERR_CONFLICT when it is of
 * another run, copied or renamed; ERR_PARSE when it lacks what a run goes by. */
int moverspec_check(const struct migspec *s, const char *name, uint32_t run,
    struct err *e);

#endif
