/* core/rest/restconfirm.h - the change that waits for its confirmation: what may
 * happen meanwhile, and its revert when nobody confirms (restcommit.h).
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTCONFIRM_H
#define CORE_REST_RESTCONFIRM_H

struct draft;
struct restcommit;
struct restcommit_ask;
struct restreply;
struct restrequest;

/* Starts or stops the timer, by what is on record. */
void restconfirm_watch(struct restcommit *c);
/* May this be changed while another change waits? 0, or 409 told by r. */
int restconfirm_check(const struct restcommit *c, const struct draft *d,
    const struct restcommit_ask *ask, struct restreply *r);
/* Its time is up: reverts it whole, or keeps it whole and tells why. */
void restconfirm_revert(struct restcommit *c);

/* A request: {"change": N}, or nothing for the one that waits. */
void restconfirm_post(struct restcommit *c, const struct restrequest *q,
    struct restreply *r);

#endif
