/* core/rest/restundo.h - changes taken back and listed, for routes.
 *
 * Undo takes back the latest change that is neither undone nor an undo itself,
 * so that one after the other goes further back; by its number any of the
 * latest changes, an undo too. It is a change of its own, refused whole (409)
 * when one of the objects has changed since. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTUNDO_H
#define CORE_REST_RESTUNDO_H

struct restchange;
struct restcommit;
struct restreply;
struct restrequest;

/* {"change": N}, or nothing for the latest. */
void restundo_post(struct restcommit *c, const struct restrequest *q,
    struct restreply *r);
/* The latest changes, newest first. */
void restundo_list(struct restcommit *c, const struct restrequest *q,
    struct restreply *r);

/* The change that a body names, or the one that nothing means; NULL when there
 * is none or the peer may not touch it: then r says so. */
const struct restchange *restundo_named(const struct restcommit *c,
    const struct restrequest *q, const struct restchange *otherwise,
    struct restreply *r);
/* 200 with a change as clients see it. */
void restundo_show(const struct restchange *ch, struct restreply *r);

#endif
