/* core/rest/restread.h - GET of collections, objects and items.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTREAD_H
#define CORE_REST_RESTREAD_H

#include "core/rest/objjson.h"

struct model;
struct object;
struct restplace;
struct restreply;
struct restrequest;
struct type;

/* Answers a GET of a place that is no …/stats. */
void restread_place(const struct objjson_view *v, const struct restplace *at,
    const struct restrequest *q, struct restreply *r);

/* What stands below "gtm" or "gtm pool": links to collections. */
void restread_family(const struct objjson_view *v, const struct restrequest *q,
    struct restreply *r);

/* The object, or the item of it, as r's body with its ETag. */
void restread_show(const struct objjson_view *v, const struct object *o,
    const struct restplace *at, struct restreply *r);

/* The tag that changes whenever the object does: the same for the same
 * content. */
void restread_etag(const struct object *o, char etag[32]);

/* 404, in the words that clients look for. Returns 404. */
int restread_missing(const struct restplace *at, struct restreply *r);

#endif
