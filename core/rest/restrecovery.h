/* core/rest/restrecovery.h - the audit file gets what the journal says beyond
 * it: lines that a crash or a full disk has kept from it. For restcommit and its
 * files. Layer: core/rest. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTRECOVERY_H
#define CORE_REST_RESTRECOVERY_H

struct err;
struct restcommit;
struct resthistory;

/*
 * restrecovery_run - reads all that is on record.
 *
 * history  gets the changes, too; NULL = knows them already
 * ret      0, or the code of a journal that cannot be read. A file that cannot be
 *          written keeps nobody from answering: c->behind, e is filled, and
 *          nothing is changed until it succeeds.
 */
int restrecovery_run(struct restcommit *c, struct resthistory *history,
    struct err *e);

#endif
